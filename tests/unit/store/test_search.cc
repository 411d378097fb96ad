// Searching a store: what is found, in which order, through which filters.
#include "store_fixture.h"

#include "store/index.h"
#include "store/search.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <filesystem>

using namespace kato;
using namespace kato::test;

namespace {

using Lines = std::vector<std::string>;

Lines sorted(Lines lines) {
    std::sort(lines.begin(), lines.end());
    return lines;
}

constexpr std::int64_t k_day = 86'400'000'000;

struct Texts : StoreFixture {
    // One chat with one event for each text, a day apart.
    explicit Texts(const std::vector<std::string>& texts = {}) {
        if (!texts.empty()) add("x", texts);
    }
    void add(const std::string& chat, const std::vector<std::string>& texts) {
        Import import(*this, chat);
        import.chat(chat);
        int i = 0;
        for (const std::string& text : texts) {
            import.say(
                {.chat = chat, .name = std::to_string(i), .text = text, .time = now + i * k_day});
            ++i;
        }
        import.commit();
    }
    Error refused(std::string_view query) {
        auto results = store().search(query, {});
        REQUIRE_MESSAGE(!results.ok(), query);
        return results.error();
    }
};

} // namespace

TEST_CASE_FIXTURE(Texts, "all words must occur, in any order and case") {
    add("x", {"the database migration failed", "migration of birds", "a database"});
    CHECK(found("Migration DATABASE") == Lines{"the database migration failed"});
    CHECK(found("migration").size() == 2);
    CHECK(found("elephant").empty());
}

TEST_CASE_FIXTURE(Texts, "phrases, prefixes, words to leave out and alternatives") {
    add("x", {"connection refused by peer", "refused connection", "connections closed"});
    CHECK(found("\"connection refused\"") == Lines{"connection refused by peer"});
    CHECK(found("connect*").size() == 3);
    CHECK(found("connect* -closed").size() == 2);
    CHECK(sorted(found("peer OR closed")) ==
          Lines{"connection refused by peer", "connections closed"});
    CHECK(found("refused peer OR closed") == Lines{"connection refused by peer"});
    CHECK(found("refused -\"connection refused\"") == Lines{"refused connection"});
}

TEST_CASE_FIXTURE(Texts, "parts of snake_case and camelCase words are found, and whole ones") {
    add("x", {"call parse_json_file(path)", "call parseJsonFile(path)", "HTTPServerError raised"});
    CHECK(found("json").size() == 2);
    CHECK(found("parse_json_file") == Lines{"call parse_json_file(path)"});
    CHECK(found("parseJsonFile") == Lines{"call parseJsonFile(path)"});
    CHECK(found("json_fi*") == Lines{"call parse_json_file(path)"});
    CHECK(found("server") == Lines{"HTTPServerError raised"});
}

TEST_CASE_FIXTURE(Texts, "Chinese, Japanese and Korean are found inside running text") {
    const std::string chinese =
        "\u6211\u4EEC\u7684\u6570\u636E\u5E93\u8FC1\u79FB\u5931\u8D25\u4E86";
    const std::string japanese = "\u691C\u7D22\u30A8\u30F3\u30B8\u30F3\u306E\u5B9F\u88C5";
    const std::string korean = "\uAC80\uC0C9\uC5D4\uC9C4\uC744 \uAD6C\uD604\uD588\uB2E4";
    const std::string mixed = "\u4F7F\u7528SQLite\u6570\u636E\u5E93";
    add("x", {chinese, japanese, korean, mixed});
    CHECK(sorted(found("\u6570\u636E\u5E93")) == sorted({chinese, mixed}));
    CHECK(found("\u8FC1\u79FB") == Lines{chinese});
    CHECK(found("\u8D25") == Lines{chinese});
    CHECK(found("\u30A8\u30F3\u30B8\u30F3") == Lines{japanese});
    CHECK(found("\uC5D4\uC9C4") == Lines{korean});
    CHECK(found("sqlite") == Lines{mixed});
    CHECK(found("\u7528sqlite\u6570") == Lines{mixed});
    CHECK(found("\u6570\u5E93").empty()); // not beside each other
    CHECK(search("\u5E93").hits.front().snippet.find("\x02\u5E93\x03") != std::string::npos);
}

TEST_CASE_FIXTURE(Texts, "a hit says where it is") {
    Import import(*this);
    const Uuid chat = import.chat("x", "A title");
    const Uuid id = import.say(
        {.chat = "x", .name = "a", .text = "needle", .kind = Kind::assistant_message, .time = 77});
    import.commit();
    const SearchResults results = search("needle");
    CHECK(results.matches == 1);
    CHECK(!results.recent_only);
    REQUIRE(results.hits.size() == 1);
    const SearchHit& hit = results.hits[0];
    CHECK(hit.chat == chat);
    CHECK(hit.title == "A title");
    CHECK(hit.event == id);
    CHECK(hit.kind == Kind::assistant_message);
    CHECK(hit.time == Time(77));
    CHECK(hit.score > 0);
    CHECK(hit.snippet == "\x02needle\x03");
    must_do(store().rename_chat(chat, "Mine"));
    CHECK(search("needle").hits[0].title == "Mine");
}

TEST_CASE_FIXTURE(Texts,
                  "tool calls are found by their tool and input, results by their beginning") {
    Import import(*this);
    import.chat("x");
    import.say({.chat = "x",
                .name = "1",
                .kind = Kind::assistant_tool_call,
                .data = R"({"command":"grep -r\nn\u00e4he\u6570\u636e"})",
                .tool = "Bash"});
    import.say({.chat = "x",
                .name = "2",
                .text = "early " + std::string(5000, ' ') + " late",
                .kind = Kind::assistant_tool_result});
    import.say({.chat = "x", .name = "3", .text = "early bird", .kind = Kind::provider_info});
    import.commit();
    CHECK(search("bash").hits.size() == 1);
    CHECK(search("bash grep n\u00E4he \u6570\u636E").hits.size() == 1);
    CHECK(search("early").hits.size() == 1);
    CHECK(search("late").hits.empty());
}

TEST_CASE_FIXTURE(Texts, "long texts are found and shown by their middle") {
    const std::string filler(200'000, '.');
    add("x", {filler + " one needle here " + filler});
    const SearchResults results = search("needle");
    REQUIRE(results.hits.size() == 1);
    CHECK(results.hits[0].snippet.find("one \x02needle\x03 here") != std::string::npos);
}

TEST_CASE_FIXTURE(Texts, "filters choose by provider, kind, project, tag, model and time") {
    {
        Import import(*this, "one", "alpha");
        import.chat("a", "", "/src/Kato");
        import.say({.chat = "a", .name = "1", .text = "word one", .time = now, .model = "big-1"});
        import.say({.chat = "a",
                    .name = "2",
                    .parent = "1",
                    .text = "word two",
                    .kind = Kind::assistant_thinking,
                    .time = now + k_day,
                    .model = "small"});
        import.commit();
    }
    {
        Import import(*this, "two", "beta");
        const Uuid chat = import.chat("b", "", "/src/other");
        import.say({.chat = "b", .name = "1", .text = "word three", .time = now + 2 * k_day});
        import.say({.chat = "b", .name = "2", .parent = "1", .text = "word without time"});
        import.commit();
        must_do(store().tag_chat(chat, "work", false));
    }
    CHECK(found("word").size() == 4);
    CHECK(sorted(found("word provider:Alpha")) == Lines{"word one", "word two"});
    CHECK(found("word -provider:alpha").size() == 2);
    CHECK(found("word kind:thinking") == Lines{"word two"});
    CHECK(found("word -kind:user provider:alpha") == Lines{"word two"});
    CHECK(found("word kind:user -kind:user").empty());
    CHECK(found(kind_word(Kind::user_message)).empty()); // how the index knows kinds
    CHECK(found("word OR " + kind_word(Kind::user_message)).size() == 4);
    CHECK(found("word -kind:tool.call").size() == 4);
    CHECK(found("word project:kato").size() == 2);
    CHECK(found("word project:\"src/o\"").size() == 2);
    CHECK(found("word tag:work").size() == 2);
    CHECK(found("word -tag:work").size() == 2);
    CHECK(found("word tag:wor").empty());
    CHECK(found("word model:BIG") == Lines{"word one"});
    CHECK(found("word -model:big -model:small").size() == 2);
    CHECK(sorted(found("word after:2026-01-02")) == sorted({"word two", "word three"}));
    CHECK(found("word before:2026-01-02") == Lines{"word one"});
    CHECK(found("word after:2026-01-02 before:2026-01-03") == Lines{"word two"});
    CHECK(found("word provider:gamma").empty());
    CHECK(search("word provider:alpha").matches == 4); // filters aside
}

TEST_CASE_FIXTURE(Texts, "filters alone list the newest events") {
    add("x", {"first", "second", "third"});
    {
        Import import(*this, "y");
        import.chat("y");
        import.say({.chat = "y", .name = "1", .text = "older", .time = now - k_day});
        import.say({.chat = "y",
                    .name = "2",
                    .text = "raw",
                    .kind = Kind::provider_raw,
                    .time = now + 9 * k_day});
        import.commit();
    }
    CHECK(found("provider:test") == Lines{"third", "second", "first", "older"});
    CHECK(found("kind:raw") == Lines{"raw"});
    CHECK(found("before:2026-01-02") == Lines{"first", "older"});
    SearchOptions options;
    options.limit = 2;
    options.offset = 1;
    const SearchResults page = must(store().search("provider:test", options));
    REQUIRE(page.hits.size() == 2);
    CHECK(page.hits[0].snippet == "second");
    CHECK(page.hits[1].snippet == "first");
}

TEST_CASE_FIXTURE(Texts, "the better match comes first, of equal ones the newer") {
    add("x", {"apple and a long text about many other things that say nothing of fruit at all",
              "apple", "apple apple pie"});
    const SearchResults results = search("apple");
    REQUIRE(results.hits.size() == 3);
    CHECK(results.hits[2].snippet.find("long text") != std::string::npos);
    CHECK(results.hits[0].score >= results.hits[1].score);
    add("y", {"pear tree", "pear tree"});
    CHECK(search("pear").hits[0].time == Time(now + k_day));
}

TEST_CASE_FIXTURE(Texts, "pages of a search are parts of one order") {
    std::vector<std::string> texts;
    for (int i = 0; i < 30; ++i)
        texts.push_back("word number" + std::to_string(i) +
                        std::string(static_cast<std::size_t>(i), ' ') + "x");
    add("x", texts);
    const Lines all = found("word");
    REQUIRE(all.size() == 30);
    SearchOptions options;
    options.limit = 7;
    Lines pages;
    for (options.offset = 0; options.offset < 35; options.offset += 7)
        for (const SearchHit& hit : must(store().search("word", options)).hits)
            pages.push_back(hit.snippet);
    CHECK(pages.size() == 30);
    std::sort(pages.begin(), pages.end());
    CHECK(std::unique(pages.begin(), pages.end()) == pages.end());
}

TEST_CASE_FIXTURE(
    Texts, "what was deleted, superseded by a revision or copied is not found twice or at all") {
    add("x", {"unique word"});
    {
        Import import(*this, "revised");
        import.chat("r");
        import.say({.chat = "r", .name = "a", .text = "unique draft", .time = 1, .version = "1"});
        import.say({.chat = "r", .name = "a", .text = "final text", .time = 2, .version = "2"});
        import.commit();
    }
    CHECK(found("unique") == Lines{"unique word"});
    CHECK(found("final").size() == 1);
    const Uuid chat = chat_id("test", "x");
    must_do(store().delete_chat(chat, false));
    CHECK(found("unique").empty());
    CHECK(found("kind:user") == Lines{"final text"});
    must_do(store().restore_chat(chat));
    CHECK(found("unique").size() == 1);
    must_do(store().delete_chat(chat, true));
    CHECK(found("unique").empty());
}

TEST_CASE_FIXTURE(Texts, "of more than 5,000 matches the newest are ranked") {
    Import import(*this);
    import.chat("x");
    for (int i = 0; i < 5200; ++i)
        import.say({.chat = "x",
                    .name = std::to_string(i),
                    .text = i == 0 ? "often often" : "often",
                    .time = now + i});
    import.commit();
    const SearchResults all = search("often");
    CHECK(all.matches == 5200);
    CHECK(all.recent_only);
    CHECK(all.hits.size() == 20);
    for (const SearchHit& hit : all.hits) CHECK(*hit.time >= now + 200);
    // A filter looks through all of them.
    const SearchResults oldest = search("often before:2026-01-01T00:00:00.000005Z");
    CHECK(oldest.hits.size() == 5);
    CHECK(!oldest.recent_only);
    CHECK(oldest.hits[0].snippet == "\x02often\x03 \x02often\x03");
}

TEST_CASE_FIXTURE(Texts, "a malformed query is refused with its place and never speaks SQL") {
    add("x", {"text"});
    CHECK(refused("\"open").code == Code::invalid);
    CHECK(refused("!!! ?").offset == 0);
    CHECK(refused("a*").code == Code::invalid);
    CHECK(refused("text a_b*").offset == 5);
    for (const char* hostile :
         {"'; DROP TABLE event; --", "text) OR (1", "NEAR(text x, 5)", "text^2", "{text} : x",
          "text:x", "\"te\"\"xt\"", "((((((((", "text AND NOT x", "^text", "+text", "text\tx",
          "*text*", "\\", "%", "text\"x", "a:b:c"}) {
        auto results = store().search(hostile, {});
        if (results.ok()) continue;
        CHECK_MESSAGE(results.error().code == Code::invalid, hostile);
        CHECK_MESSAGE(results.error().message.find("fts") == std::string::npos,
                      results.error().message);
        CHECK_MESSAGE(results.error().message.find("SQL") == std::string::npos,
                      results.error().message);
    }
    CHECK(must(store().search(std::string_view("te\0xt", 5), {})).hits.empty());
}

TEST_CASE_FIXTURE(Texts, "a query of many words is answered or refused, quickly") {
    add("x", {"a b c d e f"});
    std::string many;
    for (int i = 0; i < 63; ++i) many += "w" + std::to_string(i) + " OR ";
    CHECK(search(many + "c").hits.size() == 1);
    std::string cjk;
    for (int i = 0; i < 1200; ++i) cjk += "\u6570";
    CHECK(refused(cjk).code == Code::invalid);
}

TEST_CASE_FIXTURE(Texts, "a search can be stopped") {
    add("x", {"word", "word"});
    SearchOptions options;
    options.stop = [] { return true; };
    for (const char* query : {"word", "provider:test"}) {
        auto results = store().search(query, options);
        REQUIRE(!results);
        CHECK(results.error().code == Code::cancelled);
    }
}

TEST_CASE_FIXTURE(Texts, "without an index filters still work, words say what to do") {
    add("x", {"word"});
    close();
    for (const char* suffix : {"", "-wal", "-shm"})
        std::filesystem::remove(file("index.db") + suffix);
    open(true);
    CHECK(found("provider:test") == Lines{"word"});
    const Error error = refused("word");
    CHECK(error.code == Code::not_found);
    CHECK(!error.hint.empty());
    open();
    CHECK(found("word") == Lines{"word"}); // built again
}

TEST_CASE_FIXTURE(Texts, "an index that was damaged while in use is reported as such") {
    std::vector<std::string> texts;
    for (int i = 0; i < 3000; ++i) texts.push_back("word" + std::to_string(i) + " common");
    add("x", texts);
    open(true);
    const auto size = std::filesystem::file_size(file("index.db"));
    const auto log = std::filesystem::exists(file("index.db-wal"))
                         ? std::filesystem::file_size(file("index.db-wal"))
                         : 0;
    for (const auto& [name, bytes] : {std::pair{"index.db", size}, {"index.db-wal", log}}) {
        if (bytes < 8192) continue;
        std::string content = read_file(file(name));
        std::fill(content.begin() + 4096, content.end(), '\x55');
        write_file(file(name), content);
    }
    auto results = store().search("common", {});
    if (!results.ok()) {
        CHECK(results.error().message.find("SQL") == std::string::npos);
        CHECK(!results.error().hint.empty());
    }
    CHECK(found("provider:test").size() == 1000);
}
