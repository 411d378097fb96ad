// Snippets: what they show of a text, and what they mark in it.
#include "store/snippet.h"

#include "base/text.h"

#include <doctest/doctest.h>

#include <algorithm>

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
    Pattern pattern(std::string_view text, bool prefix = false) {
        Pattern out;
        out.prefix = prefix;
        REQUIRE(tokenizer->cut(text, Tokenizer::Purpose::query, [&](const Token& token) {
            out.tokens.emplace_back(token.text);
            return true;
        }));
        return out;
    }
    // The marks as < and >.
    std::string snippet(std::string_view text, const std::vector<Pattern>& patterns) {
        auto made = make_snippet(*tokenizer, text, patterns);
        REQUIRE(made);
        std::replace(made->begin(), made->end(), '\x02', '<');
        std::replace(made->begin(), made->end(), '\x03', '>');
        return *made;
    }
};

std::size_t characters(std::string_view text) {
    std::size_t count = 0;
    for (std::size_t pos = 0; pos < text.size(); ++count) (void)next_code_point(text, pos);
    return count;
}

std::string repeat(std::string_view text, int times) {
    std::string out;
    for (int i = 0; i < times; ++i) out += text;
    return out;
}

} // namespace

TEST_CASE_FIXTURE(Fixture, "a short text is shown whole, with every match marked") {
    CHECK(snippet("The cat saw a Cat.", {pattern("cat")}) == "The <cat> saw a <Cat>.");
    CHECK(snippet("nothing here", {pattern("cat")}) == "nothing here");
    CHECK(snippet("", {pattern("cat")}) == "");
    CHECK(snippet("no query", {}) == "no query");
}

TEST_CASE_FIXTURE(Fixture, "a phrase is marked as a whole and only where it is one") {
    CHECK(snippet("refused: connection refused", {pattern("connection refused")}) ==
          "refused: <connection refused>");
    CHECK(snippet("call parse_json now", {pattern("parse_json")}) == "call <parse_json> now");
    CHECK(snippet("parsed parsing pa", {pattern("pars", true)}) == "<parsed> <parsing> pa");
}

TEST_CASE_FIXTURE(Fixture, "parts of code words are marked") {
    CHECK(snippet("use parseJsonFile(x)", {pattern("json")}) == "use parse<Json>File(x)");
    CHECK(snippet("snake_case_name", {pattern("case")}) == "snake_<case>_name");
    CHECK(snippet("use parseJsonFile(x)", {pattern("parsejsonfile"), pattern("json")}) ==
          "use <parseJsonFile>(x)");
}

TEST_CASE_FIXTURE(Fixture, "CJK words are marked inside running text") {
    CHECK(snippet("\u6211\u4EEC\u7684\u6570\u636E\u5E93\u5F88\u5927",
                  {pattern("\u6570\u636E\u5E93")}) ==
          "\u6211\u4EEC\u7684<\u6570\u636E\u5E93>\u5F88\u5927");
    CHECK(snippet("\u4ED3\u5E93\u5F88\u5927\uFF0C\u5E93", {pattern("\u5E93", true)}) ==
          "\u4ED3<\u5E93>\u5F88\u5927\uFF0C<\u5E93>");
    CHECK(snippet("\u4F7F\u7528SQLite\u5427", {pattern("\u7528sqlite")}) ==
          "\u4F7F<\u7528SQLite>\u5427");
}

TEST_CASE_FIXTURE(Fixture,
                  "a snippet is one line without control characters, whatever the text holds") {
    CHECK(snippet(" a\n\t b\x1B[31m \x02 c\x03 \u0085d\u2028\x7F", {pattern("c")}) ==
          "a b [31m <c> d");
    CHECK(snippet(std::string_view("x\0y", 3), {pattern("y")}) == "x <y>");
    const std::string hostile = snippet("\x03\x02 \x02\x02needle\x03", {pattern("needle")});
    CHECK(hostile == "<needle>");
}

TEST_CASE_FIXTURE(Fixture, "a long text is cut to about 160 characters around the best place") {
    const std::string filler = repeat("lorem ipsum dolor sit amet ", 40);
    const std::string text =
        filler + "one needle here " + filler + "a needle beside the thread " + filler;
    const std::string shown = snippet(text, {pattern("needle"), pattern("thread")});
    CHECK(shown.find("<needle> beside the <thread>") != std::string::npos);
    CHECK(shown.starts_with("\u2026"));
    CHECK(shown.ends_with("\u2026"));
    CHECK(characters(shown) > 120);
    CHECK(characters(shown) < 175);
    CHECK(shown.substr(3, 1) != " ");
}

TEST_CASE_FIXTURE(Fixture, "near the ends of a text the room is used") {
    const std::string filler = repeat("lorem ipsum ", 50);
    const std::string at_end = snippet(filler + "needle", {pattern("needle")});
    CHECK(at_end.ends_with("<needle>"));
    CHECK(characters(at_end) > 130);
    CHECK(snippet("needle " + filler, {pattern("needle")}).starts_with("<needle> lorem"));
}

TEST_CASE_FIXTURE(Fixture, "a match is found deep inside a very long text") {
    const std::string filler = repeat("lorem ipsum dolor ", 100'000);
    CHECK(snippet(filler + "parseNeedle " + filler, {pattern("needle")}).find("parse<Needle>") !=
          std::string::npos);
    std::string cjk = repeat("\u6570\u636E", 100'000);
    CHECK(snippet(cjk + "\u5E93" + cjk, {pattern("\u636E\u5E93")}).find("<\u636E\u5E93>") !=
          std::string::npos);
}

TEST_CASE_FIXTURE(Fixture, "characters are not cut, and bytes that are none do no harm") {
    for (int i = 0; i < 40; ++i) {
        const std::string text =
            std::string(static_cast<std::size_t>(i), 'a') + repeat("\U00020BB7\u00E9", 300);
        CHECK(is_utf8(snippet(text, {pattern("\U00020BB7", true)})));
    }
    (void)snippet(repeat("\xFF\xED\xA0\x80 needle \xE6", 500), {pattern("needle")});
}
