"""kato chat new, list, show, append, rename, tag, untag, delete, restore."""

import json
import re

import pytest

import conftest

RFC3339 = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z"


def test_new_prints_the_id_alone(kato):
    assert re.fullmatch(conftest.UUID + "\n", kato("chat", "new", "Plans").out)


def test_new_as_json(kato):
    (row,) = kato.rows("chat", "new", "Plans", "--project", "garden")
    assert row["type"] == "chat"
    assert re.fullmatch(conftest.UUID, row["id"])
    assert (row["title"], row["project"], row["provider"], row["events"]) == ("Plans", "garden", "kato", 0)


def test_list_as_json_has_the_pinned_members(kato):
    chat = kato.new_chat("Plans", "Hello", "Hi")
    (row,) = kato.rows("chat", "list")
    assert {"type", "id", "title", "provider", "project", "created_at", "updated_at", "events"} <= set(row)
    assert (row["type"], row["id"], row["title"], row["events"]) == ("chat", chat, "Plans", 2)
    assert row["project"] is None
    assert re.fullmatch(RFC3339, row["created_at"]) and re.fullmatch(RFC3339, row["updated_at"])
    assert row["deleted"] is False and row["tags"] == []


def test_list_for_people_has_a_heading_and_ids_that_show_accepts(kato):
    kato.new_chat("First", "one")
    kato.new_chat("Second", "two")
    head, *lines = kato("chat", "list").out.splitlines()
    assert head.split() == ["ID", "UPDATED", "PROVIDER", "EVENTS", "TITLE"]
    assert [line.split()[-1] for line in lines] == ["Second", "First"]
    for line in lines:
        assert kato("chat", "show", line.split()[0]).out.startswith(line.split()[-1])


def test_list_of_an_empty_workspace_says_so_on_standard_error(kato):
    kato("init")
    done = kato("chat", "list")
    assert done.out == "" and done.err == "no chats\n"
    assert kato("chat", "list", "--json").out == ""


def test_list_filters(kato):
    kato("chat", "new", "Garden plans", "--project", "home")
    b = kato("chat", "new", "Office", "--project", "work").out.strip()
    kato("chat", "tag", b, "todo")
    titles = lambda *args: [row["title"] for row in kato.rows("chat", "list", *args)]
    assert titles("--title", "GARDEN") == ["Garden plans"]
    assert titles("--project", "wor") == ["Office"]
    assert titles("--tag", "todo") == ["Office"]
    assert titles("--provider", "codex") == []
    assert titles("--limit", "1") == ["Office"] or titles("--limit", "1") == ["Garden plans"]
    assert sorted(titles("--after", "2020-01-01")) == ["Garden plans", "Office"]
    assert titles("--after", "2999-01-01T00:00:00Z") == []
    assert titles("--before", "2020-01-01") == []
    assert titles("--sort", "created") in (["Garden plans", "Office"], ["Office", "Garden plans"])


def test_show_reads_like_a_conversation(kato):
    chat = kato.new_chat("Tea", "How long does green tea steep?", "Two minutes.")
    out = kato("chat", "show", chat).out
    assert out.splitlines()[0] == "Tea"
    assert chat in out.splitlines()[1]
    assert out.index("user") < out.index("How long") < out.index("assistant") < out.index("Two minutes.")
    assert "\x1b" not in out


def test_show_as_json_has_every_event_in_order(kato):
    chat = kato.new_chat("Tea", "Question", "Answer")
    first, second = kato.rows("chat", "show", chat)
    assert (first["type"], first["kind"], first["role"], first["text"]) == ("event", "user.message", "user", "Question")
    assert (second["kind"], second["parent"], second["sequence"]) == ("assistant.message", first["id"], 1)
    assert first["parent"] is None and first["chat"] == chat
    assert {"time", "model", "depth", "flags", "attachments", "data", "outcome", "name", "extra"} <= set(first)


@pytest.mark.parametrize("length", [4, 8, 13, 36])
def test_a_prefix_of_the_id_names_the_chat(kato, length):
    chat = kato.new_chat("Only one", "x")
    assert kato.rows("chat", "show", chat[:length])[0]["chat"] == chat


def test_a_piece_of_a_title_names_the_chat_when_only_one_has_it(kato):
    garden = kato.new_chat("Garden plans", "x")
    kato.new_chat("Office plans", "y")
    assert kato.rows("chat", "show", "garden")[0]["chat"] == garden
    done = kato("chat", "show", "plans", code=2)
    assert done.out == "" and "plans" in done.err


def test_an_unknown_chat_exits_with_3(kato):
    kato("init")
    for args in (["show", "nobody"], ["rename", "nobody", "x"], ["tag", "nobody", "x"], ["delete", "nobody"],
                 ["append", "nobody", "--role", "user"], ["restore", "01234567-89ab-8def-8123-456789abcdef"]):
        done = kato("chat", *args, code=3, stdin="text")
        assert done.out == "" and done.err.startswith("kato: ")


def test_a_piece_of_an_id_that_is_too_short_is_told_so(kato):
    chat = kato.new_chat("Notes", "x")
    for args in (["chat", "show", chat[:3]], ["chat", "append", chat[:3], "--role", "user"], ["export", chat[:3]],
                 ["export", chat[:3], "--format", "original"]):
        assert "four characters" in kato(*args, code=3).err
    assert "four characters" not in kato("chat", "show", "xyz", code=3).err
    assert "four characters" not in kato("chat", "show", "0" * 8, code=3).err


def test_append_takes_the_text_from_standard_input(kato):
    chat = kato.new_chat("Notes")
    text = "Zeile eins\n\tzwei\n\n\u65e5\u672c\u8a9e"
    (row,) = kato.rows("chat", "append", chat, "--role", "assistant", "--model", "m-1", stdin=text + "\n")
    assert (row["type"], row["text"], row["model"], row["role"]) == ("event", text, "m-1", "assistant")
    printed = kato("chat", "append", chat, "--role", "user", stdin="more").out.strip()
    assert [event["id"] for event in kato.rows("chat", "show", chat)] == [row["id"], printed]


@pytest.mark.parametrize("role, kind", [
    ("user", "user.message"), ("assistant", "assistant.message"), ("system", "system.message"),
    ("tool", "assistant.tool.result"),
])
def test_append_knows_four_roles(kato, role, kind):
    chat = kato.new_chat("Notes")
    (row,) = kato.rows("chat", "append", chat, "--role", role, stdin="text")
    assert (row["role"], row["kind"]) == (role, kind)


def test_append_takes_the_text_from_an_option(kato):
    chat = kato.new_chat("Notes")
    assert kato.rows("chat", "append", chat, "--role", "user", "--text", "-x")[0]["text"] == "-x"


def test_append_as_json_says_nothing_of_a_place_that_only_a_walk_knows(kato):
    chat = kato.new_chat("Notes", "one", "two")
    (row,) = kato.rows("chat", "append", chat, "--role", "user", stdin="three")
    assert "sequence" not in row and "depth" not in row
    *_, shown = kato.rows("chat", "show", chat)
    assert (shown["sequence"], shown["depth"]) == (2, 2)
    assert set(shown) - set(row) == {"sequence", "depth"}


def test_append_refuses_a_text_that_is_too_long_as_a_wrong_value(kato):
    chat = kato.new_chat("Notes")
    done = kato("chat", "append", chat, "--role", "user", stdin=b"x" * (64 * 1024 * 1024 + 1), code=2)
    assert "longer than 67108864 bytes" in done.err
    assert kato.rows("chat", "show", chat) == []


def test_append_refuses_what_is_no_text(kato):
    chat = kato.new_chat("Notes")
    assert "no text" in kato("chat", "append", chat, "--role", "user", stdin=b"\n", code=2).err
    kato("chat", "append", chat, "--role", "user", stdin=b"\xff\xfe", code=2)
    assert kato.rows("chat", "show", chat) == []


def test_append_to_an_earlier_event_makes_a_branch(kato):
    chat = kato.new_chat("Notes", "question", "first answer")
    question = kato.rows("chat", "show", chat)[0]["id"]
    kato("chat", "append", chat, "--role", "assistant", "--parent", question, stdin="second answer")
    assert [event["text"] for event in kato.rows("chat", "show", chat)] == ["question", "second answer"]
    tree = kato.rows("chat", "show", chat, "--tree")
    assert sorted(event["text"] for event in tree) == ["first answer", "question", "second answer"]
    assert "1 other branch here" in kato("chat", "show", chat).out
    assert "branch after" in kato("chat", "show", chat, "--tree").out


@pytest.mark.parametrize("option", ["--tree", "--all"])
def test_show_gives_every_event_an_id_that_append_accepts_as_parent(kato, option):
    chat = kato.new_chat("Notes", *[f"text {i}" for i in range(12)])
    full = {event["id"] for event in kato.rows("chat", "show", chat, "--tree")}
    out = kato("chat", "show", chat, option).out
    ids = re.findall(r"^(?:user|assistant)  .*  ([0-9a-f-]+)$", out, re.MULTILINE)
    assert len(set(ids)) == len(ids) == 12
    for short in ids:
        assert 8 <= len(short) < 36 and sum(event.startswith(short) for event in full) == 1
    (row,) = kato.rows("chat", "append", chat, "--role", "user", "--parent", ids[3], stdin="branch")
    assert row["parent"].startswith(ids[3])
    assert f"---- branch after {ids[3]}" in kato("chat", "show", chat, option).out


def test_show_shortens_long_tool_results_unless_asked(kato):
    chat = kato.new_chat("Notes", "go")
    kato("chat", "append", chat, "--role", "tool", "--name", "Bash", "--outcome", "failure",
         stdin="\n".join(f"line {i}" for i in range(50)))
    short = kato("chat", "show", chat).out
    assert "line 9\n" in short and "line 10\n" not in short and "40 more lines" in short
    assert "Bash failed" in short
    assert "line 49\n" in kato("chat", "show", chat, "--full").out


def test_rename_and_back(kato):
    chat = kato.new_chat("Old")
    assert kato("chat", "rename", chat, "New").err == 'renamed "Old"\n'
    (row,) = kato.rows("chat", "list")
    assert row["title"] == "New"
    assert kato.rows("chat", "rename", chat, "Newer")[0]["title"] == "Newer"


def test_tag_and_untag(kato):
    chat = kato.new_chat("Plans")
    assert kato.rows("chat", "tag", chat, "todo", "garden")[0]["tags"] == ["garden", "todo"]
    kato("chat", "tag", chat, "todo")
    assert "#garden  #todo" in kato("chat", "show", chat).out
    assert kato.rows("chat", "untag", chat, "todo")[0]["tags"] == ["garden"]
    kato("chat", "tag", chat, "two words", code=2)


def test_delete_hides_and_restore_brings_back(kato):
    chat = kato.new_chat("Secret plans", "a needle in hay")
    assert f"kato chat restore {chat}" in kato("chat", "delete", chat).err
    assert kato.rows("chat", "list") == []
    assert kato.rows("search", "needle") == []
    kato("chat", "show", chat, code=3)
    (row,) = kato.rows("chat", "list", "--deleted")
    assert row["deleted"] is True
    assert "[deleted]" in kato("chat", "list", "--deleted").out
    kato("chat", "restore", chat)
    assert [row["id"] for row in kato.rows("chat", "list")] == [chat]
    assert len(kato.rows("search", "needle")) == 1


def test_purge_asks_for_certainty_and_leaves_nothing(kato):
    chat = kato.new_chat("Plans", "an unusual marker: quetzalcoatl")
    done = kato("chat", "delete", chat, "--purge", code=2)
    assert "--yes" in done.err
    assert len(kato.rows("chat", "list")) == 1
    assert kato.rows("chat", "delete", chat, "--purge", "--yes") == [{"type": "deleted", "id": chat, "purged": True}]
    assert kato.rows("chat", "list", "--deleted") == []
    for path in kato.home.rglob("*"):
        assert not path.is_file() or b"quetzalcoatl" not in path.read_bytes(), path


def test_a_purged_chat_cannot_be_restored_and_does_not_come_back(kato, examples):
    kato("import", examples / "codex")
    (chat,) = [row["id"] for row in kato.rows("chat", "list")]
    kato("chat", "delete", chat, "--purge", "--yes")
    done = kato("chat", "restore", chat, code=3)
    assert "was purged" in done.err and "what was purged cannot" in done.err
    kato.start("import", examples / "codex").communicate(timeout=60)
    assert kato.rows("chat", "list", "--deleted") == []
    kato("chat", "restore", chat, code=3)


def test_quiet_says_nothing(kato):
    chat = kato.new_chat("Plans")
    for args in (["rename", chat, "X"], ["tag", chat, "t"], ["delete", chat]):
        done = kato("chat", *args, "--quiet")
        assert done.out == "" and done.err == ""


def test_json_output_is_one_object_a_line_whatever_the_content(kato):
    chat = kato.new_chat('Quote " and \\ and \u2028', 'line\nbreak \u202e "quoted" \\ tab\t')
    for args in (["chat", "list"], ["chat", "show", chat], ["search", "quoted"]):
        lines = kato(*args, "--json").out.split("\n")
        assert lines[-1] == "" and len(lines) == 2
        assert isinstance(json.loads(lines[0]), dict)
    assert kato.rows("chat", "show", chat)[0]["text"] == 'line\nbreak \u202e "quoted" \\ tab\t'


def test_a_deleted_chat_can_still_be_removed_for_good_by_its_full_id(kato):
    chat = kato.new_chat("Old", "to be forgotten")
    kato("chat", "delete", chat, "--yes")
    kato("chat", "delete", chat[:8], "--purge", "--yes", code=3)
    kato("chat", "delete", chat, "--purge", "--yes")
    kato("chat", "restore", chat, code=3)
    kato("chat", "delete", "01234567-89ab-8def-8123-456789abcdef", "--purge", "--yes", code=3)
