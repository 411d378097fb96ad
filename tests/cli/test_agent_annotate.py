"""kato agent annotate: notes that an agent proposed, kept when somebody says so and not before."""

import json

import pytest
from terminal import Screen


@pytest.fixture
def chat(kato):
    return kato.new_chat("Kettle", "How hot is it?", "Ninety degrees.")


def events(kato, chat, *options):
    return [row for row in kato.rows("chat", "show", chat, *options) if row["type"] == "event"]


def propose(kato, chat, *messages):
    lines = [json.dumps({"type": "annotation", **message}) for message in messages]
    return kato.rows("agent", "run", chat, "--", "sh", "-c", "printf '%s\\n' \"$@\"", "sh", *lines)[0]["id"]


def test_nothing_is_kept_unless_it_is_asked_for(kato, chat):
    before = kato("export", chat).raw
    run = propose(kato, chat, {"event": events(kato, chat)[0]["id"], "text": "a question"})
    assert kato("export", chat).raw == before
    assert kato.rows("agent", "show", run)[0]["said"][0]["body"]["text"] == "a question"
    done = kato("agent", "annotate", run, code=2)  # no terminal, no --yes
    assert "a question" in done.err and kato("export", chat).raw == before
    screen = Screen(kato, "agent", "annotate", run)
    screen.wait_for(b"[y/N]")
    screen.type(b"n\n")
    assert b"nothing was noted" in screen.finish(code=1)
    assert kato("export", chat).raw == before


def test_a_note_stands_beside_its_event_and_the_chat_shows_what_it_showed(kato, chat):
    first, second = events(kato, chat)
    run = propose(kato, chat, {"event": first["id"], "text": "a \x1b[31mquestion"}, {"event": second["id"], "text": "an answer"})
    screen = Screen(kato, "agent", "annotate", run)
    screen.wait_for(b"[y/N]")
    assert b"\x1b[31mquestion" not in screen.bytes
    screen.type(b"y\n")
    screen.finish()
    assert [row["id"] for row in events(kato, chat)] == [first["id"], second["id"]]
    notes = {row["parent"]: row for row in events(kato, chat, "--tree") if "sidechain" in row["flags"]}
    assert {event: row["text"] for event, row in notes.items()} == {first["id"]: "a \x1b[31mquestion", second["id"]: "an answer"}
    assert notes[first["id"]]["name"] == "sh" and notes[first["id"]]["role"] == "system"
    # The chat goes on where it was, and the same again is no second note.
    kato("chat", "append", chat, "--role", "user", "--text", "Thanks")
    assert events(kato, chat)[-1]["parent"] == second["id"]
    rows = kato.rows("agent", "annotate", run, "--yes")
    assert rows == [{"type": "total", "kept": 0, "present": 2, "refused": 0}]
    kato("doctor")


def test_notes_about_anything_else_are_refused(kato, chat, elsewhere):
    other = kato.new_chat("Other", "x")
    (foreign,) = events(kato, other)
    event = events(kato, chat)[0]["id"]
    run = propose(
        kato, chat, {"event": foreign["id"], "text": "not yours"}, {"event": "nonsense", "text": "x"}, {"text": "x"}, {"event": event},
        {"event": event, "text": "kept"}, {"event": event, "text": "kept"},
    )
    rows = kato.rows("agent", "annotate", run, "--yes", code=6)
    assert rows[-1] == {"type": "total", "kept": 1, "present": 1, "refused": 4}
    assert len(events(kato, other, "--tree")) == 1
    kato("agent", "annotate", "ffffffff", code=3)
    # It goes with the chat wherever that goes.
    elsewhere("import", "-", stdin=kato("export", chat).raw)
    assert "kept" in [row["text"] for row in events(elsewhere, chat, "--tree")]
