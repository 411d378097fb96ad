// What is the same chat, and where answers hang.
#include "model/identity.h"
#include "unit/codec/reader_checks.h"

#include <doctest/doctest.h>

#include <algorithm>

using namespace kato;
using test::FormatRead;

namespace {

constexpr std::string_view k_chat = R"({"messages":[{"role":"user","content":"x"}]})";

FormatRead read_case(std::string_view name) {
    return {"openai-messages", test::case_input("openai-messages", name)};
}

std::vector<Uuid> chats_of(const FormatRead& read) {
    std::vector<Uuid> out;
    for (const ChatFacts& facts : read.sink.chats)
        if (std::find(out.begin(), out.end(), facts.id) == out.end()) out.push_back(facts.id);
    return out;
}

} // namespace

TEST_CASE("a chat is known by its content, in lines, in lists and with any white space") {
    const FormatRead line("openai-messages", std::string(k_chat) + "\n");
    const FormatRead list("openai-messages",
                          "[ {\"messages\" : [ {\"role\":\"user\", \"content\":\"x\"} ]} ]");
    CHECK(chats_of(line) == chats_of(list));
    CHECK(line.sink.records.at(0).name == list.sink.records.at(0).name);
    CHECK(line.sink.records.at(0).revision == list.sink.records.at(0).revision);
}

TEST_CASE("equal lines are chats of their own") {
    const FormatRead read("openai-messages",
                          std::string(k_chat) + "\n" + std::string(k_chat) + "\n");
    CHECK(chats_of(read).size() == 2);
}

TEST_CASE("a pair is two branches, and the preferred one is shown") {
    const FormatRead read = read_case("preference");
    const auto& records = read.sink.records;
    REQUIRE(records.size() >= 3);
    CHECK(records[1].events[0].body.text == "Any.");
    CHECK(records[2].events[0].body.text == "Plait moss.");
    CHECK(records[1].parent_key == records[2].parent_key);
    const auto head =
        std::find_if(read.sink.chats.begin(), read.sink.chats.end(),
                     [](const ChatFacts& facts) { return facts.head_record.has_value(); });
    REQUIRE(head != read.sink.chats.end());
    CHECK(head->head_record == record_key(records[2].chat, records[2].name));
}

TEST_CASE("a request and its response meet in one chat, the answers are branches") {
    const FormatRead requests = read_case("batch-requests");
    const FormatRead responses = read_case("batch-responses");
    CHECK(chats_of(requests).at(0) == chats_of(responses).at(0));
    const Uuid request = record_key(chats_of(requests).at(0), "request");
    CHECK(requests.sink.records.at(2).name == "request");
    for (std::size_t i = 0; i != 3; ++i) CHECK(responses.sink.records.at(i).parent_key == request);
    CHECK(responses.sink.records.at(0).name != responses.sink.records.at(2).name);
    REQUIRE(responses.sink.usages.size() == 1);
    CHECK(responses.sink.usages[0].second.input == 7);
    CHECK(responses.sink.usages[0].second.reasoning == 2);
}

TEST_CASE("results answer their calls, also in the old way without ids") {
    const FormatRead read = read_case("tools");
    const auto calls = read.sink.events(Kind::assistant_tool_call);
    const auto results = read.sink.events(Kind::assistant_tool_result);
    REQUIRE((calls.size() == 4 && results.size() == 4));
    CHECK(calls[0].data == R"({"at":"pond"})");
    CHECK(results[1].text == "sun\nwind");
    CHECK(results[2].call_id == calls[3].call_id);
    CHECK(results[3].call_id.empty());
    for (const EventBody& result : results) CHECK(result.outcome == Outcome::unknown);
}

TEST_CASE("what is not understood is loud") {
    const FormatRead read = read_case("drift");
    CHECK(read.sink.accounted(Fate::opaque) > 0);
    for (const EventBody& body : read.sink.events()) CHECK_FALSE(is_conversation(body.kind));
}
