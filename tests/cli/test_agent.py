"""kato agent run: what an agent gets, what becomes of what it writes, how runs end."""

import hashlib
import json
import os
import pathlib
import re
import signal
import stat
import subprocess
import time
import uuid

import pytest

import conftest

PINNED = {"type", "id", "chat", "outcome", "isolation", "enforced", "denied", "output"}


@pytest.fixture
def chat(kato):
    return kato.new_chat("Kettle", "How hot is it?", "Ninety degrees.")


def run(kato, chat, *args, code=0, **named):
    """The report of one run."""
    (row,) = kato("--json", "agent", "run", chat, *args, code=code, **named).rows
    return row


def output(kato, row):
    return (kato.home / row["output"]["path"]).read_bytes()


def test_the_report_is_what_scripts_rely_on(kato, chat, level):
    row = run(kato, chat, "--isolation", level, "--", "sh", "-c", "echo hello >&4")
    assert PINNED <= set(row)
    assert (row["type"], row["chat"], row["outcome"], row["isolation"]) == ("run", chat, "ok", level)
    assert re.fullmatch(conftest.UUID, row["id"])
    assert row["output"] == {
        "path": f"out/{chat}/{row['id']}.txt", "bytes": 6, "sha256": hashlib.sha256(b"hello\n").hexdigest(), "partial": False,
    }
    assert row["denied"] == {"count": 0, "calls": {}, "first": []}
    assert row["enforced"]["level"] == level
    for name in ("fs_read", "fs_write", "fs_exec", "net_tcp", "net_udp", "net_unix", "signals", "limits.wall", "limits.output"):
        assert row["enforced"][name] is True, name
    assert row["enforced"]["fs_metadata_hidden"] is (level == "isolated")
    assert row["enforced"]["pid_ns"] is (level == "isolated")
    file = kato.home / row["output"]["path"]
    assert file.read_bytes() == b"hello\n"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600 and stat.S_IMODE(file.parent.stat().st_mode) == 0o700
    assert list((kato.home / "runs").glob("*/")) == []


def test_an_agent_gets_its_chat_and_its_instructions(kato, chat, level):
    code = "import os, sys; os.write(4, b''.join(iter(lambda: os.read(3, 1 << 16), b''))); print(sys.stdin.read(), end=''); " \
           "path = os.environ.get('KATO_CHAT'); print(path and len(open(path).read()), file=sys.stderr)"
    row = run(kato, chat, "--isolation", level, "--instructions", 'say "hi"\n', "--params", '{"n": [1]}', "--", "python3", "-c", code)
    assert output(kato, row) == kato("export", chat).raw
    (said,) = kato.rows("agent", "show", row["id"])[0]["said"]
    assert said["type"] == "text"
    given = json.loads(said["body"])
    assert list(given) == ["kato_agent", "run", "chat", "instructions", "params", "limits"]
    assert (given["kato_agent"], given["run"], given["chat"]) == (1, row["id"], chat)
    assert (given["instructions"], given["params"]) == ('say "hi"\n', {"n": [1]})
    assert given["limits"] == {
        "wall_ms": 300000, "cpu_seconds": 120, "memory_bytes": 512 << 20, "processes": 64, "open_files": 64,
        "scratch_bytes": 0, "output_bytes": 64 << 20, "message_bytes": 16 << 20,
    }
    size = len(kato("export", chat).raw.decode())
    assert row["diagnostics"] == (f"{size}\n" if level == "isolated" else "None\n")


def test_an_agent_inherits_nothing(kato, chat, level):
    code = """if 1:
        import json, os
        def is_open(n):
            try:
                return bool(os.fstat(n))
            except OSError:
                return False
        os.write(4, json.dumps([dict(os.environ), [n for n in range(1000) if is_open(n)]]).encode())
    """
    row = run(kato, chat, "--isolation", level, "--", "python3", "-c", code, env={"SECRET": "x", "LD_PRELOAD": ""})
    environment, descriptors = json.loads(output(kato, row))
    assert descriptors == [0, 1, 2, 3, 4]
    names = {"PATH", "HOME", "LANG", "KATO_RUN"} | ({"KATO_CHAT"} if level == "isolated" else set())
    assert names <= set(environment) <= names | {"PYTHONHOME", "LC_CTYPE", "PYTHONPLATLIBDIR"}, environment
    assert environment["PATH"] == "/usr/local/bin:/usr/bin:/bin" and environment["KATO_RUN"] == row["id"]


@pytest.mark.parametrize("options", [[], ["--quiet"], ["--timeout", "30s"], ["--output-name", "count"]])
def test_any_filter_is_an_agent(kato, chat, options, level):
    done = kato("agent", "run", chat, "--isolation", level, "--filter", *options, "--", "wc", "-l")
    (path,) = kato.home.glob("out/*/*")
    assert path.read_text().strip() == "4"
    assert done.out == f"ok  {level}  2 B  {path}\n" and done.err == ""


def test_a_program_is_named_right_behind_the_chat(kato, chat):
    assert run(kato, chat, "--", "true")["outcome"] == "ok"
    assert run(kato, chat, "true")["program"] == "true"
    # Words that look like commands, options and lists of this program are the agent's.
    row = run(kato, chat, "--", "sh", "-c", 'printf "%s\\n" "$@" >&4', "sh", "show", "--json", "-h", "[a,b]", "{}", "--", "")
    assert output(kato, row) == b"show\n--json\n-h\n[a,b]\n{}\n--\n\n"


def test_messages_are_told_as_they_come(kato, chat):
    lines = ['{"type":"progress","text":"half"}', '{"type":"result","n":1}', "plain \x1b[31mred", '{"type":"nonsense"}', "\udcff"]
    script = "printf '%s\\n' \"$@\""
    done = kato("agent", "run", chat, "--", "sh", "-c", script, "sh", *(line.encode(errors="surrogateescape") for line in lines))
    assert done.err.splitlines() == [
        "progress: half", 'result: {"type":"result","n":1}', "text: plain \\x1b[31mred", 'text: {"type":"nonsense"}', "text: \ufffd",
    ]
    assert done.out.startswith("ok  ")
    row = run(kato, chat, "--", "sh", "-c", script, "sh", *lines[:2])
    assert row["messages"] == 2 and "said" not in row
    assert kato("agent", "run", chat, "--quiet", "--", "sh", "-c", script, "sh", *lines[:2]).err == ""
    said = kato.rows("agent", "show", row["id"])[0]["said"]
    assert said == [
        {"type": "progress", "body": {"type": "progress", "text": "half"}},
        {"type": "result", "body": {"type": "result", "n": 1}},
    ]


@pytest.mark.parametrize("options", [[], ["--output-file"]])
def test_an_output_by_its_path(kato, chat, level, options):
    script = 'echo "by path" >"$KATO_OUTPUT"' if options else '[ -z "$KATO_OUTPUT" ] && echo none >&4'
    row = run(kato, chat, "--isolation", level, *options, "--", "sh", "-c", script)
    assert output(kato, row) == (b"by path\n" if options else b"none\n")
    if options:
        script = 'while echo 0123456789; do :; done >"$KATO_OUTPUT"'
        row = run(kato, chat, "--isolation", level, *options, "--max-output", "100kB", "--", "sh", "-c", script, code=1)
        assert (row["outcome"], row["limit"]) == ("limit", "output")
        assert row["output"]["partial"] and row["output"]["bytes"] == 100_000


def test_with_an_output_by_its_path_nothing_else_is_in_it(kato, chat, level):
    script = 'echo "by path" >"$KATO_OUTPUT"; echo stray >&4 || echo refused >&2'
    row = run(kato, chat, "--isolation", level, "--output-file", "--", "sh", "-c", script)
    assert output(kato, row) == b"by path\n" and row["diagnostics"].endswith("refused\n")
    # Programs that write a file talk on standard output: that is no output, and not lost.
    script = 'echo talk; IFS= read -r header; printf "%s\\n" "$header" >"$KATO_OUTPUT"'
    row = run(kato, chat, "--isolation", level, "--filter", "--output-file", "--", "sh", "-c", script)
    assert output(kato, row).startswith(b'{"kato":1') and row["diagnostics"] == "talk\n"


def test_scratch_is_private_and_limited(kato, chat, level):
    write = "import os; f = open('/tmp/x', 'wb'); f.write(bytes(500_000)); f.close(); os.write(4, b'first'); open('/tmp/y', 'wb').write(bytes(900_000))"
    if level == "confined":
        done = kato("agent", "run", chat, "--isolation", level, "--scratch", "1MB", "--", "true", code=4)
        assert "scratch" in done.err
        return
    row = run(kato, chat, "--isolation", level, "--scratch", "1MB", "--", "python3", "-c", write, code=1)
    assert output(kato, row) == b"first" and "No space left on device" in row["diagnostics"]
    row = run(kato, chat, "--isolation", level, "--", "python3", "-c", write, code=1)
    assert row["output"] is None


OUTCOMES = {
    "an exit code": (["--", "sh", "-c", "echo x >&4; echo why >&2; exit 3"], 1, {"outcome": "failed", "code": 3}),
    "a signal": (
        ["--", "python3", "-c", "import ctypes, os; os.write(4, b'x'); ctypes.string_at(0)"], 1,
        {"outcome": "signalled", "signal": 11},
    ),
    "the wall clock": (["--timeout", "300ms", "--", "sh", "-c", "echo x >&4; while :; do :; done"], 124, {"outcome": "timeout"}),
    "the output": (
        ["--max-output", "100", "--", "sh", "-c", "while :; do echo x >&4; done"], 1, {"outcome": "limit", "limit": "output"},
    ),
    "memory": (
        ["--memory", "64MiB", "--", "python3", "-c", "import os, mmap; os.write(4, b'x'); m = mmap.mmap(-1, 200 << 20)\n"
         "for i in range(0, 200 << 20, 4096): m[i] = 1\nwhile 1: pass"],
        1, {"outcome": "limit", "limit": "memory"},
    ),
}


@pytest.mark.parametrize("name", OUTCOMES)
def test_how_a_run_ends(kato, chat, level, name):
    args, code, expected = OUTCOMES[name]
    row = run(kato, chat, "--isolation", level, *args, code=code)
    assert {key: row.get(key) for key in expected} == expected
    # What came before the end is kept beside the place of the output.
    assert row["output"]["partial"] and row["output"]["path"] == f"out/{chat}/{row['id']}.txt.partial"
    assert output(kato, row).startswith(b"x")
    assert row["output"]["bytes"] == len(output(kato, row))
    assert not (kato.home / f"out/{chat}/{row['id']}.txt").exists()
    if "code" in expected:
        assert row["diagnostics"] == "why\n"
        done = kato("agent", "run", chat, "--isolation", level, *args, code=1)
        assert "kato: the run ended: failed with exit code 3\n" in done.err and "why" in done.err
        assert done.out.startswith(f"failed  {level}  2 B  ")


def test_what_cannot_be_started_says_why(kato, chat, tmp_path):
    done = kato("agent", "run", chat, "--", "no-such-program", code=3)
    assert "no-such-program" in done.err and done.out == ""
    assert "no such chat" in kato("agent", "run", "ffffffff", "--", "true", code=3).err
    plain = tmp_path / "plain"
    plain.write_text("just text\n")
    plain.chmod(0o755)
    assert f"{plain}: is neither a program" in kato("agent", "run", chat, "--", plain, code=4).err
    assert "is not a regular file" in kato("agent", "run", chat, "--", tmp_path, code=4).err
    missing = tmp_path / "script"
    missing.write_text("#!/no/such/interpreter\n")
    missing.chmod(0o755)
    assert "/no/such/interpreter" in kato("agent", "run", chat, "--", missing, code=3).err
    assert not list(kato.home.glob("out/*/*")) and not list(kato.home.glob("runs/*/"))


def test_a_program_named_from_a_directory_that_is_gone_is_not_found(kato, chat, tmp_path):
    gone = tmp_path / "gone"
    gone.mkdir()
    command = ["sh", "-c", 'rmdir "$0" && exec "$@"', gone, conftest.PROGRAM, "agent", "run", chat, "--", "./agent.sh"]
    done = subprocess.run(command, cwd=gone, env=kato.env, capture_output=True, timeout=60)
    assert done.returncode == 3 and b"./agent.sh: cannot tell the current directory" in done.stderr, done.stderr
    assert kato.rows("agent", "list") == []


@pytest.mark.parametrize("args", [
    ["--timeout", "soon", "--", "true"], ["--timeout", "0s", "--", "true"], ["--memory", "much", "--", "true"],
    ["--isolation", "none", "--", "true"], ["--audit", "all", "--", "true"], ["--params", "[1]", "--", "true"],
    ["--params", "{", "--", "true"], ["--no-such-option", "--", "true"], [], ["--"],
    *(["--output-name", name, "--", "true"] for name in ("../x", "a/b", ".x", "a\nb", "x" * 300)),
])
def test_a_request_that_makes_no_sense_is_refused(kato, chat, args):
    done = kato("agent", "run", chat, *args, code=2)
    assert done.err.startswith("kato: ") and done.out == ""
    assert kato.rows("agent", "list") == [] and not list(kato.home.glob("out/*/*"))


def test_runs_are_listed_and_shown(kato, chat):
    other = kato.new_chat("Other", "x")
    ids = [run(kato, one, "--", "sh", "-c", f"exit {code}", code=code)["id"] for one, code in ((chat, 0), (other, 1), (chat, 0))]
    rows = kato.rows("agent", "list")
    assert [row["id"] for row in rows] == ids[::-1]
    assert list(rows[0]) == ["type", "id", "chat", "program", "outcome", "started_at", "ended_at"]
    assert [row["outcome"] for row in rows] == ["ok", "failed", "ok"]
    assert [row["id"] for row in kato.rows("agent", "list", "--chat", "Kettle")] == [ids[2], ids[0]]
    assert [row["id"] for row in kato.rows("agent", "list", "--limit", "1")] == [ids[2]]
    lines = kato("agent", "list").out.splitlines()
    assert len(lines) == 3 and all("sh" in line for line in lines)
    assert kato.rows("agent", "show", ids[1])[0]["code"] == 1
    shown = kato("agent", "show", ids[1]).out
    assert "outcome" in shown and "failed" in shown and "landlock_abi" in shown
    kato("agent", "show", "ffffffff", code=3)
    kato("agent", "list", "--chat", "ffffffff", code=3)


def test_the_host_is_described(kato):
    (host,) = kato.rows("agent", "host")
    assert {"type", "supported", "best", "landlock_abi", "seccomp", "notify", "userns", "cgroup", "missing"} <= set(host)
    assert host["type"] == "host" and host["best"] in ("isolated", "confined", None)
    assert "landlock_abi" in kato("agent", "host").out


def test_outputs_never_clobber_each_other(kato, chat):
    wait = ["--output-name", "summary", "--", "python3", "-c"]
    one = kato.start("--json", "agent", "run", chat, *wait, "import os, time; time.sleep(1.0); os.write(4, b'one')")
    two = kato.start("--json", "agent", "run", chat, *wait, "import os, time; time.sleep(1.0); os.write(4, b'two')")
    ends = [(process.communicate(timeout=60), process.returncode) for process in (one, two)]
    assert sorted(code for _, code in ends) == [0, 1], ends
    (winner,) = [name for name, (_, code) in zip((b"one", b"two"), ends) if code == 0]
    path = kato.home / "out" / chat / "summary"
    assert path.read_bytes() == winner
    # A later run of that name is refused, and one that fails midway leaves the earlier output alone.
    done = kato("agent", "run", chat, "--output-name", "summary", "--", "true", code=1)
    assert "summary: is there already" in done.err and done.out == ""
    row = run(kato, chat, "--", "sh", "-c", "echo half >&4; exit 1", code=1)
    assert row["output"]["path"].endswith(".partial")
    assert path.read_bytes() == winner
    kato("audit", "verify")


def test_runs_at_once_know_nothing_of_each_other(kato, chat):
    other = kato.new_chat("Other", "x")
    script = "import os; os.write(4, b''.join(iter(lambda: os.read(3, 1 << 16), b'')))"
    started = [(one, kato.start("--json", "agent", "run", one, "--", "python3", "-c", script)) for one in (chat, other) * 4]
    for one, process in started:
        out, err = process.communicate(timeout=120)
        assert process.returncode == 0, err
        assert output(kato, json.loads(out)) == kato("export", one).raw
    assert len(kato.rows("agent", "list")) == 8
    kato("audit", "verify")
    kato("doctor")


def _alive(marker):
    """Processes with this word in their command line."""
    found = []
    for folder in pathlib.Path("/proc").glob("[0-9]*"):
        try:
            if marker.encode() in (folder / "cmdline").read_bytes().split(b"\0"):
                found.append(folder.name)
        except OSError:
            pass
    return found


def _started(kato, chat, level, marker):
    """kato, with an agent of two processes below it."""
    script = "(while :; do :; done) & while :; do :; done"
    process = kato.start("agent", "run", chat, "--isolation", level, "--timeout", "2m", "--", "sh", "-c", script, marker)
    _until(lambda: len(_alive(marker)) >= 3)  # with kato itself
    return process


def _until(true):
    end = time.monotonic() + 60
    while not true():
        assert time.monotonic() < end
        time.sleep(0.02)


def test_killing_kato_kills_its_agent(kato, chat, level):
    marker = f"marker-{uuid.uuid4()}"
    process = _started(kato, chat, level, marker)
    process.kill()
    process.communicate(timeout=60)
    if level == "isolated":
        _until(lambda: _alive(marker) == [])
    else:  # what the agent itself started may live on, as the report of every run says
        _until(lambda: len(_alive(marker)) <= 1)
        assert run(kato, chat, "--isolation", level, "--", "true")["enforced"]["host_death"] == "child"
        for pid in _alive(marker):
            os.kill(int(pid), signal.SIGKILL)
    # A run whose host died has no outcome; its folder goes with the next run.
    (row,) = [row for row in kato.rows("agent", "list") if row["outcome"] is None]
    assert row["ended_at"] is None
    run(kato, chat, "--", "true")
    assert not list(kato.home.glob("runs/*/"))
    kato("audit", "verify")
    kato("doctor")


def test_whenever_kato_is_killed_no_agent_is_left(kato, chat, level):
    """From before the agent's process exists until it has made others: isolated, all end; confined, the agent does."""
    rounds = 600 if os.environ.get("KATO_TEST_LONG") else 24
    script = "(while :; do :; done) & while :; do :; done"
    run(kato, chat, "--isolation", level, "--", "true")
    for i in range(rounds):
        marker = f"marker-{uuid.uuid4()}"
        process = kato.start("agent", "run", chat, "--isolation", level, "--timeout", "2m", "--", "sh", "-c", script, marker)
        time.sleep(0.12 * i / rounds)
        process.kill()
        process.communicate(timeout=60)
        if level == "isolated":
            _until(lambda word=marker: _alive(word) == [])
            continue
        _until(lambda word=marker: len(_alive(word)) <= 1)
        for pid in _alive(marker):
            os.kill(int(pid), signal.SIGKILL)
    run(kato, chat, "--isolation", level, "--", "true")
    assert not list(kato.home.glob("runs/*/"))
    kato("audit", "verify")
    kato("doctor")


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_the_run_and_its_agent(kato, chat, level, number):
    marker = f"marker-{uuid.uuid4()}"
    process = _started(kato, chat, level, marker)
    process.send_signal(number)
    out, err = process.communicate(timeout=60)
    assert process.returncode == 128 + number
    assert out.startswith(b"cancelled  ") and b"cancelled" in err
    assert _alive(marker) == []
    assert kato.rows("agent", "list")[0]["outcome"] == "cancelled"
