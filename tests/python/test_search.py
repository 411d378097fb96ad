"""Search, figures, verification."""

import pytest

import kato


def test_a_hit_says_what_and_where(store, kiln):
    store.import_path(kiln)
    hits = store.search("overshoot")
    assert hits.matches >= len(hits) > 0 and hits.ranked == "all"
    hit = hits[0]
    assert "overshoot" in hit.snippet.lower() and "\x02" not in hit.snippet
    assert all("overshoot" == hit.snippet[a:b].lower() for a, b in hit.highlights) and hit.highlights
    assert store.event(hit.event_id).kind == hit.kind
    assert store.chat(hit.chat_id).title == hit.title
    assert hit.time is not None and hit.time.tzinfo is not None
    assert hits == store.search("overshoot")


def test_limit_and_offset_page(store):
    chat = store.create_chat("x")
    for _ in range(25):
        chat.append("user", "earthenware")
    assert len(store.search("earthenware")) == 20
    assert len(store.search("earthenware", limit=100)) == 25
    assert len(store.search("earthenware", limit=10, offset=20)) == 5
    assert store.search("earthenware", limit=0) == []
    with pytest.raises(kato.LimitError):
        store.search("earthenware", limit=10001)


def test_a_malformed_query_is_a_value_error_with_its_place(store):
    with pytest.raises(ValueError) as caught:
        store.search('fine "unclosed')
    assert isinstance(caught.value, kato.Invalid)
    assert caught.value.detail["offset"] == 5


def test_stats_verify_and_reindex(store, kiln):
    store.import_path(kiln)
    figures = store.stats()
    assert figures["chats"] == 1 and figures["blobs"] == 1 and "content_hash" not in figures
    report = store.verify()
    assert report.ok and report.checks and all(check["ok"] for check in report.checks)
    store.reindex()
    assert store.search("thermocouple")
