// Forks write their parent's records again with new times: they must be found to be the same.
#include "unit/codec/codex/cases.h"

#include "model/identity.h"

#include <algorithm>

using namespace kato;
using test::codex_case;
using test::CodexRead;

namespace {

std::vector<std::string> names(const CodexRead& read) {
    std::vector<std::string> out;
    for (const ParsedRecord& record : read.sink.records) out.push_back(record.name);
    return out;
}

} // namespace

TEST_CASE("a fork names its parent, and replayed records have the names they have there") {
    const CodexRead parent(codex_case("fork_parent"));
    const CodexRead child(codex_case("fork_child"));
    REQUIRE(child.sink.chats.front().forked_from);
    CHECK(*child.sink.chats.front().forked_from == parent.sink.chats.front().id);
    const std::vector<std::string> there = names(parent);
    const std::vector<std::string> here = names(child);
    REQUIRE(there.size() == 6); // the head, four that are replayed, one that is not
    REQUIRE(here.size() == 8);
    for (std::size_t i = 0; i != 5; ++i) CHECK(here[i + 1] == there[i]);
    CHECK(std::find(here.begin(), here.end(), there[5]) == here.end());
    for (std::size_t i = 0; i != 5; ++i)
        CHECK(child.sink.records[i + 1].events[0].body.text ==
              parent.sink.records[i].events[0].body.text);
}

TEST_CASE("a later session_meta tells where a fork comes from when the first one does not") {
    const CodexRead read(
        R"({"type":"session_meta","payload":{"id":"child"}})"
        "\n"
        R"({"type":"session_meta","payload":{"id":"parent","forked_from_id":"grandparent"}})"
        "\n"
        R"({"type":"session_meta","payload":{"id":"grandparent"}})"
        "\n");
    std::vector<Uuid> origins;
    for (const ChatFacts& facts : read.sink.chats) {
        CHECK(facts.id == chat_id("codex", "child"));
        if (facts.forked_from) origins.push_back(*facts.forked_from);
    }
    REQUIRE(origins.size() == 1);
    CHECK(origins[0] == chat_id("codex", "parent"));
}

TEST_CASE("a thread is not its own parent or origin") {
    const CodexRead read(
        R"({"type":"session_meta","payload":{"id":"a","forked_from_id":"a","parent_thread_id":"a"}})"
        "\n"
        R"({"type":"session_meta","payload":{"id":"a","forked_from_id":"a"}})"
        "\n");
    for (const ChatFacts& facts : read.sink.chats) {
        CHECK_FALSE(facts.forked_from);
        CHECK_FALSE(facts.parent_chat);
    }
}

TEST_CASE("a sub-agent's thread and the event that started it are linked from both sides") {
    const CodexRead parent(codex_case("subagents"));
    const CodexRead child(codex_case("subagent_thread"));
    const Uuid parent_id = parent.sink.chats.front().id;
    const Uuid child_id = child.sink.chats.front().id;
    CHECK(child.sink.chats.front().parent_chat == parent_id);
    REQUIRE(parent.sink.links.size() ==
            3); // said by an event, by the result, and one of another thread
    const ParsedRecord& call = parent.sink.records[3];
    REQUIRE(call.events[0].body.name == "spawn_agent");
    for (const std::size_t i : {0U, 1U}) {
        CHECK(parent.sink.links[i].child == child_id);
        CHECK(parent.sink.links[i].parent == parent_id);
        CHECK(parent.sink.links[i].event == event_id(record_key(parent_id, call.name), 0));
    }
}

TEST_CASE("records that say the same in one log have names of their own, whatever their times") {
    const std::string line =
        R"(,"type":"event_msg","payload":{"type":"agent_message","message":"Ok"}})"
        "\n";
    const CodexRead read(R"({"timestamp":"2026-04-02T09:00:00Z")" + line +
                         R"({"timestamp":"2026-04-02T09:00:01Z")" + line);
    const CodexRead later(R"({"timestamp":"2026-05-02T09:00:00Z")" + line +
                          R"({"timestamp":"2026-05-02T09:00:01Z")" + line);
    CHECK(names(read) == names(later));
    CHECK(names(read)[0] != names(read)[1]);
    CHECK(read.sink.records[0].revision != later.sink.records[0].revision);
}
