// What the tokenizer makes of code words, CJK text, diacritics and full-width letters.
#include "store/tokenizer.h"

#include <doctest/doctest.h>

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string>
#include <vector>

using namespace kato;

namespace {

struct Fixture {
    std::unique_ptr<Db> db;
    std::optional<Tokenizer> tokenizer;
    Fixture() {
        auto opened = Db::open(":memory:", SQLITE_OPEN_READWRITE, 0);
        REQUIRE(opened);
        db = std::move(*opened);
        REQUIRE(register_tokenizer(*db));
        auto made = Tokenizer::make(*db);
        REQUIRE(made);
        tokenizer.emplace(std::move(*made));
    }
    // "token@position token@position ..."
    std::string cut(std::string_view text,
                    Tokenizer::Purpose purpose = Tokenizer::Purpose::document) {
        std::string out;
        int position = -1;
        REQUIRE(tokenizer->cut(text, purpose, [&](const Token& token) {
            if (!token.colocated) ++position;
            out += fmt::format("{}{}@{}", out.empty() ? "" : " ", token.text, position);
            return true;
        }));
        return out;
    }
    // What of `text` the tokens stand for.
    std::string places(std::string_view text) {
        std::string out;
        REQUIRE(tokenizer->cut(text, Tokenizer::Purpose::document, [&](const Token& token) {
            out += fmt::format("[{}]", text.substr(token.begin, token.end - token.begin));
            return true;
        }));
        return out;
    }
    // Whether FTS5 finds `query` in `text`.
    bool finds(std::string_view query, std::string_view text) {
        REQUIRE(db->exec(
            "DROP TABLE IF EXISTS t; CREATE VIRTUAL TABLE t USING fts5 (text, tokenize = 'kato')"));
        Query insert(*db, "INSERT INTO t (text) VALUES (?)");
        REQUIRE(insert.bind_text(1, text).run());
        Query find(*db, "SELECT count(*) FROM t WHERE t MATCH ?");
        auto row = find.bind_text(1, query).step();
        REQUIRE(row);
        return find.integer(0) > 0;
    }
};

constexpr auto k_query = Tokenizer::Purpose::query;

} // namespace

TEST_CASE_FIXTURE(Fixture,
                  "words are lower case, without diacritics, cut at punctuation and underscores") {
    CHECK(cut("The parse_json CAF\u00C9, na\u00EFve e\u0301t\u00E9!") ==
          "the@0 parse@1 json@2 cafe@3 naive@4 ete@5");
    CHECK(cut("std::vector<int>") == "std@0 vector@1 int@2");
    CHECK(cut(" -- !? ") == "");
}

TEST_CASE_FIXTURE(Fixture,
                  "parts of a camelCase word and runs of them stand beside the whole word") {
    CHECK(cut("parseJsonFile x") ==
          "parsejsonfile@0 parse@0 parsejson@0 json@0 jsonfile@0 file@0 x@1");
    CHECK(cut("HTTPServer") == "httpserver@0 http@0 server@0");
    CHECK(cut("utf16Text") == "utf16text@0 utf@0 utf16@0 16@0 16text@0 text@0");
    CHECK(cut("getX") == "getx@0 get@0");   // a part of one letter says nothing
    CHECK(cut("aB") == "ab@0");             // no name
    CHECK(cut("7ee812a0") == "7ee812a0@0"); // an id
    CHECK(cut("parseJsonFile", k_query) == "parsejsonfile@0");
}

TEST_CASE_FIXTURE(Fixture, "CJK text is cut into pairs, its last character stands alone too") {
    CHECK(cut("\u6570\u636E\u5E93") == "\u6570\u636E@0 \u636E\u5E93@1 \u5E93@1");
    CHECK(cut("\u6570\u636E\u5E93", k_query) == "\u6570\u636E@0 \u636E\u5E93@1");
    CHECK(cut("\u5E93") == "\u5E93@0");
    CHECK(cut("\u5E93", k_query) == "\u5E93@0");
    CHECK(cut("\uD55C\uAD6D\uC5B4 \u6771\u4EAC") ==
          "\uD55C\uAD6D@0 \uAD6D\uC5B4@1 \uC5B4@1 \u6771\u4EAC@2 \u4EAC@2");
}

TEST_CASE_FIXTURE(Fixture, "characters beyond the basic plane are CJK like others") {
    CHECK(cut("\U00020BB7\u91CE\u5BB6") == "\U00020BB7\u91CE@0 \u91CE\u5BB6@1 \u5BB6@1");
    CHECK(cut("a\U0001F600b") == "a@0 b@1"); // no letter
}

TEST_CASE_FIXTURE(
    Fixture, "letters inside CJK text are words of their own, their neighbours are next to them") {
    CHECK(cut("\u4F7F\u7528SQLite\u6570\u636E") ==
          "\u4F7F\u7528@0 \u7528@0 sqlite@1 sq@1 lite@1 \u6570\u636E@2 \u636E@2");
    CHECK(cut("\u4F7F\u7528SQLite\u6570\u636E", k_query) ==
          "\u4F7F\u7528@0 sqlite@1 \u6570\u636E@2");
    CHECK(finds("\"\u4F7F\u7528SQLite\u6570\u636E\"",
                "\u6211\u4EEC\u4F7F\u7528SQLite\u6570\u636E\u5E93"));
    CHECK(finds("\"\u7528SQLite\"", "\u4F7F\u7528SQLite"));
    CHECK(finds("lite", "\u4F7F\u7528SQLite\u6570\u636E"));
}

TEST_CASE_FIXTURE(Fixture, "one CJK character is found wherever it stands, as a prefix") {
    for (const char* text : {"\u5E93", "\u5E93\u5B58", "\u6570\u636E\u5E93", "\u4ED3\u5E93\u91CC",
                             "a\u5E93", "\u5E93a"})
        CHECK_MESSAGE(finds("\"\u5E93\"*", text), text);
    CHECK(!finds("\"\u5E93\"*", "\u6570\u636E"));
}

TEST_CASE_FIXTURE(Fixture,
                  "full-width letters and digits are found by plain ones and the other way round") {
    CHECK(cut("\uFF33\uFF31\uFF2C\uFF11") == "sql1@0");
    CHECK(finds("sql1", "\u65B0\u3057\u3044\uFF33\uFF31\uFF2C\uFF11"));
    CHECK(finds("\uFF53\uFF51\uFF4C", "SQL"));
}

TEST_CASE_FIXTURE(Fixture, "a token's place is what it stands for in the text") {
    CHECK(places("Caf\u00E9 parseJson") == "[Caf\u00E9][parseJson][parse][Json]");
    CHECK(places("e\u0301t\u00E9\u6570\u636E\u5E93\uFF21") ==
          "[e\u0301t\u00E9][\u6570\u636E][\u636E\u5E93][\u5E93][\uFF21]");
}

TEST_CASE_FIXTURE(Fixture, "what is not text is cut without harm") {
    CHECK(cut("a\xED\xA0\x80"
              "b") == "a@0 b@1"); // a lone surrogate
    CHECK(cut(std::string_view("a\0b", 3)) == "a@0 b@1");
    (void)cut("\xFF\xFE\xE6\x97 \xF0\x9F"); // any tokens, but no crash
}

TEST_CASE_FIXTURE(Fixture, "very long words are cut, in the index and in the query alike") {
    const std::string word(1000, 'x');
    CHECK(cut(word) == std::string(128, 'x') + "@0");
    CHECK(finds(fmt::format("\"{}\"", word), word));
    std::string cjk;
    for (int i = 0; i < 1000; ++i) cjk += "\u6570";
    CHECK(finds(fmt::format("\"{}\"", cjk), cjk));
}

TEST_CASE_FIXTURE(Fixture, "cutting stops when its user has enough, and passes exceptions on") {
    int count = 0;
    REQUIRE(tokenizer->cut("a b c", Tokenizer::Purpose::document,
                           [&](const Token&) { return ++count < 2; }));
    CHECK(count == 2);
    CHECK_THROWS_AS((void)tokenizer->cut("a", Tokenizer::Purpose::document,
                                         [](const Token&) -> bool { throw std::bad_alloc(); }),
                    std::bad_alloc);
}

TEST_CASE_FIXTURE(Fixture, "plain words are cut as unicode61 cuts them, whatever stands beside") {
    // Pieces that meet in every order: words are unicode61's, though most never reach it.
    const std::vector<std::string> pieces = {"word",       "X",      "42",
                                             "_",          " ",      "\n",
                                             "-",          "\u00E9", "e\u0301",
                                             "\u00DF",     "\xFF",   "\xC3",
                                             "\uFF21",     "\u0301", std::string(1, '\0'),
                                             "\U0001F600", "\u0645", std::string(200, 'q')};
    fts5_tokenizer unicode{};
    void* data = nullptr;
    sqlite3_stmt* statement = nullptr;
    fts5_api* api = nullptr;
    REQUIRE(sqlite3_prepare_v2(db->handle(), "SELECT fts5(?1)", -1, &statement, nullptr) ==
            SQLITE_OK);
    REQUIRE(sqlite3_bind_pointer(statement, 1, static_cast<void*>(&api), "fts5_api_ptr", nullptr) ==
            SQLITE_OK);
    REQUIRE(sqlite3_step(statement) == SQLITE_ROW);
    sqlite3_finalize(statement);
    REQUIRE(api->xFindTokenizer(api, "unicode61", &data, &unicode) == SQLITE_OK);
    std::array<const char*, 2> arguments = {"remove_diacritics", "2"};
    Fts5Tokenizer* plain = nullptr;
    REQUIRE(unicode.xCreate(data, arguments.data(), 2, &plain) == SQLITE_OK);

    using Places = std::vector<std::pair<std::size_t, std::size_t>>;
    const auto note = [](void* user, int, const char*, int, int begin, int end) {
        static_cast<Places*>(user)->emplace_back(begin, end);
        return SQLITE_OK;
    };
    std::size_t compared = 0;
    for (const std::string& a : pieces) {
        for (const std::string& b : pieces) {
            for (const std::string& c : pieces) {
                const std::string text = a + b + c + a;
                Places expected;
                REQUIRE(unicode.xTokenize(plain, &expected, FTS5_TOKENIZE_DOCUMENT, text.data(),
                                          static_cast<int>(text.size()), note) == SQLITE_OK);
                // Ours are the same or cut further: together they cover the same bytes.
                std::vector<bool> theirs(text.size());
                std::vector<bool> ours(text.size());
                for (const auto& [begin, end] : expected)
                    std::fill(theirs.begin() + static_cast<std::ptrdiff_t>(begin),
                              theirs.begin() + static_cast<std::ptrdiff_t>(end), true);
                REQUIRE(tokenizer->cut(text, k_query, [&](const Token& token) {
                    std::fill(ours.begin() + static_cast<std::ptrdiff_t>(token.begin),
                              ours.begin() + static_cast<std::ptrdiff_t>(token.end), true);
                    return true;
                }));
                if (ours != theirs) FAIL_CHECK("cut otherwise: ", text);
                ++compared;
            }
        }
    }
    unicode.xDelete(plain);
    CHECK(compared == pieces.size() * pieces.size() * pieces.size());
}
