"""Whatever is appended comes out of an export, goes into another store, and comes out the same."""

import itertools
import os
import tempfile

import hypothesis
from hypothesis import strategies as st

import kato

hypothesis.settings.register_profile(
    "kato",
    max_examples=200 if os.environ.get("KATO_TEST_LONG") == "1" else 25,
    deadline=None,
    derandomize=os.environ.get("KATO_TEST_LONG") != "1",
    database=None,
    print_blob=True,
)
hypothesis.settings.load_profile("kato")

TEXT = st.text(st.characters(blacklist_categories=("Cs",)), max_size=60)
NAME = st.one_of(st.none(), TEXT.filter(bool))
DATA = st.one_of(
    st.none(),
    st.dictionaries(
        TEXT,
        st.recursive(
            st.none() | st.booleans() | st.integers(-(2**63), 2**63) | st.floats(allow_nan=False, allow_infinity=False) | TEXT,
            lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
            max_leaves=8,
        ),
        max_size=3,
    ),
)
EVENT = st.fixed_dictionaries(
    {
        "role": st.sampled_from(["user", "assistant", "system", "tool"]),
        "text": TEXT,
        "model": NAME,
        "name": NAME,
        "call_id": NAME,
        "data": DATA,
        "outcome": st.sampled_from([None, False, True]),
        "flags": st.sampled_from([None, kato.EventFlag.HIDDEN, kato.EventFlag.INJECTED]),
        "parent": st.integers(0, 10),
    }
)
CHAT = st.tuples(TEXT, NAME, st.lists(EVENT, max_size=5))


def fill(store, chats):
    for title, project, events in chats:
        chat = store.create_chat(title, project)
        made = []
        for wanted in events:
            arguments = dict(wanted)
            parent = arguments.pop("parent")
            if parent < len(made):
                arguments["parent"] = made[parent]
            event = chat.append(**arguments)
            assert event.text == wanted["text"]
            assert event.data == wanted["data"]
            made.append(event)


_numbers = itertools.count()


@hypothesis.given(st.lists(CHAT, max_size=3))
def test_append_export_import_export(chats):
    with tempfile.TemporaryDirectory() as folder:
        with kato.open(folder + "/a") as store, kato.open(folder + "/b") as other:
            fill(store, chats)
            text = store.export()
            other.import_stream(text.encode(), name=f"{next(_numbers)}.jsonl")
            assert other.export() == text
            for chat in store.chats():
                copy = other.chat(chat.id)
                assert (copy.title, copy.project, copy.head) == (chat.title, chat.project, chat.head)
                ours = [(e.id, e.parent, e.text, e.data, e.flags) for e in chat.events(tree=True)]
                theirs = [(e.id, e.parent, e.text, e.data, e.flags) for e in copy.events(tree=True)]
                assert ours == theirs


@hypothesis.given(st.binary(max_size=2000))
def test_any_bytes_are_kept_and_given_back(data):
    with tempfile.TemporaryDirectory() as folder, kato.open(folder + "/w") as store:
        report = store.import_stream(data)
        assert report.size_bytes == len(data)
        assert report.size_bytes == (
            report.parsed_bytes + report.opaque_bytes + report.quarantined_bytes
        )
        for source in store.sources():
            assert store.read_source(source) == data


@hypothesis.given(TEXT)
def test_any_query_finds_or_is_invalid(query):
    with tempfile.TemporaryDirectory() as folder, kato.open(folder + "/w") as store:
        store.create_chat("x").append("user", "words to find")
        try:
            store.search(query)
        except kato.Invalid as error:
            assert "fts5" not in error.message.lower() and "sql" not in error.message.lower()
