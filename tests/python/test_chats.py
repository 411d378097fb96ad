"""Chats: made, listed, changed, deleted."""

import datetime

import pytest

import kato

UTC = datetime.timezone.utc


def test_a_new_chat_has_what_it_was_given(store):
    before = datetime.datetime.now(UTC)
    chat = store.create_chat("Title", project="/home/ines/oven")
    assert (chat.title, chat.project, chat.provider) == ("Title", "/home/ines/oven", "kato")
    assert chat.provider_id is None and chat.model is None and chat.parent is None
    assert chat.parent_event is None and chat.head is None
    assert chat.event_count == 0 and chat.tags == () and not chat.deleted
    assert before - datetime.timedelta(seconds=1) <= chat.created <= datetime.datetime.now(UTC)
    assert len(chat.id) == 36


def test_a_chat_is_found_by_id_prefix_and_title(store):
    chat = store.create_chat("Rye bread")
    for reference in (chat.id, chat.id[:20], "Rye bread", "rye"):
        assert store.chat(reference) == chat
    with pytest.raises(kato.NotFound):
        store.chat("wheat")
    store.create_chat("Rye whisky")
    with pytest.raises(kato.Ambiguous):
        store.chat("rye")


def test_chats_are_equal_and_hashable_by_id(store):
    chat = store.create_chat("One")
    other = store.create_chat("One")
    assert chat == store.chat(chat.id) and chat != other and chat != chat.id
    assert len({chat, store.chat(chat.id), other}) == 2


def test_chats_lists_filters_and_pages(store, kiln):
    for title in ("one", "two", "three"):
        store.create_chat(title)
    store.import_path(kiln)
    by_created = [chat.title for chat in store.chats(provider="kato", by_created=True)]
    assert by_created == ["three", "two", "one"]
    assert [c.title for c in store.chats(provider="kato", by_created=True, limit=1, offset=1)] == ["two"]
    assert list(store.chats(limit=0)) == []
    assert [c.provider for c in store.chats(project="kiln")] == ["claude-code"]
    assert [c.title for c in store.chats(title="TW")] == ["two"]
    store.chat("two").tag("mine")
    assert [c.title for c in store.chats(tag="mine")] == ["two"]
    year = datetime.datetime(2026, 2, 3, 8, tzinfo=UTC)
    assert [c.provider for c in store.chats(before=year + datetime.timedelta(microseconds=1))] == [
        "claude-code"
    ]
    assert list(store.chats(before=year)) == []


def test_a_filter_of_another_type_is_a_type_error(store):
    with pytest.raises(TypeError):
        store.chats(provider=7)
    with pytest.raises(kato.Invalid):
        store.chats(after=datetime.datetime(2026, 1, 1))  # no time zone


def test_the_list_is_lazy_and_as_of_when_it_was_asked_for(store):
    store.create_chat("before")
    chats = store.chats()
    store.create_chat("after")
    assert [chat.title for chat in chats] == ["before"]


def test_changes_through_the_object_are_seen_in_it(store):
    chat = store.create_chat("Draft")
    chat.rename("Final")
    assert chat.title == "Final"
    chat.tag("b", "a", "b")
    assert chat.tags == ("a", "b")
    chat.untag("a")
    assert chat.tags == ("b",)
    event = chat.append("user", "hello")
    assert chat.event_count == 1 and chat.head == event.id
    with pytest.raises(kato.Invalid):
        chat.tag("two words")


def test_changes_elsewhere_are_seen_after_refresh(store):
    chat = store.create_chat("Draft")
    store.chat(chat.id).rename("Final")
    assert chat.title == "Draft"
    assert chat.refresh().title == "Final"


def test_the_head_can_be_set_and_released(store):
    chat = store.create_chat("branches")
    question = chat.append("user", "question")
    first = chat.append("assistant", "first", parent=question)
    second = chat.append("assistant", "second", parent=question.id)
    assert chat.head == second.id
    chat.set_head(first)
    assert [event.text for event in chat.events()] == ["question", "first"]
    chat.set_head(None)
    assert [event.text for event in chat.events()] == ["question", "second"]
    assert [event.text for event in chat.events(tree=True)] == ["question", "first", "second"]


def test_a_deleted_chat_is_hidden_and_can_be_restored(store):
    chat = store.create_chat("Old")
    chat.delete()
    assert list(store.chats()) == []
    assert [c.deleted for c in store.chats(deleted=True)] == [True]
    with pytest.raises(kato.NotFound):
        store.chat("Old")
    chat.restore()
    assert store.chat("Old") == chat


def test_a_purged_chat_is_gone(store):
    chat = store.create_chat("Secret")
    chat.append("user", "text")
    chat.delete(purge=True)
    assert list(store.chats(deleted=True)) == []
    with pytest.raises(kato.NotFound):
        chat.restore()
    with pytest.raises(kato.NotFound):
        chat.refresh()


def test_a_chat_has_a_repr(store):
    chat = store.create_chat("Title")
    assert chat.id in repr(chat) and "Title" in repr(chat)
