// What a log means beyond single records: whose chat, which names, who started whom.
#include "codec/claude_code/first_session.h"
#include "model/identity.h"
#include "unit/codec/claude_code/cases.h"

#include <algorithm>
#include <map>

using namespace kato;
using test::claude_case;
using test::claude_line;
using test::ClaudeRead;

namespace {

Uuid chat_named(std::string_view provider_id) { return chat_id("claude-code", provider_id); }

const ParsedRecord& record_named(const ClaudeRead& read, std::string_view name) {
    const auto found =
        std::find_if(read.sink.records.begin(), read.sink.records.end(),
                     [&](const ParsedRecord& record) { return record.name == name; });
    REQUIRE(found != read.sink.records.end());
    return *found;
}

// The events of the path that ends in a record, from the root, as the store would link them.
std::vector<std::string> path_to(const ClaudeRead& read, std::string_view name) {
    std::map<Uuid, const ParsedRecord*> records;
    for (const ParsedRecord& record : read.sink.records)
        records[record_key(record.chat, record.name)] = &record;
    std::vector<std::string> out;
    const ParsedRecord* at = &record_named(read, name);
    while (at != nullptr && out.size() < 100) {
        for (auto event = at->events.rbegin(); event != at->events.rend(); ++event)
            if (is_conversation(event->body.kind))
                out.push_back(event->body.text.empty() ? event->body.call_id : event->body.text);
        const ParsedRecord* up = nullptr;
        for (const auto& key : {at->parent_key, at->previous_key}) {
            if (up != nullptr || !key) continue;
            const auto found = records.find(*key);
            if (found != records.end()) up = found->second;
        }
        at = up;
    }
    std::reverse(out.begin(), out.end());
    return out;
}

using Path = std::vector<std::string>;

} // namespace

TEST_CASE("the lines of one answer and the results of its tools are one path") {
    const ClaudeRead read(claude_case("merged-message"));
    CHECK(path_to(read, "u2") == Path{"Compare the two gardens", "Two files.", "I read both.", "t1",
                                      "roses", "t2", "tulips", "Roses and tulips.",
                                      "And the third?"});
}

TEST_CASE("an edited prompt and a repeated answer are branches") {
    const ClaudeRead read(claude_case("branches"));
    CHECK(path_to(read, "a2") == Path{"Plan a walk", "North or south?", "North", "North it is."});
    CHECK(path_to(read, "a3") == Path{"Plan a walk", "North or south?", "South", "South it is."});
    CHECK(path_to(read, "a4") ==
          Path{"Plan a walk", "North or south?", "South", "South, but slowly."});
    CHECK(path_to(read, "a5") == Path{"A new start", "Fresh."});
}

TEST_CASE("what is said again with more replaces what was said") {
    const ClaudeRead read(claude_case("cumulative-snapshots"));
    CHECK(path_to(read, "a4") ==
          Path{"Write a haiku about moss", "Soft green on the stone", "t1", "5", "Five."});
    REQUIRE(read.sink.marks.size() == 2);
    CHECK(read.sink.marks[0].record == record_key(chat_named("s-snap"), "a1"));
    CHECK(read.sink.marks[0].flags == k_superseded);
}

TEST_CASE("compaction does not cut the path") {
    const ClaudeRead read(claude_case("compaction"));
    const Path path = path_to(read, "a2");
    CHECK(path.front() == "A long story");
    CHECK(path.back() == "... upon a time.");
}

TEST_CASE("a side chain stands beside the main path and is marked") {
    const ClaudeRead read(claude_case("sidechain"));
    CHECK(path_to(read, "a2") ==
          Path{"Find all owls", "task1", "One barn owl.", "There is one owl."});
    for (const ParsedRecord& record : read.sink.records) {
        for (const ParsedEvent& event : record.events)
            CHECK(((event.body.flags & k_sidechain) != 0) == (record.name[0] == 's'));
    }
}

TEST_CASE("an agent's file is a chat of its own, linked to the call whichever is read first") {
    const ClaudeRead child(claude_case("agent-file"));
    REQUIRE(!child.sink.chats.empty());
    CHECK(child.sink.chats[0].id == chat_named("s-parent/ag1"));
    CHECK(child.sink.chats[0].parent_chat == chat_named("s-parent"));
    for (const EventBody& body : child.sink.events()) CHECK((body.flags & k_sidechain) == 0);

    const ClaudeRead parent(claude_case("agent-links"));
    const Uuid calls = record_key(chat_named("s-parent"), "a1");
    REQUIRE(parent.sink.links.size() == 3);
    CHECK(parent.sink.links[0].child == chat_named("s-parent/ag2")); // its progress came first
    CHECK(parent.sink.links[0].event == event_id(calls, 1));
    CHECK(parent.sink.links[1].child == chat_named("s-parent/ag1"));
    CHECK(parent.sink.links[1].event == event_id(calls, 0));
    CHECK(parent.sink.links[1].parent == chat_named("s-parent"));
    // The call is elsewhere: the result is what there is.
    CHECK(parent.sink.links[2].event == event_id(record_key(chat_named("s-parent"), "u4"), 0));
}

TEST_CASE("an agent whose session is its own finds its parent by its folder") {
    const std::string input = claude_case("agent-session-of-its-own");
    const ClaudeRead alone(input);
    CHECK(alone.sink.chats.at(0).id == chat_named("agent-b0b"));
    CHECK(!alone.sink.chats.at(0).parent_chat);
    const ClaudeRead placed(input, 0, "p/1234/subagents/agent-b0b.jsonl");
    CHECK(placed.sink.chats.at(0).id == chat_named("agent-b0b"));
    CHECK(placed.sink.chats.at(0).parent_chat == chat_named("1234"));
}

TEST_CASE("the file's name changes nothing about records") {
    for (const auto& folder : test::golden_cases("claude-code")) {
        const std::string input = claude_case(folder.filename().string());
        CAPTURE(folder.filename().string());
        const ClaudeRead a(input);
        const ClaudeRead b(input, 0, "elsewhere/rollout-2026.txt");
        CHECK(a.sink.dump() == b.sink.dump());
    }
}

TEST_CASE("a fork keeps the names of what it repeats and says where it came from") {
    const ClaudeRead read(claude_case("fork"));
    CHECK(read.sink.chats.at(0).forked_from == chat_named("s-old"));
    for (const ParsedRecord& record : read.sink.records) CHECK(record.chat == chat_named("s-new"));
    CHECK(read.sink.records.at(0).name == "u1");
}

TEST_CASE("the same uuid with other content is a revision of the same record") {
    const ClaudeRead read(claude_case("same-uuid-again"));
    REQUIRE(read.sink.records.size() == 8);
    CHECK(read.sink.records[0].revision == read.sink.records[2].revision);
    CHECK(read.sink.records[1].name == read.sink.records[4].name);
    CHECK(read.sink.records[1].revision != read.sink.records[4].revision);
    CHECK(read.sink.records[6].name != read.sink.records[7].name); // equal lines without a uuid
}

TEST_CASE("records before the first session belong to the one that follows") {
    const ClaudeRead read(claude_case("session-named-late"));
    for (const ParsedRecord& record : read.sink.records) CHECK(record.chat == chat_named("s-late"));
}

TEST_CASE("the search for a session ends, and depends on no piece size") {
    const std::string line = R"({"type":"summary","summary":"x","leafUuid":"y"})"
                             "\n";
    std::string head;
    while (head.size() < claude_code::k_look_ahead_bytes - 4 * line.size()) head += line;
    const std::string tail = claude_line("user", "\"now\"");
    const std::string near = head + tail;
    std::string far = head;
    while (far.size() < claude_code::k_look_ahead_bytes) far += line;
    far += tail;
    for (const std::size_t piece : {std::size_t{0}, std::size_t{777}, std::size_t{1} << 20}) {
        CHECK(ClaudeRead(near, piece).sink.records.front().chat == chat_named("s"));
        const ClaudeRead read(far, piece);
        CHECK(read.sink.records.front().chat ==
              chat_id_from_record("claude-code", line.substr(0, line.size() - 1), 0));
        CHECK(read.sink.records.back().chat == chat_named("s"));
    }
}

TEST_CASE("tokens of a response are said with each line, under the same id") {
    const ClaudeRead read(claude_case("merged-message"));
    std::int64_t most = 0;
    for (const auto& [chat, usage] : read.sink.usages)
        if (usage.response == "msg_m:req_m") most = std::max(most, usage.output);
    CHECK(most == 64);
    for (const EventBody& body : read.sink.events(Kind::assistant_tool_call))
        CHECK(body.response == "msg_m:req_m");
}

TEST_CASE("an answer to a question is a decision response, a question its prompt") {
    const ClaudeRead read(claude_case("questions"));
    CHECK(read.sink.events(Kind::assistant_decision_prompt).size() == 3);
    const auto answers = read.sink.events(Kind::user_decision_response);
    REQUIRE(answers.size() == 3);
    CHECK(answers[1].text == "black");
    CHECK(answers[1].call_id == "q2");
    CHECK(answers[2].outcome == Outcome::failure);
}

TEST_CASE("an outcome that is not told stays unknown") {
    const ClaudeRead read(claude_case("tool-results"));
    const auto results = read.sink.events(Kind::assistant_tool_result);
    REQUIRE(results.size() > 3);
    CHECK(results[0].outcome == Outcome::unknown);
    CHECK(results[1].outcome == Outcome::failure);
    CHECK(results[2].outcome == Outcome::success);
}

TEST_CASE(
    "white space and the order of members stay out of what is kept, their spelling stays in") {
    const ClaudeRead read(
        R"({ "zeta" : 1.50 , "type":"user","sessionId":"s", "alpha":[ 1e2, "\u00e4" ],)"
        R"("message":{"role":"user","content":"x"} , "alpha" : null })"
        "\n");
    REQUIRE(read.sink.events().size() == 1);
    CHECK(read.sink.events()[0].extra == R"({"zeta":1.50,"alpha":[1e2,"\u00e4"],"alpha":null})");
}
