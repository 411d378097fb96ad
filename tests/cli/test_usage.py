"""Help, mistakes on the command line, the version, completions and the manual page."""

import json
import pathlib
import re
import shutil
import subprocess

import pytest

import conftest

COMMANDS = [
    "init", "import", "chat list", "chat show", "chat new", "chat append", "chat rename", "chat tag",
    "chat untag", "chat delete", "chat restore", "search", "export", "stats", "doctor", "formats",
    "help", "completion",
]


def test_version_is_one_line(kato):
    assert re.fullmatch(r"kato \d+\.\d+\.\d+\n", kato("--version").out)
    assert kato("-V").out == kato("--version").out


def test_version_as_json_names_the_libraries(kato):
    (row,) = kato.rows("--version")
    assert row["type"] == "version"
    assert kato("--version").out == f"kato {row['version']}\n"
    assert row["library"] == row["version"]
    assert isinstance(row["build"], dict)


def test_help_lists_every_command(kato):
    text = kato("help").out
    for command in COMMANDS:
        assert re.search(rf"^  {command} ", text, re.MULTILINE), command
    assert kato("--help").out == text


@pytest.mark.parametrize("command", COMMANDS + ["chat"])
def test_help_of_a_command_is_the_same_by_both_ways_and_has_examples(kato, command):
    text = kato("help", *command.split()).out
    assert text == kato(*command.split(), "--help").out
    assert f"Usage: kato {command}" in text
    assert command == "chat" or "\nExamples:\n" in text
    assert all(len(line) <= 100 for line in text.splitlines())


@pytest.mark.parametrize("command", COMMANDS)
def test_help_never_makes_a_workspace(kato, command):
    kato(*command.split(), "--help")
    assert not kato.home.exists()


def test_nothing_at_all_is_a_mistake_that_shows_the_help(kato):
    done = kato(code=2)
    assert done.out == ""
    assert "Usage: kato" in done.err


def test_a_group_without_its_command_is_a_mistake_that_lists_them(kato):
    done = kato("chat", code=2)
    assert "append" in done.err and done.out == ""


def test_a_mistyped_command_gets_a_suggestion(kato):
    assert "did you mean kato import?" in kato("improt", "x", code=2).err
    assert "did you mean kato chat list?" in kato("chat", "lst", code=2).err


def test_a_mistyped_option_gets_a_suggestion(kato):
    assert "did you mean --limit?" in kato("chat", "list", "--limt", "3", code=2).err


def test_a_query_that_looks_like_an_option_gets_advice(kato):
    err = kato("search", "-foo", code=2).err
    assert "-foo" in err and "--" in err


@pytest.mark.parametrize("args", [
    ["chat", "new"],
    ["chat", "show"],
    ["chat", "append", "x"],
    ["chat", "append", "x", "--role", "wizard"],
    ["chat", "list", "--limit", "many"],
    ["chat", "list", "--sort", "colour"],
    ["chat", "list", "--after", "yesterday"],
    ["chat", "list", "surplus"],
    ["search"],
    ["search", "x", "--limit", "0"],
    ["export"],
    ["export", "x", "--all"],
    ["completion", "tcsh"],
    ["help", "frobnicate"],
    ["--frobnicate"],
    ["--root"],
])
def test_mistakes_exit_with_2_and_say_something_on_standard_error_only(kato, args):
    done = kato(*args, code=2)
    assert done.out == ""
    assert done.err.startswith("kato: ") or "Usage:" in done.err
    assert not kato.home.exists()


def test_a_mistake_with_json_is_an_object(kato):
    done = kato("chat", "lst", "--json", code=2)
    row = json.loads(done.err)
    assert row["type"] == "error" and row["exit"] == 2
    assert "lst" in row["message"] and "list" in row["hint"]


def test_global_options_are_understood_before_and_behind_the_command(kato):
    kato("init")
    assert kato("--json", "chat", "new", "A").rows[0]["title"] == "A"
    assert kato("chat", "--json", "new", "B").rows[0]["title"] == "B"
    assert kato("chat", "new", "C", "--json").rows[0]["title"] == "C"


@pytest.mark.parametrize("title", ["[a,b]", "[]", "{}", "--", "-x", "import", "%%", "a=b", "++", "\x01[a]"])
def test_values_arrive_as_they_were_typed(kato, title):
    chat = kato.rows("chat", "new", "--", title)[0]["id"]
    assert kato.rows("chat", "list")[0]["title"] == title
    assert kato.rows("chat", "rename", chat, "--", title)[0]["title"] == title


@pytest.mark.parametrize("query", ["[brackets,inside]", "import", "chat"])
def test_words_of_a_query_arrive_as_they_were_typed(kato, query):
    kato.new_chat("T", f"the word {query} here")
    assert len(kato.rows("search", query)) == 1


def test_completions_are_scripts_without_syntax_errors(kato, tmp_path):
    for shell in ("bash", "zsh", "fish"):
        script = tmp_path / f"script.{shell}"
        script.write_text(kato("completion", shell).out)
        assert "append" in script.read_text()
        if shutil.which(shell):
            subprocess.run([shell, "-n", script], check=True, timeout=60)


def _bash_completes(kato, tmp_path, *words):
    if not shutil.which("bash"):
        pytest.skip("no bash")
    script = tmp_path / "completion.bash"
    script.write_text(kato("completion", "bash").out)
    asked = tmp_path / "ask.bash"
    asked.write_text(
        'source "$1"; shift; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _kato; printf "%s\\n" "${COMPREPLY[@]}"'
    )
    path = f"{pathlib.Path(conftest.PROGRAM).parent}:/usr/bin:/bin"
    done = subprocess.run(
        ["bash", asked, script, *words], env={**kato.env, "PATH": path}, capture_output=True, text=True,
        check=True, timeout=60,
    )
    return done.stdout.split()


def test_bash_completes_commands_options_values_and_chats(kato, tmp_path):
    chat = kato.new_chat("A")
    assert set(_bash_completes(kato, tmp_path, "kato", "ch")) == {"chat"}
    assert "append" in _bash_completes(kato, tmp_path, "kato", "chat", "")
    assert _bash_completes(kato, tmp_path, "kato", "--root", "x", "chat", "list", "--so") == ["--sort"]
    assert _bash_completes(kato, tmp_path, "kato", "chat", "list", "--sort", "") == ["created", "updated"]
    assert _bash_completes(kato, tmp_path, "kato", "chat", "show", "") == [chat]


def test_the_manual_page_has_every_command_and_no_formatting_errors(kato, tmp_path):
    page = tmp_path / "kato.1"
    page.write_text(kato("help", "--man").out)
    for command in COMMANDS:
        assert f'.SS "kato {command}' in page.read_text()
    if shutil.which("groff"):
        done = subprocess.run(["groff", "-man", "-Tutf8", "-ww", page], capture_output=True, check=True, timeout=60)
        assert done.stderr == b""
        assert b"EXIT STATUS" in re.sub(b".\x08", b"", done.stdout) # bold is struck twice


def _options(text):
    return set(re.findall(r"(?<![\w-])--[a-z][a-z-]+", text))


def test_the_document_describes_every_command_option_and_variable(kato):
    document = conftest.SOURCE_ROOT / "docs" / "cli.md"
    if not document.is_file():
        pytest.skip("no documents beside the tests")
    text = document.read_text(encoding="utf-8")
    for command in COMMANDS:
        assert f"kato {command}" in text, command
        usage = kato("help", *command.split()).out.split("Options of every command")[0]
        section = re.search(rf"^### `kato {command}[` ].*?(?=^##)", text + "\n## end", re.MULTILINE | re.DOTALL)
        assert section, f"no section for kato {command}"
        described = usage.split("Options:")[1].split("\n\n")[0] if "Options:" in usage else ""
        assert _options(described) <= _options(section.group(0)), command
    for name in ("KATO_HOME", "KATO_PAGER", "PAGER", "NO_COLOR", "CLICOLOR", "CLICOLOR_FORCE"):
        assert name in text
