"""Events: appended, walked, read."""

import datetime

import pytest

import kato

UTC = datetime.timezone.utc


@pytest.fixture
def chat(store):
    return store.create_chat("a chat")


def test_an_appended_event_has_what_it_was_given(store, chat):
    question = chat.append("user", "question")
    time = datetime.datetime(2024, 5, 6, 7, 8, 9, 123456, UTC)
    event = chat.append(
        "assistant",
        "reading",
        kind="assistant.tool.call",
        model="some-model-1",
        name="Read",
        call_id="call_1",
        data={"path": "\u7aaf.txt", "n": 1.5},
        parent=question,
        time=time,
        outcome=True,
        flags=kato.EventFlag.HIDDEN,
    )
    for read in (event, store.event(event.id)):
        assert read.id == event.id and read.chat_id == chat.id and read.parent == question.id
        assert read.kind == "assistant.tool.call" and read.role == "assistant"
        assert read.text == "reading" and read.text_raw == b"reading"
        assert read.model == "some-model-1" and read.name == "Read" and read.call_id == "call_1"
        assert read.data == {"path": "\u7aaf.txt", "n": 1.5}
        assert read.time == time
        assert read.time_us == round(time.timestamp() * 1000000)
        assert read.outcome is True
        assert read.flags == kato.EventFlag.HIDDEN
        assert read.refers is None and read.copy_of is None and read.response is None
        assert read.extra is None and read.attachments == ()


def test_outcome_has_three_values(chat):
    assert chat.append("tool", "x").outcome is None
    assert chat.append("tool", "x", outcome=False).outcome is False
    assert chat.append("tool", "x", outcome=True).outcome is True


def test_text_keeps_nul_and_characters_outside_the_basic_plane(chat):
    text = "a\0b \U0001f600 \u7aaf\n\x1b[31m"
    assert chat.append("user", text).text == text
    assert chat.append("user", text.encode()).text == text


def test_text_that_is_no_unicode_is_invalid(chat):
    with pytest.raises((kato.Invalid, UnicodeEncodeError)):
        chat.append("user", "half \ud83d")
    assert chat.event_count == 0


def test_bad_arguments_are_refused(store, chat):
    with pytest.raises(kato.Invalid):
        chat.append("robot", "x")
    with pytest.raises(kato.Invalid):
        chat.append("user", "x", kind="user.shout")
    with pytest.raises(kato.Invalid):
        chat.append("user", "x", data=[1])
    with pytest.raises(TypeError):
        chat.append("user", "x", data={"a": object()})
    with pytest.raises(kato.NotFound):
        chat.append("user", "x", parent="00000000-0000-4000-8000-000000000000")
    with pytest.raises(kato.Invalid):
        chat.append("user", "x", time=datetime.datetime(2024, 1, 1))
    with pytest.raises(TypeError):
        chat.append("user", 7)
    assert list(chat.events()) == []


def test_a_walk_gives_place_and_depth(chat):
    root = chat.append("user", "root")
    chat.append("assistant", "left", parent=root)
    chat.append("assistant", "right", parent=root)
    assert [(e.text, e.sequence, e.depth) for e in chat.events(tree=True)] == [
        ("root", 0, 0),
        ("left", 1, 1),
        ("right", 2, 1),
    ]


def test_a_long_walk_is_complete_and_in_order(chat):
    for number in range(700):  # more than two batches
        chat.append("user", str(number))
    assert [int(event.text) for event in chat.events()] == list(range(700))


def test_events_outlive_walk_chat_and_store(tmp_path):
    store = kato.open(tmp_path / "w")
    chat = store.create_chat("x")
    chat.append("user", "kept")
    walk = chat.events()
    event = next(chat.events())
    store.close()
    del store, chat
    assert event.text == "kept"
    assert [e.text for e in walk] == ["kept"]


def test_an_imported_event_has_its_attachment_and_raw_text(store, kiln):
    store.import_path(kiln)
    (chat,) = store.chats()
    (event,) = [e for e in chat.events(tree=True) if e.text.startswith("Half an emoji")]
    assert "\ufffd" in event.text and b"\xed\xa0\xbd" in event.text_raw and "\0" in event.text
    (attachment,) = [a for e in chat.events(tree=True) for a in e.attachments]
    assert attachment.media_type == "image/png" and attachment.size == 70
    assert store.read_blob(attachment.sha256).startswith(b"\x89PNG\r\n\x1a\n")
    with pytest.raises(kato.NotFound):
        store.read_blob("0" * 64)
    with pytest.raises(kato.Invalid):
        store.read_blob("abc")


def test_a_result_refers_to_its_call(store, kiln):
    store.import_path(kiln)
    (chat,) = store.chats()
    (result,) = [e for e in chat.events() if e.kind == "assistant.tool.result"]
    call = store.event(result.refers)
    assert call.name == "Read" and call.data == {"file_path": "/home/ines/kiln/pid.c"}


def test_appending_raw_text_of_another_event_is_possible(store, chat, kiln):
    store.import_path(kiln)
    (imported,) = store.chats(provider="claude-code")
    texts = [e for e in imported.events() if e.kind == "user.message"]
    copy = chat.append("user", texts[0].text_raw)
    assert copy.text == texts[0].text


def test_an_event_that_two_chats_have_is_read_in_its_chat(store, chat, tmp_path):
    event = chat.append("user", "said twice")
    other = "11111111-2222-8333-8444-555555555555"
    copy = tmp_path / "copy.jsonl"
    copy.write_text(store.export().replace(chat.id, other))
    store.import_path(copy)
    for id in (chat.id, other):
        assert [e.text for e in store.chat(id).events()] == ["said twice"]
    with pytest.raises(kato.Ambiguous, match="several chats have it"):
        store.event(event.id)
