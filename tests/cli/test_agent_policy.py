"""What options grant, what they deny, what a manifest asks for and who is asked."""

import hashlib
import json
import pathlib
import time

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


def test_who_is_asked_sees_where_a_link_leads(kato, chat, notes):
    """A name in the agent's own folder may be a link to anything."""
    folder = kato.folder / "asking"
    program = asking(kato, folder / "words.txt")
    (folder / "words.txt").symlink_to(notes)
    screen = Screen(kato, "agent", "run", chat, "--", program, env={"CI": ""})
    screen.wait_for(f"asks to read {folder}/words.txt, a link to {notes}. Let it".encode())
    screen.type(b"n\n")
    screen.finish()
    (one,) = kato.rows("agent", "run", chat, "--dry-run", "--", program)[0]["policy"]["requests"]["unmet"]
    assert (one["refusal"], one["target"]) == ("not_granted", str(notes))


def test_nobody_is_asked_in_continuous_integration_or_with_no_prompt(kato, chat, notes):
    program = asking(kato, notes)
    for options, env in ((["--no-prompt"], {"CI": ""}), ([], {"CI": "true"})):
        screen = Screen(kato, "agent", "run", chat, *options, "--", program, env=env)
        assert b"for this run?" not in screen.finish()


@pytest.fixture
def always(kato, chat, notes):
    """An agent that was granted, for all runs, to read the notes."""
    program = asking(kato, notes)
    screen = Screen(kato, "agent", "run", chat, "--output-name", "first", "--", program, env={"CI": ""})
    screen.wait_for(b"for this run? [y/N; a: always")
    screen.type(b"a\n")
    screen.finish()
    assert (kato.home / "out" / chat / "first").read_text() == "from the notes\n"
    return program


def asked(kato, chat, program, *options):
    """Whether somebody at a terminal is asked."""
    screen = Screen(kato, "agent", "run", chat, *options, "--", program, env={"CI": ""})
    while b"for this run?" not in screen.bytes and screen._read(time.monotonic() + 60):
        pass
    if b"for this run?" in screen.bytes:
        screen.type(b"n\n")
    return b"for this run?" in screen.finish()


def test_an_answer_for_all_runs_is_not_asked_for_again(kato, chat, notes, always):
    assert (kato.home / "grants.jsonl").stat().st_mode & 0o7777 == 0o600
    assert not asked(kato, chat, always)
    assert asked(kato, chat, always, "--deny-env", "TZ") is False
    # The same file by its content is not enough to be the same program: its place and its arguments count.
    screen = Screen(kato, "agent", "run", chat, "--", always, "-v", env={"CI": ""})
    screen.wait_for(b"for this run?")
    screen.type(b"n\n")
    screen.finish()


def test_without_a_terminal_it_counts_and_is_said(kato, chat, notes, always):
    done = kato("--json", "agent", "run", chat, "--", always, env={"CI": ""})
    assert output(kato, done.rows[0]) == "from the notes\n"
    assert f"granted for all runs: read {notes}" in done.err
    assert done.rows[0]["policy"]["granted"][0]["origin"] == "remembered"
    shown = kato("agent", "run", chat, "--dry-run", "--", always, env={"CI": ""}).out
    assert f"read {notes} (remembered)" in shown


@pytest.mark.parametrize("options, ci", [(["--no-prompt"], ""), ([], "true")])
def test_with_no_prompt_and_in_continuous_integration_the_command_line_says_everything(kato, chat, notes, always, options, ci):
    done = kato("--json", "agent", "run", chat, *options, "--", always, env={"CI": ci})
    assert output(kato, done.rows[0]) == "\n" and f"not granted: read {notes}" in done.err


@pytest.mark.parametrize("change", ["program", "request", "target"])
def test_whatever_changes_is_asked_about_again(kato, chat, notes, always, change):
    folder = kato.folder / "asking"
    if change == "program":
        path = folder / "asking.sh"
        path.write_text(path.read_text() + "# one more byte\n")
    elif change == "request":
        path = folder / "kato-agent.toml"
        path.write_text(path.read_text() + 'env = ["TZ"]\n')
    else:
        notes.rename(notes.with_name("other.txt"))
        notes.symlink_to("other.txt")
    done = kato("--json", "agent", "run", chat, "--", always, env={"CI": ""})
    assert output(kato, done.rows[0]) == "\n" and f"not granted: read {notes}" in done.err
    if change != "request":
        assert asked(kato, chat, always)


def test_a_remembered_grant_of_what_is_gone_stops_no_run(kato, chat, notes, always):
    notes.unlink()
    done = kato("--json", "agent", "run", chat, "--", always, env={"CI": ""})
    assert output(kato, done.rows[0]) == "\n" and "does not exist" in done.err


def test_answers_are_listed_and_forgotten(kato, chat, notes, always):
    (row,) = kato.rows("agent", "grants")
    assert list(row) == [
        "type", "id", "program", "program_sha256", "request_sha256", "capability", "value", "target", "granted_at",
    ]
    program = pathlib.Path(always).resolve()
    assert (row["type"], row["program"]) == ("grant", str(program))
    assert row["program_sha256"] == hashlib.sha256(program.read_bytes()).hexdigest()
    assert (row["capability"], row["value"], row["target"]) == ("read", str(notes), str(notes))
    assert kato("agent", "grants").out == f"{row['id'][:8]}  {row['granted_at'][:10]}  {program}  read {notes}\n"
    kato("agent", "grants", "--forget", "00000000", code=3)
    assert kato.rows("agent", "grants", "--forget", row["id"][:8]) == [{"type": "forgotten", "id": row["id"][:8]}]
    assert kato.rows("agent", "grants") == [] and asked(kato, chat, always)
    kato("doctor")


def named(kato, program, script="#!/bin/sh\necho \"named $*\" >&4\n"):
    """A manifest that names this program, in a folder of its own."""
    folder = kato.folder / "named"
    folder.mkdir()
    (folder / "agent.sh").write_text(script)
    (folder / "agent.sh").chmod(0o755)
    folder.chmod(0o755)
    (folder / "kato-agent.toml").write_text(f'name = "named"\nprogram = {json.dumps(program)}\narguments = ["-v", "a b"]\n')
    return folder


def test_a_manifest_names_the_program(kato, chat):
    folder = named(kato, "agent.sh")
    done = kato("agent", "run", "--manifest", folder, chat, "--output-name", "out")
    assert f"the manifest's program: {folder}/agent.sh -v a b\n" in done.err
    assert (kato.home / "out" / chat / "out").read_text() == "named -v a b\n"
    (row,) = kato.rows("agent", "run", chat, "--manifest", folder / "kato-agent.toml")
    assert row["program"] == f"{folder.resolve()}/agent.sh"
    # A program that is given goes before it, and takes none of its arguments.
    (row,) = kato.rows("agent", "run", chat, "--manifest", folder, "--", "sh", "-c", 'echo "given $*" >&4')
    assert output(kato, row) == "given \n"
    assert f"runs: {folder}/agent.sh -v a b\n" in kato("agent", "run", chat, "--manifest", folder, "--dry-run").out
    assert kato.rows("agent", "run", "--all", "--manifest", folder)[-1]["runs"] == 1
    assert (kato.home / "out" / chat / "agent.sh.txt").read_text() == "named -v a b\n"


def test_a_program_of_a_manifest_does_not_lead_out_of_its_folder(kato, chat):
    folder = named(kato, "link")
    (folder / "link").symlink_to("agent.sh")
    assert kato.rows("agent", "run", chat, "--manifest", folder)[0]["outcome"] == "ok"
    (folder / "link").unlink()
    (folder / "link").symlink_to("/bin/true")
    assert "out of its manifest's folder" in kato("agent", "run", chat, "--manifest", folder, code=4).err
    (folder / "kato-agent.toml").write_text('name = "named"\nprogram = "../named/agent.sh"\n')
    kato("agent", "run", chat, "--manifest", folder, code=2)
    # By its whole path it is what was meant, and is shown.
    (folder / "kato-agent.toml").write_text('name = "named"\nprogram = "/bin/true"\n')
    assert "the manifest's program: /bin/true\n" in kato("agent", "run", chat, "--manifest", folder).err
    (folder / "kato-agent.toml").write_text('name = "named"\n')
    assert "names no program" in kato("agent", "run", chat, "--manifest", folder, code=2).err
    kato("agent", "run", "--manifest", folder, code=2)
    assert len(kato.rows("agent", "list")) == 2
