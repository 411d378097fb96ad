// Damaged, odd and oversized exports: never a crash, every byte accounted for.
#include "codec/claude_ai/artifacts.h"
#include "codec/json/cutter.h"
#include "support/files.h"
#include "unit/codec/reader_checks.h"

#include <doctest/doctest.h>

using namespace kato;
using test::FormatRead;

namespace {

std::string conversation(std::string_view messages) {
    return R"([{"uuid":"c","name":"n","chat_messages":[)" + std::string(messages) + "]}]";
}

std::string call(std::string_view input) {
    return R"({"type":"tool_use","name":"artifacts","input":)" + std::string(input) + "}";
}

} // namespace

TEST_CASE("an export cut off at any byte accounts for exactly the bytes given") {
    test::check_cut_off("claude-ai");
}

TEST_CASE("flipped bits never crash the reader") { test::check_flipped_bits("claude-ai"); }

TEST_CASE("values of other types never crash the reader") { test::check_wrong_types("claude-ai"); }

TEST_CASE("a conversation that is cut off costs itself only") {
    const std::string whole = conversation(R"({"uuid":"m","sender":"human","text":"kept"})");
    const FormatRead read("claude-ai", whole.substr(0, whole.size() - 1) + R"(,{"uuid":"d","chat)");
    CHECK(read.sink.events(Kind::user_message).size() == 1);
    CHECK(read.sink.accounted(Fate::quarantined) == 17);
}

TEST_CASE("long texts, pastes and pictures go to the store, not into memory") {
    const std::string text(json::k_long_string_bytes + 10, 't');
    const std::string base64(json::k_long_string_bytes + 8, 'Q');
    const std::string message =
        R"({"uuid":"m","sender":"human","text":")" + text +
        R"(","content":[{"type":"text","text":")" + text +
        R"("},{"type":"image","source":{"type":"base64","media_type":"image/png","data":")" +
        base64 + R"("}}],"attachments":[{"file_name":"a","extracted_content":")" + text +
        R"("}],"odd":")" + text + "\"}";
    const FormatRead read("claude-ai", conversation(message), 65'537);
    const auto events = read.sink.events(Kind::user_message);
    REQUIRE(events.size() == 3);
    CHECK(events[0].stored_text.has_value());
    CHECK(events[1].attachments.at(0).size_bytes == base64.size() / 4 * 3);
    CHECK(events[2].stored_text.has_value());
    REQUIRE(events[0].attachments.size() == 2);
    CHECK(events[0].attachments[0].uri == "kato:member:/text");
    CHECK(events[0].attachments[1].uri == "kato:member:/odd");
    const auto info = read.sink.events(Kind::provider_info);
    REQUIRE(info.size() == 1);
    CHECK(info[0].attachments.empty());
}

TEST_CASE("replaying artifacts stays within its limits") {
    // A large document and many small changes to it.
    std::string blocks = call(R"({"id":"a","command":"create","title":"t","content":")" +
                              std::string(900'000, 'x') + "y\"}");
    for (int i = 0; i != 200; ++i)
        blocks += "," + call(R"({"id":"a","command":"update","old_str":"y","new_str":"zy"})");
    const FormatRead read(
        "claude-ai",
        conversation(R"({"uuid":"m","sender":"assistant","content":[)" + blocks + "]}"));
    std::size_t replayed = 0;
    std::size_t bytes = 0;
    for (const EventBody& body : read.sink.events(Kind::assistant_tool_call)) {
        replayed += body.attachments.size();
        for (const Attachment& file : body.attachments) bytes += file.size_bytes;
    }
    CHECK(replayed > 10);
    CHECK(replayed < 100);
    CHECK(bytes <= claude_ai::k_max_replayed_bytes);
}

TEST_CASE("texts made to be slow to search are not") {
    // An artifact of many equal letters, changes that almost fit, and a flat text that almost fits.
    const std::string letters(900'000, 'x');
    std::string blocks =
        call(R"({"id":"a","command":"create","title":"t","content":")" + letters + "\"}");
    for (int i = 0; i != 10; ++i)
        blocks += "," + call(R"({"id":"a","command":"update","old_str":")" +
                             letters.substr(0, 400'000) + R"(y","new_str":"z"})");
    for (int i = 0; i != 8; ++i) blocks += R"(,{"type":"text","text":")" + letters + "\"}";
    const FormatRead read("claude-ai", conversation(R"({"uuid":"m","sender":"assistant","text":")" +
                                                    letters.substr(0, 500'000) +
                                                    R"(y","content":[)" + blocks + "]}"));
    CHECK(read.sink.events(Kind::assistant_tool_call).size() == 11);
}

TEST_CASE("many messages, calls and unknown blocks are read in time") {
    std::string messages;
    const int count = test::long_form() ? 100'000 : 20'000;
    for (int i = 0; i != count; ++i) {
        messages += i == 0 ? "" : ",";
        messages += R"({"uuid":")" + std::to_string(i) + R"(","sender":"assistant","content":[)" +
                    call(R"({"id":")" + std::to_string(i) + R"(","content":"x"})") +
                    R"(,{"type":"odd"}]})";
    }
    const FormatRead read("claude-ai", conversation(messages));
    CHECK(read.sink.records.size() == static_cast<std::size_t>(count) + 1);
}
