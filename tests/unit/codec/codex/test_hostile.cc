// Damaged, cut off and oversized logs: never a crash, every byte accounted for, nothing lost silently.
#include "codec/json/lines.h"
#include "unit/codec/codex/cases.h"

#include <random>

using namespace kato;
using test::codex_case;
using test::codex_input;
using test::CodexRead;

namespace {

// A line around a payload.
std::string event(std::string_view payload) {
    return R"({"timestamp":"2026-04-02T09:00:00.000Z","type":"event_msg","payload":)" +
           std::string(payload) + "}\n";
}

std::string item(std::string_view payload) {
    return R"({"timestamp":"2026-04-02T09:00:00.000Z","type":"response_item","payload":)" +
           std::string(payload) + "}\n";
}

std::string message(std::string_view json_text) {
    return event(R"({"type":"agent_message","message":")" + std::string(json_text) + "\"}");
}

} // namespace

TEST_CASE("a log cut off at any byte accounts for exactly the bytes given") {
    for (const auto& folder : test::golden_cases("codex")) {
        const std::string name = folder.filename().string();
        const std::string input = codex_input(folder);
        for (std::size_t size = 0; size <= input.size(); ++size) {
            CAPTURE(name);
            CAPTURE(size);
            const CodexRead read(std::string_view(input).substr(0, size));
            if (read.sink.accounting_problem(size) != "") break;
        }
    }
}

TEST_CASE("what stands before the cut is read as if nothing were missing") {
    const std::string input = codex_case("turns");
    const std::size_t end = input.rfind('\n', input.size() - 2) + 1; // of the last line but one
    const CodexRead whole(std::string_view(input).substr(0, end));
    const CodexRead torn(std::string_view(input).substr(0, input.size() - 10));
    CHECK(torn.sink.records.size() == whole.sink.records.size());
    CHECK(torn.sink.accounted(Fate::pending) == input.size() - 10 - end);
    CHECK(torn.sink.accounted(Fate::quarantined) == 0);
}

TEST_CASE("flipped bits never crash the reader") {
    const unsigned seed = std::random_device()();
    MESSAGE("seed ", seed);
    std::mt19937 random(seed);
    const int rounds = test::long_form() ? 400 : 12;
    for (const auto& folder : test::golden_cases("codex")) {
        const std::string input = codex_input(folder);
        for (int round = 0; round != rounds; ++round) {
            std::string bytes = input;
            for (int flips = round % 8; flips >= 0; --flips)
                bytes[random() % bytes.size()] ^= static_cast<char>(1U << (random() % 8));
            CAPTURE(folder.filename().string());
            CAPTURE(round);
            const CodexRead read(bytes, 1 + random() % 5000);
            CHECK(detect_codex(bytes, true).score >= 0);
        }
    }
}

TEST_CASE("deep nesting is quarantined with its reason, and the lines around it are read") {
    const std::string deep = event(R"({"type":"error","x":)" + std::string(10'000, '[') +
                                   std::string(10'000, ']') + "}");
    const CodexRead read(message("before") + deep + message("after"));
    CHECK(read.sink.accounted(Fate::quarantined) == deep.size());
    CHECK(read.sink.events(Kind::assistant_message).size() == 2);
}

TEST_CASE("NUL and lone surrogates stay in the text") {
    const CodexRead read(message(R"(a\u0000b)") + message(R"(\ud83d alone)"));
    const auto events = read.sink.events(Kind::assistant_message);
    REQUIRE(events.size() == 2);
    CHECK(events[0].text == std::string("a\0b", 3));
    CHECK(events[1].text == "\xED\xA0\xBD alone");
}

TEST_CASE("bytes that are not UTF-8 are repaired and marked lossy") {
    const CodexRead read(message("a\xFFz"));
    const auto events = read.sink.events(Kind::assistant_message);
    REQUIRE(events.size() == 1);
    CHECK(events[0].text == "a\xEF\xBF\xBDz");
    CHECK((events[0].flags & k_lossy) != 0);
}

TEST_CASE("long texts and pictures are stored while they are read, once however often they come") {
    const std::string text(json::k_long_string_bytes + 10, 't');
    const std::string base64(json::k_long_string_bytes + 8, 'Q'); // a multiple of four
    const std::string url = "data:image/png;base64," + base64;
    const CodexRead read(
        item(R"({"type":"message","role":"user","content":[{"type":"input_text","text":")" + text +
             R"("},{"type":"input_image","image_url":")" + url + "\"}]}") +
        event(R"({"type":"user_message","message":")" + text + R"(","images":[")" + url + "\"]}") +
        R"({"type":"compacted","payload":{"message":"m","replacement_history":[{"type":"message","role":"user",)"
        R"("content":[{"type":"input_image","image_url":")" +
        url + "\"}]}]}}\n");
    const auto shown = read.sink.events(Kind::user_message);
    REQUIRE(shown.size() == 2);
    REQUIRE(shown[0].stored_text);
    CHECK(shown[0].stored_text->size_bytes == text.size());
    REQUIRE(shown[1].attachments.size() == 1);
    CHECK(shown[1].attachments[0].media_type == "image/png");
    CHECK(shown[1].attachments[0].size_bytes == base64.size() / 4 * 3);
    CHECK(read.values.blobs.size() == 1);
    CHECK(read.values.texts.size() == 1);
    const auto compacted = read.sink.events(Kind::system_message);
    REQUIRE(compacted.size() == 1);
    REQUIRE(compacted[0].attachments.size() == 1);
    CHECK(compacted[0].attachments[0].uri ==
          "kato:member:/payload/replacement_history/0/content/0/image_url");
    CHECK(compacted[0].extra.size() < 1000);
}

TEST_CASE("a long value that has no place of its own is kept as an attachment") {
    const std::string secret(json::k_long_string_bytes + 100, 'e');
    const CodexRead read(item(
        R"({"type":"reasoning","summary":[{"type":"summary_text","text":"s"}],"encrypted_content":")" +
        secret + "\"}"));
    const auto events = read.sink.events(Kind::assistant_thinking);
    REQUIRE(events.size() == 1);
    CHECK(events[0].text == "s");
    REQUIRE(events[0].attachments.size() == 1);
    CHECK(events[0].attachments[0].uri == "kato:member:/payload/encrypted_content");
    CHECK(events[0].attachments[0].size_bytes == secret.size());
}

TEST_CASE("long records that differ only in their long values are different records") {
    const std::string a(json::k_long_string_bytes + 100, 'a');
    const std::string b(json::k_long_string_bytes + 100, 'b');
    const CodexRead read(message(a) + message(b) + message(a));
    REQUIRE(read.sink.records.size() == 3);
    CHECK(read.sink.records[0].name != read.sink.records[1].name);
    CHECK(read.sink.records[0].name != read.sink.records[2].name); // the second of its kind
}

TEST_CASE("an error of the sink ends the reading, whichever call it is") {
    const std::string input = codex_case("rollback") + codex_case("subagents");
    for (int calls = 0;; ++calls) {
        test::RecordingSink sink;
        test::RecordingValues values;
        sink.calls_left = calls;
        const Status status = test::read_all(make_codex_reader, input, sink, values);
        if (status.ok()) break;
        CHECK(status.error().code == Code::user);
        REQUIRE(calls < 10'000);
    }
}
