// The query language: what is understood, and where and why a query is refused.
#include "store/query.h"

#include <doctest/doctest.h>

#include <fmt/format.h>

using namespace kato;

namespace {

SearchQuery parsed(std::string_view text) {
    auto query = parse_query(text);
    REQUIRE_MESSAGE(query.ok(), text);
    return *query;
}

// "a b|c d* -e"
std::string terms(std::string_view text) {
    const SearchQuery query = parsed(text);
    std::string out;
    const auto add = [&](const Term& term) {
        out += fmt::format("{}{}", term.text, term.prefix ? "*" : "");
    };
    for (const auto& group : query.all) {
        if (!out.empty()) out += ' ';
        for (std::size_t i = 0; i < group.size(); ++i) {
            if (i > 0) out += '|';
            add(group[i]);
        }
    }
    for (const Term& term : query.none) {
        out += " -";
        add(term);
    }
    return out;
}

struct Refusal {
    std::uint64_t offset;
    std::string message;
};
Refusal refused(std::string_view text) {
    auto query = parse_query(text);
    REQUIRE_MESSAGE(!query.ok(), text);
    CHECK(query.error().code == Code::invalid);
    CHECK(!query.error().hint.empty());
    REQUIRE(query.error().offset);
    return {*query.error().offset, query.error().message};
}

std::uint32_t bit(Kind kind) { return 1U << static_cast<unsigned>(kind); }

} // namespace

TEST_CASE("words, phrases, prefixes and words to leave out") {
    CHECK(terms("data  base") == "data base");
    CHECK(terms("\"connection refused\" time") == "connection refused time");
    CHECK(terms("parse* \"foo ba\"*") == "parse* foo ba*");
    CHECK(terms("a -b -\"c d\" -e*") == "a -b -c d -e*");
    CHECK(terms("x - y") == "x - y");  // a hyphen alone is no operator
    CHECK(terms("a\u3000b") == "a b"); // the ideographic space is a space
    CHECK(terms("std::map http://x it's c++ a-b") == "std::map http://x it's c++ a-b");
}

TEST_CASE("OR joins the words beside it, AND is what a space means") {
    CHECK(terms("a OR b") == "a|b");
    CHECK(terms("a b OR \"c d\" OR e f") == "a b|c d|e f");
    CHECK(terms("a AND b or c") == "a b or c");
}

TEST_CASE("filters, also quoted, repeated and negated") {
    const SearchQuery query =
        parsed("x provider:codex PROJECT:\"my dir\" tag:a tag:b -tag:c model:opus -model:mini");
    CHECK(query.provider.any == std::vector<std::string>{"codex"});
    CHECK(query.project.any == std::vector<std::string>{"my dir"});
    CHECK(query.tag.any == std::vector<std::string>{"a", "b"});
    CHECK(query.tag.none == std::vector<std::string>{"c"});
    CHECK(query.model.any == std::vector<std::string>{"opus"});
    CHECK(query.model.none == std::vector<std::string>{"mini"});
    CHECK(parsed("tag:a OR tag:b").tag.any.size() == 2);
    CHECK(terms("\"tag:a\"") == "tag:a"); // in quotes it is text
}

TEST_CASE("kinds by name, by their beginning and by their end") {
    CHECK(parsed("kind:user.message").kinds == bit(Kind::user_message));
    CHECK(parsed("kind:user").kinds ==
          (bit(Kind::user_message) | bit(Kind::user_decision_response)));
    CHECK(parsed("kind:tool.call").kinds == bit(Kind::assistant_tool_call));
    CHECK(parsed("kind:thinking -kind:provider").not_kinds ==
          (bit(Kind::provider_info) | bit(Kind::provider_raw)));
}

TEST_CASE("times are dates or complete, and the narrowest of several counts") {
    const SearchQuery query =
        parsed("after:2026-01-01 after:2026-02-01 before:2026-03-01T12:00:00Z");
    CHECK(query.after == parse_time("2026-02-01T00:00:00Z"));
    CHECK(query.before == parse_time("2026-03-01T12:00:00Z"));
}

TEST_CASE("a malformed query is refused with the place") {
    CHECK(refused("").offset == 0);
    CHECK(refused("  ").message == "the query is empty");
    CHECK(refused("ab \"cd").offset == 3);
    CHECK(refused("OR a").offset == 0);
    CHECK(refused("a OR").offset == 2);
    CHECK(refused("a OR OR b").offset == 5);
    CHECK(refused("a OR -b").offset == 2);
    CHECK(refused("a -b OR c").offset == 5);
    CHECK(refused("a OR tag:b").offset == 2);
    CHECK(refused("tag:b OR a").offset == 6);
    CHECK(refused("-a").message == "there are only words to leave out");
    CHECK(refused("tag:").offset == 4);
    CHECK(refused("x tag: y").offset == 6);
    CHECK(refused("kind:nonsense").offset == 5);
    CHECK(refused("after:yesterday").message == "yesterday: not a date");
    CHECK(refused("-after:2026-01-01").offset == 0);
    CHECK(refused("project:\"x").offset == 8);
}

TEST_CASE("parentheses that would group are refused, others are text") {
    CHECK(refused("(fox OR test) 100").offset == 0);
    CHECK(refused("a (b OR c)").offset == 2);
    CHECK(refused("a -(b c)").offset == 3);
    CHECK(refused("project:(a b)").offset == 8);
    CHECK(refused("(").message == "words cannot be grouped by parentheses");
    CHECK(terms("\"(fox OR test)\" 100") == "(fox OR test) 100");
    CHECK(terms("printf( f(x) :)") == "printf( f(x) :)");
    CHECK(parsed("project:\"(a b)\"").project.any == std::vector<std::string>{"(a b)"});
}

TEST_CASE("a star that ends a word inside a phrase is refused, others are text") {
    CHECK(refused("\"quick bro*\"").offset == 10);
    CHECK(refused("x \"qui* brown\"").offset == 6);
    CHECK(refused("a -\"b c*\"").offset == 7);
    CHECK(refused("\"\u65e5\u672c*\"").message == "a star inside a phrase has no meaning");
    CHECK(terms("\"quick bro\"*") == "quick bro*");
    CHECK(terms("\"a * b\" \"char *p\" \"**bold**\" \"*\"") == "a * b char *p **bold** *");
    CHECK(parsed("project:\"a*\"").project.any == std::vector<std::string>{"a*"});
}

TEST_CASE("a query is bounded") {
    CHECK(refused(std::string(5000, 'a')).offset == k_max_query_bytes);
    std::string many;
    for (int i = 0; i < 64; ++i) many += "a ";
    CHECK(parsed(many).all.size() == 64);
    CHECK(refused(many + "a").offset == 128);
}
