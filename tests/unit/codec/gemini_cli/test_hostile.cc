// Damaged, odd and oversized files: never a crash, every byte accounted for.
#include "codec/json/cutter.h"
#include "support/files.h"
#include "unit/codec/reader_checks.h"

#include <doctest/doctest.h>

using namespace kato;
using test::FormatRead;

namespace {

constexpr std::string_view k_meta = "{\"sessionId\":\"s\",\"projectHash\":\"p\"}\n";

std::string message(std::string_view id, std::string_view content) {
    return R"({"id":")" + std::string(id) + R"(","type":"user","content":")" +
           std::string(content) + "\"}";
}

} // namespace

TEST_CASE("a log cut off at any byte accounts for exactly the bytes given") {
    test::check_cut_off("gemini-cli");
}

TEST_CASE("flipped bits never crash the reader") { test::check_flipped_bits("gemini-cli"); }

TEST_CASE("values of other types never crash the reader") { test::check_wrong_types("gemini-cli"); }

TEST_CASE("a torn last line is pending, and what stands before it is read") {
    const FormatRead read("gemini-cli", std::string(k_meta) + message("a", "x") + "\n{\"id\":");
    CHECK(read.sink.accounted(Fate::pending) == 6);
    CHECK(read.sink.events(Kind::user_message).size() == 1);
}

TEST_CASE("long texts and pictures go to the store, not into memory") {
    const std::string text(json::k_long_string_bytes + 10, 't');
    const std::string base64(json::k_long_string_bytes + 8, 'Q');
    const std::string bytes =
        std::string(k_meta) + message("a", text) +
        R"({"id":"b","type":"user","content":[{"inlineData":{"mimeType":"image/png","data":")" +
        base64 +
        R"("}}]}{"id":"c","type":"gemini","content":"","toolCalls":[{"name":"t","args":{"x":")" +
        text + R"("},"result":[{"functionResponse":{"response":{"output":")" + text +
        R"("}}}]}]})" + "\n";
    const FormatRead read("gemini-cli", bytes, 65'537);
    const auto events = read.sink.events();
    REQUIRE(events.size() == 5);
    CHECK(events[1].stored_text.has_value());
    CHECK(events[2].attachments.at(0).size_bytes == base64.size() / 4 * 3);
    CHECK(events[3].attachments.at(0).uri == "kato:member:/toolCalls/0/args/x");
    CHECK(events[4].stored_text.has_value());
}

TEST_CASE("many messages that are replaced and taken back are read in time") {
    const int count = test::long_form() ? 100'000 : 20'000;
    std::string bytes(k_meta);
    for (int i = 0; i != count; ++i) {
        bytes += message(std::to_string(i % 1000), std::to_string(i)) + "\n";
        bytes += message("", "equal") + "\n";
        if (i % 500 == 0) bytes += "{\"$rewindTo\":\"" + std::to_string(i % 700) + "\"}\n";
    }
    const FormatRead read("gemini-cli", bytes);
    CHECK(read.sink.records.size() > static_cast<std::size_t>(count));
}
