"""What the tests of the command share: a runner for the built program in a workspace of its own."""

import json
import os
import pathlib
import subprocess

import pytest

PROGRAM = os.environ.get("KATO_CLI", "kato")
SOURCE_ROOT = pathlib.Path(os.environ.get("KATO_SOURCE_ROOT", pathlib.Path(__file__).parents[2]))
EXAMPLES = SOURCE_ROOT / "examples" / "data"
UUID = r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"

# What could change the program's output; tests that want one of these set it.
_FOREIGN = ("KATO_HOME", "KATO_PAGER", "PAGER", "NO_COLOR", "CLICOLOR", "CLICOLOR_FORCE", "COLUMNS", "LINES", "LESS")


class Result:
    def __init__(self, code, out, err):
        self.code = code
        self.raw = out
        self.err = err.decode("utf-8")

    @property
    def out(self):
        return self.raw.decode("utf-8")

    @property
    def rows(self):
        """Standard output as JSON lines."""
        return [json.loads(line) for line in self.out.splitlines()]


class Kato:
    """Runs the program with `home` as its workspace and checks the exit code."""

    def __init__(self, folder):
        self.folder = folder
        self.home = folder / "workspace"
        self.env = {name: value for name, value in os.environ.items() if name not in _FOREIGN}
        self.env.update(KATO_HOME=str(self.home), HOME=str(folder), TERM="xterm", TZ="UTC")

    def __call__(self, *args, stdin=b"", code=0, env=None, cwd=None, umask=-1):
        if isinstance(stdin, str):
            stdin = stdin.encode("utf-8")
        done = subprocess.run(
            [PROGRAM, *map(os.fspath, args)], input=stdin, capture_output=True, timeout=120,
            env={**self.env, **(env or {})}, cwd=cwd or self.folder, umask=umask,
        )
        result = Result(done.returncode, done.stdout, done.stderr)
        assert result.code == code, f"exit code {result.code}, not {code}\n{result.raw.decode(errors='replace')}\n{result.err}"
        return result

    def rows(self, *args, **named):
        return self("--json", *args, **named).rows

    def start(self, *args, **named):
        """The same without waiting for its end; the caller waits."""
        named.setdefault("stdin", subprocess.DEVNULL)
        named.setdefault("stdout", subprocess.PIPE)
        named.setdefault("stderr", subprocess.PIPE)
        env = {**self.env, **named.pop("env", {})}
        return subprocess.Popen([PROGRAM, *map(os.fspath, args)], env=env, cwd=self.folder, **named)

    def new_chat(self, title, *texts):
        """A chat whose messages come from user and assistant in turn; its id."""
        chat = self("chat", "new", title).out.strip()
        for i, text in enumerate(texts):
            self("chat", "append", chat, "--role", ("user", "assistant")[i % 2], stdin=text)
        return chat


def pytest_sessionfinish(session, exitstatus):
    """Meson is told when every test of a file was skipped, and why."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if exitstatus == 0 and reporter and reporter.stats.get("skipped") and not reporter.stats.get("passed"):
        for report in reporter.stats["skipped"]:
            reporter.write_line(f"skipped: {report.longrepr[-1]}")
        session.exitstatus = 77


@pytest.fixture
def kato(tmp_path):
    return Kato(tmp_path)


@pytest.fixture(params=["confined", "isolated"])
def level(request, kato):
    """Each level of isolation that this machine has."""
    best = kato.rows("agent", "host")[0]["best"]
    if best is None or (best == "confined" and request.param == "isolated"):
        pytest.skip(f"this machine's best is {best}")
    return request.param


@pytest.fixture
def elsewhere(tmp_path):
    """A second, empty workspace."""
    other = tmp_path / "elsewhere"
    other.mkdir()
    return Kato(other)


@pytest.fixture
def examples():
    if not EXAMPLES.is_dir():
        pytest.skip("no sample conversations beside the tests")
    return EXAMPLES


@pytest.fixture
def imported(kato, examples):
    """A workspace with the sample conversations."""
    kato("import", examples / "claude-code", examples / "codex")
    return kato
