"""On a terminal: pager, colours, progress, questions; and what never gets there."""

import os
import re
import subprocess

import pytest

import conftest
from terminal import Screen

HOSTILE = (
    "\x1b]0;owned\x07\x1b[2J\x1b[31mred\x1b[0m \x9b31m \x00nul \x08\x08 \x7f \r overwritten \x1bP+q\x1b\\ "
    "\u202eevil \u200bzero \u2066x\u2069 \ufeff"
)
_ALLOWED_WITHOUT_COLOUR = re.compile(rb"[\n\t\x20-\x7e\x80-\xff]*")


def clean(screen):
    """Nothing that a terminal obeys but line ends and tabs, nor invisible characters."""
    assert _ALLOWED_WITHOUT_COLOUR.fullmatch(screen), screen
    text = screen.decode("utf-8")
    assert not re.search("[\x80-\x9f\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]", text), text


@pytest.fixture
def hostile(kato):
    chat = kato("chat", "new", "--", HOSTILE.replace("\x00", "")).out.strip()
    for role in ("user", "assistant", "tool"):
        kato("chat", "append", chat, "--role", role, "--model", "m\x1b[31m", "--name", "t\x1b[31m",
             stdin="needle " + HOSTILE)
    kato.chat = chat
    return kato


SHOWING = [
    ["chat", "list"], ["chat", "show", "CHAT"], ["chat", "show", "CHAT", "--all"], ["search", "needle"],
    ["export", "--all"], ["export", "CHAT", "--format", "markdown"], ["stats"],
    ["chat", "rename", "CHAT", "n\x1b[31m"], ["chat", "show", "nobody\x1b[31m\x9b"], ["search", 'open "\x1b[31m'],
    ["import", "no\x1b[31mfile"], ["--root", "no\x1b[31mwhere", "chat", "list"], ["fro\x1b[31mb"], ["chat", "list", "--\x1b[31m"],
]


@pytest.mark.parametrize("args", SHOWING, ids=lambda args: "-".join(args).replace("\x1b[31m", "").replace("\x9b", ""))
@pytest.mark.parametrize("json", [False, True])
def test_control_characters_never_reach_the_terminal(hostile, args, json):
    args = [hostile.chat if arg == "CHAT" else arg for arg in args] + (["--json"] if json else [])
    screen = Screen(hostile, *args, env={"NO_COLOR": "1", "PAGER": "cat"}, columns=200)
    screen.process.wait(60)
    clean(screen.finish(screen.process.returncode))


@pytest.mark.parametrize("args", [["chat", "list"], ["chat", "show", "CHAT"], ["search", "needle"]])
def test_control_characters_do_not_reach_pipes_either(hostile, args):
    clean(hostile(*[hostile.chat if arg == "CHAT" else arg for arg in args]).raw)


def test_an_exports_bytes_are_untouched_in_pipes(hostile):
    assert "\u202eevil" in hostile("export", "--all").out


def test_colours_are_for_terminals(kato):
    kato.new_chat("Tea", "green tea")
    assert b"\x1b[1m" in Screen(kato, "chat", "list").finish()
    assert b"\x1b" not in kato("chat", "list").raw


@pytest.mark.parametrize("args, env", [
    ([], {"NO_COLOR": "1"}), ([], {"TERM": "dumb"}), ([], {"TERM": ""}), ([], {"CLICOLOR": "0"}), (["--no-color"], {}),
    (["--no-colour"], {}), ([], {"NO_COLOR": "1", "CLICOLOR_FORCE": "1"}),
])
def test_colours_can_be_refused(kato, args, env):
    kato.new_chat("Tea", "green tea")
    for command in (["chat", "list"], ["search", "tea"], ["chat", "show", "Tea"], ["chat", "frob"], ["help"]):
        code = 2 if command[-1] == "frob" else 0
        screen = Screen(kato, *command, *args, env={"PAGER": "cat", **env}).finish(code)
        assert b"\x1b" not in screen


def test_colours_can_be_forced(kato):
    kato.new_chat("Tea", "green tea")
    assert b"\x1b[" in kato("chat", "list", env={"CLICOLOR_FORCE": "1"}).raw


def _recording_pager(tmp_path):
    """A pager that leaves what it was given in a file."""
    return f"cat > '{tmp_path}/paged'; echo paged >&2"


def test_what_is_longer_than_the_screen_goes_through_the_pager(kato, tmp_path):
    kato.new_chat("Long", "\n".join(f"line {i}" for i in range(100)))
    screen = Screen(kato, "chat", "show", "Long", env={"PAGER": _recording_pager(tmp_path), "NO_COLOR": "1"})
    assert screen.finish() == b"paged\n"
    assert "line 99\n" in (tmp_path / "paged").read_text()


def test_what_fits_the_screen_does_not(kato, tmp_path):
    kato.new_chat("Short", "one line")
    screen = Screen(kato, "chat", "show", "Short", env={"PAGER": _recording_pager(tmp_path)}).finish()
    assert b"one line" in screen
    assert not (tmp_path / "paged").exists()


@pytest.mark.parametrize("args, env", [
    (["--no-pager"], {}), ([], {"PAGER": ""}), ([], {"PAGER": "cat"}), ([], {"TERM": "dumb"}), ([], {"KATO_PAGER": ""}),
])
def test_the_pager_can_be_refused(kato, tmp_path, args, env):
    kato.new_chat("Long", "\n".join(f"line {i}" for i in range(100)))
    env = {"PAGER": _recording_pager(tmp_path), **env}
    assert b"line 99" in Screen(kato, "chat", "show", "Long", *args, env=env).finish()
    assert not (tmp_path / "paged").exists()


def test_katos_own_pager_variable_goes_first(kato, tmp_path):
    kato.new_chat("Long", "\n".join(f"line {i}" for i in range(100)))
    env = {"PAGER": "false", "KATO_PAGER": _recording_pager(tmp_path)}
    Screen(kato, "chat", "show", "Long", env=env).finish()
    assert (tmp_path / "paged").exists()


def test_without_a_terminal_there_is_no_pager(kato, tmp_path):
    kato.new_chat("Long", "\n".join(f"line {i}" for i in range(100)))
    assert "line 99" in kato("chat", "show", "Long", env={"PAGER": _recording_pager(tmp_path)}).out
    assert not (tmp_path / "paged").exists()


def test_a_pager_that_is_left_early_is_no_failure(kato):
    kato.new_chat("Long", "\n".join(f"line {i}" for i in range(100000)))
    assert Screen(kato, "chat", "show", "Long", env={"PAGER": "head -n 1"}).finish().endswith(b"Long\x1b[0m\n")


def test_a_pager_that_is_not_there_is_named(kato):
    kato.new_chat("Long", "\n".join(f"line {i}" for i in range(100)))
    screen = Screen(kato, "chat", "show", "Long", env={"PAGER": "no-such-pager-here"}).finish(1)
    assert b"no-such-pager-here" in screen and b"--no-pager" in screen


def test_wide_characters_keep_the_table_within_the_screen(kato):
    kato.new_chat("\u65e5\u672c\u8a9e" * 40, "needle")
    for args, row in (["chat", "list"], 1), (["search", "needle"], 0):
        screen = Screen(kato, *args, env={"NO_COLOR": "1"}, columns=80).finish().decode()
        line = screen.splitlines()[row]
        assert line.endswith("...")
        assert len(line) + sum(1 for c in line if ord(c) > 0x2e80) <= 80


def test_progress_is_shown_on_a_terminal_and_erased(imported, elsewhere, tmp_path):
    saved = tmp_path / "all.jsonl"
    saved.write_bytes(imported("export", "--all").raw)
    with open(os.devnull, "wb") as nowhere:
        screen = Screen(elsewhere, "import", saved, out=nowhere).finish()
    if b"importing" in screen:
        assert screen.endswith(b"\r\x1b[K")
    assert b"importing" not in imported("import", saved).err.encode()


def test_delete_asks_on_a_terminal(kato):
    chat = kato.new_chat("Tea", "x")
    screen = Screen(kato, "chat", "delete", chat, env={"NO_COLOR": "1"})
    screen.wait_for(b"[y/N] ")
    screen.type(b"n\n")
    assert b"nothing was deleted" in screen.finish(1)
    assert len(kato.rows("chat", "list")) == 1
    screen = Screen(kato, "chat", "delete", chat)
    screen.wait_for(b"[y/N] ")
    screen.type(b"y\n")
    screen.finish()
    assert kato.rows("chat", "list") == []


def test_append_tells_how_to_end_the_text(kato):
    chat = kato.new_chat("Tea")
    screen = Screen(kato, "chat", "append", chat, "--role", "user")
    screen.wait_for(b"Ctrl-D")
    screen.type(b"typed\n\x04")
    screen.finish()
    assert kato.rows("chat", "show", chat)[0]["text"] == "typed"


def test_import_without_anything_to_read_is_a_mistake_on_a_terminal(kato):
    assert b"nothing to import" in Screen(kato, "import").finish(2)


def test_the_terminal_helper_runs_the_built_program():
    assert subprocess.run([conftest.PROGRAM, "--version"], capture_output=True, timeout=60).returncode == 0
