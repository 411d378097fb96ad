// What replaces, what is taken back, and which revision is the greatest.
#include "codec/gemini_cli/thread.h"

#include "unit/codec/reader_checks.h"

#include <doctest/doctest.h>

#include <algorithm>

using namespace kato;
using gemini_cli::Placement;
using gemini_cli::Thread;
using test::FormatRead;

namespace {

record::Part part(std::string_view text) {
    record::Part out;
    out.hash = blake128(text);
    out.size = text.size();
    return out;
}

const Uuid k_chat = chat_id("gemini-cli", "s");

Uuid key(std::string_view name) { return record_key(k_chat, name); }

Thread thread_of(std::initializer_list<const char*> ids) {
    Thread out;
    out.begin(k_chat, key("root"));
    for (const char* id : ids) (void)out.place(id, part(id));
    return out;
}

std::vector<const ParsedRecord*> records_named(const FormatRead& read, std::string_view name) {
    std::vector<const ParsedRecord*> out;
    for (const ParsedRecord& record : read.sink.records)
        if (record.name == name) out.push_back(&record);
    return out;
}

} // namespace

TEST_CASE("a message that comes again stays where it was, and its last version is the greatest") {
    Thread thread = thread_of({"a"});
    const Placement first = thread.place("b", part("a long version"));
    (void)thread.place("c", part("c"));
    const Placement second = thread.place("b", part("short"));
    const Placement same = thread.place("b", part("short"));
    const Placement back = thread.place("b", part("a long version"));
    CHECK(first.name == second.name);
    CHECK(first.parent == key("a"));
    CHECK(second.parent == key("a"));
    CHECK(first.revision < second.revision);
    CHECK(second.revision == same.revision);
    CHECK(second.revision < back.revision);
    CHECK(thread.last() == key("c"));
}

TEST_CASE("taking back ends the branch, and the next message continues what is left") {
    Thread thread = thread_of({"a", "b", "c"});
    CHECK(thread.rewind("b") == std::vector<Uuid>{key("b"), key("c")});
    CHECK(thread.place("d", part("d")).parent == key("a"));
    CHECK(thread.rewind("a") == std::vector<Uuid>{key("a"), key("d")});
    CHECK(thread.last() == key("root"));
}

TEST_CASE("taking back to a message that is not there clears everything") {
    Thread thread = thread_of({"a", "b"});
    CHECK(thread.rewind("nowhere").size() == 2);
    CHECK(thread.rewind("a").empty());
    CHECK(thread.place("c", part("c")).parent == key("root"));
}

TEST_CASE("a message that was taken back and comes again is another record") {
    Thread thread = thread_of({"a", "b"});
    (void)thread.rewind("b");
    const Placement again = thread.place("b", part("b"));
    CHECK(again.name == "b~1");
    CHECK(again.parent == key("a"));
    (void)thread.rewind("b");
    CHECK(thread.place("b", part("b")).name == "b~2");
}

TEST_CASE("a list replaces all messages, those in it stay what they are") {
    Thread thread = thread_of({"a", "b", "c"});
    const Placement before = thread.place("c", part("c"));
    thread.begin_list();
    const Placement c = thread.place("c", part("c"));
    CHECK(c.revision > before.revision); // it was moved
    CHECK(c.parent == key("root"));
    CHECK(thread.place("x", part("x")).parent == key("c"));
    CHECK(thread.end_list() == std::vector<Uuid>{key("a"), key("b")});
    CHECK(thread.last() == key("x"));
}

TEST_CASE("what a list leaves in its place keeps its revision") {
    Thread thread = thread_of({"a", "b"});
    const Placement before = thread.place("a", part("a"));
    thread.begin_list();
    CHECK(thread.place("a", part("a")).revision == before.revision);
    CHECK(thread.end_list() == std::vector<Uuid>{key("b")});
}

TEST_CASE("equal messages without ids are records of their own") {
    Thread thread = thread_of({});
    const std::string first = thread.place("", part("x")).name;
    const std::string second = thread.place("", part("x")).name;
    CHECK(first != second);
}

TEST_CASE("a document and the log of the same session agree in every message") {
    const FormatRead log("gemini-cli", test::case_input("gemini-cli", "session"));
    const FormatRead document("gemini-cli", test::case_input("gemini-cli", "document"));
    for (const std::string_view name : {"u1", "g1", "u2", "g2"}) {
        CAPTURE(name);
        REQUIRE(records_named(log, name).size() == 1);
        REQUIRE(records_named(document, name).size() == 1);
        CHECK(records_named(log, name)[0]->revision == records_named(document, name)[0]->revision);
        CHECK(records_named(log, name)[0]->parent_key ==
              records_named(document, name)[0]->parent_key);
    }
}

TEST_CASE("a log that has grown says the same again about its beginning") {
    for (const std::string_view name : {"session", "replaced", "rewind", "set-messages", "odd"}) {
        CAPTURE(name);
        const std::string input = test::case_input("gemini-cli", name);
        const FormatRead whole("gemini-cli", input);
        for (std::size_t end = input.find('\n'); end != std::string::npos;
             end = input.find('\n', end + 1)) {
            const FormatRead before("gemini-cli", std::string_view(input).substr(0, end + 1));
            REQUIRE(before.sink.records.size() <= whole.sink.records.size());
            for (std::size_t i = 0; i != before.sink.records.size(); ++i) {
                CHECK(before.sink.records[i].name == whole.sink.records[i].name);
                CHECK(before.sink.records[i].revision == whole.sink.records[i].revision);
                CHECK(before.sink.records[i].parent_key == whole.sink.records[i].parent_key);
            }
        }
    }
}

TEST_CASE("a sub-agent's file hangs on its parent by its folder, and on the call by its id") {
    const std::string input = test::case_input("gemini-cli", "subagent");
    const FormatRead placed("gemini-cli", input, 0,
                            "/h/.gemini/tmp/p/chats/s-parent/s-child.jsonl");
    const auto facts =
        std::find_if(placed.sink.chats.begin(), placed.sink.chats.end(),
                     [](const ChatFacts& candidate) { return candidate.parent_chat.has_value(); });
    REQUIRE(facts != placed.sink.chats.end());
    CHECK(facts->parent_chat == chat_id("gemini-cli", "s-parent"));
    const FormatRead alone("gemini-cli", input);
    CHECK(alone.sink.records.size() == placed.sink.records.size());
    const FormatRead parent("gemini-cli", test::case_input("gemini-cli", "tools"));
    REQUIRE(parent.sink.links.size() == 1);
    CHECK(parent.sink.links[0].child == chat_id("gemini-cli", "s-child"));
}

TEST_CASE("an outcome that is not told stays unknown") {
    const FormatRead read("gemini-cli", test::case_input("gemini-cli", "tools"));
    const auto results = read.sink.events(Kind::assistant_tool_result);
    REQUIRE(results.size() == 7);
    CHECK(results[0].outcome == Outcome::success);
    CHECK(results[1].outcome == Outcome::failure);
    CHECK(results[2].outcome == Outcome::unknown);
}
