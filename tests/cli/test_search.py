"""kato search: hits, filters, mistakes in queries."""

import json
import re

import pytest

import conftest


def texts(kato, *query):
    return [row["snippet"] for row in kato.rows("search", *query)]


def test_a_hit_as_json_has_the_pinned_members(kato):
    chat = kato.new_chat("Tea", "How long does green tea steep?")
    (row,) = kato.rows("search", "steep")
    assert {"type", "chat", "event", "kind", "snippet", "score"} <= set(row)
    assert (row["type"], row["chat"], row["kind"], row["title"]) == ("hit", chat, "user.message", "Tea")
    assert re.fullmatch(conftest.UUID, row["event"])
    assert isinstance(row["score"], float)
    start, length = row["matches"][0]
    assert row["snippet"][start:start + length].lower() == "steep"


def test_words_phrases_prefixes_exclusion_and_alternatives(kato):
    kato.new_chat("A", "red green blue")
    kato.new_chat("B", "green red yellow")
    assert len(texts(kato, "red", "green")) == 2
    assert len(texts(kato, '"red green"')) == 1
    assert len(texts(kato, "yell*")) == 1
    assert len(texts(kato, "green -blue")) == 1
    assert len(texts(kato, "blue OR yellow")) == 2
    assert texts(kato, "purple") == []


@pytest.mark.parametrize("text, query", [
    ("call parse_http_header now", "header"), ("class JsonTreeReader", "tree"),
    ("\u4eca\u5929\u6211\u4eec\u8ba8\u8bba\u6570\u636e\u5e93\u8bbe\u8ba1", "\u6570\u636e\u5e93"),
    ("\u65e5\u672c\u8a9e\u306e\u6587\u7ae0\u3092\u691c\u7d22\u3059\u308b", "\u691c\u7d22"),
])
def test_parts_of_code_words_and_cjk_words_are_found(kato, text, query):
    kato.new_chat("A", text)
    assert len(texts(kato, query)) == 1


def test_filters(imported):
    every = imported.rows("search", "tea*", "--limit", "1000")
    assert every
    of = lambda *query: {row["event"] for row in imported.rows("search", *query, "--limit", "1000")}
    assert of("tea* provider:codex") < of("tea*")
    assert {row["kind"] for row in imported.rows("search", "tea* kind:user.message")} == {"user.message"}
    assert of("tea* after:2999-01-01") == set()
    assert of("tea* before:2999-01-01") == {row["event"] for row in every}


def test_limit_and_offset(kato):
    kato.new_chat("A", *["needle"] * 5)
    assert len(kato.rows("search", "needle", "--limit", "2")) == 2
    assert len(kato.rows("search", "needle", "--offset", "4")) == 1
    assert "2 of 5 matches" in kato("search", "needle", "--limit", "2").err


def test_for_people_a_hit_shows_chat_time_kind_title_and_snippet(kato):
    chat = kato.new_chat("Tea", "How long does green tea steep?")
    first, second = kato("search", "steep").out.splitlines()
    assert first.split()[0] == chat[:8] and first.endswith("user.message  Tea")
    assert second.strip() == "How long does green tea steep?"


def test_nothing_found_is_no_failure(kato):
    kato("init")
    done = kato("search", "nothing")
    assert done.out == "" and done.err == "nothing found\n"
    assert kato("search", "nothing", "--json").out == ""


@pytest.mark.parametrize("query, place", [
    ('open "quote', None), ("after:yesterday", None), ("OR", None), ("a OR", None), ("kind:", None), ("-", None),
])
def test_a_malformed_query_exits_with_2_and_shows_the_place(kato, query, place):
    kato.new_chat("A", "text")
    done = kato("search", query, code=2)
    assert done.out == ""
    message, picture, caret, *_ = done.err.splitlines()
    assert message.startswith("kato: ")
    assert not re.search(r"fts5|sql|syntax error near", done.err, re.IGNORECASE)
    assert picture == f"  {query}"
    assert re.fullmatch(r" {2,}\^", caret) and len(caret) <= len(picture) + 1
    (row,) = [json.loads(line) for line in kato("search", query, "--json", code=2).err.splitlines()]
    assert row["type"] == "error" and row["exit"] == 2
    assert row["offset"] == len(caret) - 3


@pytest.mark.parametrize("query, offset", [
    ("(fox OR test) 100", 0), ("a -(b OR c)", 3), ("project:(a b)", 8), ('"quick bro*"', 10),
])
def test_what_looks_like_an_operator_and_is_none_is_refused(kato, query, offset):
    kato.new_chat("A", "the quick brown fox 100 test")
    done = kato("search", "--", query, code=2)
    assert done.err.splitlines()[2] == " " * (offset + 2) + "^"
    (row,) = [json.loads(line) for line in kato("search", "--json", "--", query, code=2).err.splitlines()]
    assert row["offset"] == offset and row["hint"]


def test_what_those_operators_would_say_can_be_said(kato):
    kato.new_chat("A", "the quick brown fox (100 tests)")
    for query in ("fox OR test 100", '"quick bro"*', '"(100 tests)"', "tests)", "fox("):
        assert len(texts(kato, query)) == 1, query


def test_only_the_neighbourhood_of_a_mistake_is_shown(kato):
    kato.new_chat("A", "text")
    long = "x" * 200
    for query in (long * 25, f'{long} "{long}', f"{long} after:nonsense", "\u65e5" * 100 + ' "' + "\u65e5" * 100):
        _, picture, caret, *_ = kato("search", query, code=2).err.splitlines()
        assert len(picture) <= 80 and len(caret) <= 80, query
        assert "..." in picture
    _, picture, caret, *_ = kato("search", f"{long} after:nonsense", code=2).err.splitlines()
    assert picture[len(caret) - 1:] == "nonsense" and picture.startswith("  ...x")


def test_the_help_says_how_to_begin_with_a_minus(kato):
    kato.new_chat("A", "the quick brown dog")
    assert len(texts(kato, "--", "-fox quick")) == 1
    assert "--" in kato("search", "-fox quick", code=2).err
    assert "quote the query, or" not in kato("help", "search").out


def test_characters_that_mean_something_to_sql_or_fts_do_no_harm(kato):
    kato.new_chat("A", "it's a 100% test; drop table chats")
    for query in ("it's", "100%", "test;", "drop table", "a^b", "NEAR(a b)", "x:y", "\x07", "(", ")", "a AND", "{}", "*"):
        done = kato.start("search", "--json", "--", query)
        out, err = done.communicate(timeout=60)
        assert done.returncode in (0, 2), (query, err)
        for row in map(json.loads, err.splitlines()):
            assert not re.search(r"fts5|sql", row["message"], re.IGNORECASE)
    assert len(kato.rows("chat", "list")) == 1


@pytest.mark.parametrize("damage", ["deleted", "garbage", "deleted and a stale log"])
def test_an_index_that_is_gone_is_built_again_by_the_next_search(kato, damage):
    kato.new_chat("Tea", "How long does green tea steep?")
    for path in kato.home.glob("index.db*"):
        if path.name != "index.db-wal" or damage != "deleted and a stale log":
            path.unlink()
    if damage == "garbage":
        (kato.home / "index.db").write_bytes(b"not a database" * 100)
    else:
        kato("doctor")  # it is derived: nothing is damaged
    assert texts(kato, "steep") == ["How long does green tea steep?"]
    kato("doctor")


@pytest.mark.parametrize("query", [
    "getUserName", "getusername", "GetUserName", "UserName", "getUser", "username", "name -user", "getUs*", "UserNa*", "XMLHttp",
    "HttpRequest", "xmlhttprequest2foo", '"see getUserName now"', '"getusername now"', '"getuser now"'])
def test_names_are_found_by_their_parts_and_runs_of_them(kato, query):
    kato.new_chat("Code", "see getUserName now, and XMLHttpRequest2Foo")
    kato.new_chat("Other", "get a name; the user has none. HTTP")
    assert len(texts(kato, query)) == (0 if "-" in query else 1)
