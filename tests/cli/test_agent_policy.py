"""What options grant, what they deny, what a manifest asks for and who is asked."""

import json

import pytest
from terminal import Screen


@pytest.fixture
def chat(kato):
    return kato.new_chat("a chat", "hello")


@pytest.fixture
def notes(tmp_path):
    path = tmp_path / "notes.txt"
    path.write_text("from the notes\n")
    path.chmod(0o644)
    tmp_path.chmod(0o755)
    return path


def read(kato, chat, notes, *options, code=0):
    script = f"read line < {notes}; echo \"$line\" >&4"
    done = kato("--json", "agent", "run", chat, *options, "--output-name", "out", "--", "sh", "-c", script, code=code)
    return done.rows[0]


def output(kato, run):
    return (kato.home / run["output"]["path"]).read_text()


def test_nothing_is_granted_unless_it_is_named(kato, chat, notes):
    assert output(kato, read(kato, chat, notes)) == "\n"


def test_a_file_that_is_named_is_granted_and_reported(kato, chat, notes):
    run = read(kato, chat, notes, "--allow-read", notes)
    assert output(kato, run) == "from the notes\n"
    assert str(notes) in [grant["path"] for grant in run["grants"]]
    assert run["policy"]["granted"][0]["origin"] == "flag"


def test_a_denial_beats_every_grant(kato, chat, notes):
    done = kato("agent", "run", chat, "--allow-read", notes, "--deny-read", notes, "--", "true", code=4)
    assert str(notes) in done.err and kato.rows("agent", "list") == []


def test_variables_and_programs_are_granted_by_name(kato, chat):
    script = "echo \"$WANTED,$OTHER\" >&4; cat <&3 >&4"
    done = kato(
        "--json", "agent", "run", chat, "--allow-env", "WANTED", "--allow-run", "cat", "--", "sh", "-c", script,
        env={"WANTED": "yes", "OTHER": "no"},
    )
    written = output(kato, done.rows[0])
    assert written.startswith("yes,\n") and "hello" in written


def test_a_locale_comes_with_its_variable(kato, level):
    chat = kato.new_chat("a chat", "\u00e4\u00f6\u00fc")
    count = ["--isolation", level, "--filter", "--", "wc", "-m"]
    run = kato.rows("agent", "run", chat, *count, env={"LC_ALL": "C.UTF-8"})[0]
    given = kato.rows("agent", "run", chat, "--allow-env", "LC_ALL", *count, env={"LC_ALL": "C.UTF-8"})[0]
    more = {grant["path"] for grant in given["grants"]} - {grant["path"] for grant in run["grants"]}
    if not more:
        pytest.skip("this system has no such locale")
    assert more <= {"/usr/lib/locale/C.utf8", "/usr/lib/locale/locale-archive"}
    text = kato("export", chat).raw
    assert (int(output(kato, run)), int(output(kato, given))) == (len(text), len(text.decode()))


@pytest.mark.parametrize("option, value", [
    ("--allow-net", "example.org:443"), ("--allow-sys", "hostname"), ("--allow-read", "/etc/shadow"),
    ("--allow-read", "/proc"), ("--allow-read", "/no/such/file"), ("--allow-write", "/dev/sda"),
])
def test_what_cannot_be_granted_ends_the_run_before_it_begins(kato, chat, option, value):
    kato("agent", "run", chat, option, value, "--", "true", code=4)
    assert kato.rows("agent", "list") == []


def test_the_workspace_is_never_granted(kato, chat):
    kato("agent", "run", chat, "--allow-read", kato.home, "--", "true", code=4)


def test_a_dry_run_shows_and_runs_nothing(kato, chat, notes):
    done = kato("agent", "run", chat, "--dry-run", "--allow-read", notes, "--", "true")
    assert f"read {notes} (flag)" in done.out and "this machine can enforce" in done.out
    shown = kato.rows("agent", "run", chat, "--dry-run", "--allow-read", notes, "--", "true")[0]
    assert shown["type"] == "policy" and shown["host"]["type"] == "host"
    assert kato.rows("agent", "list") == []


def asking(kato, notes):
    folder = kato.folder / "asking"
    path = kato("agent", "new", folder, "--language", "sh").out.strip()
    manifest = folder / "kato-agent.toml"
    manifest.write_text(manifest.read_text() + f"\n[permissions]\nread = [{json.dumps(str(notes))}]\n")
    (folder / "asking.sh").write_text(f"#!/bin/sh\nread line < {notes}\necho \"$line\" >&4\n")
    return path


def test_a_manifest_asks_and_does_not_grant(kato, chat, notes):
    done = kato("agent", "run", chat, "--", asking(kato, notes))
    assert f"not granted: read {notes}" in done.err


@pytest.mark.parametrize("answer, written", [("y", "from the notes\n"), ("n", "\n"), ("", "\n")])
def test_a_person_at_a_terminal_is_asked(kato, chat, notes, answer, written):
    program = asking(kato, notes)
    screen = Screen(kato, "agent", "run", chat, "--output-name", "out", "--", program, env={"CI": ""})
    screen.wait_for(b"for this run?")
    screen.type(answer.encode() + b"\n")
    screen.finish()
    assert (kato.home / "out" / chat / "out").read_text() == written


def test_nobody_is_asked_in_continuous_integration_or_with_no_prompt(kato, chat, notes):
    program = asking(kato, notes)
    for options, env in ((["--no-prompt"], {"CI": ""}), ([], {"CI": "true"})):
        screen = Screen(kato, "agent", "run", chat, *options, "--", program, env=env)
        assert b"for this run?" not in screen.finish()
