// Damaged and odd files: never a crash, every byte accounted for.
#include "codec/json/cutter.h"
#include "unit/codec/reader_checks.h"

#include <doctest/doctest.h>

using namespace kato;
using test::FormatRead;

TEST_CASE("a file cut off at any byte accounts for exactly the bytes given") {
    test::check_cut_off("openai-messages");
}

TEST_CASE("flipped bits never crash the reader") { test::check_flipped_bits("openai-messages"); }

TEST_CASE("values of other types never crash the reader") {
    test::check_wrong_types("openai-messages");
}

TEST_CASE("long texts, pictures and arguments go to the store, not into memory") {
    const std::string text(json::k_long_string_bytes + 10, 't');
    const std::string base64(json::k_long_string_bytes + 8, 'Q');
    const std::string bytes =
        R"({"messages":[{"role":"user","content":[{"type":"text","text":")" + text +
        R"("},{"type":"image_url","image_url":{"url":"data:image/png;base64,)" + base64 +
        R"("}}]},{"role":"assistant","tool_calls":[{"id":"c","function":{"name":"f","arguments":")" +
        text + R"("}}],"odd":")" + text + "\"}]}\n";
    const FormatRead read("openai-messages", bytes, 65'537);
    const auto events = read.sink.events();
    REQUIRE(events.size() == 3);
    CHECK(events[0].stored_text.has_value());
    REQUIRE(events[1].attachments.size() == 1);
    CHECK(events[1].attachments[0].size_bytes == base64.size() / 4 * 3);
    CHECK(events[1].attachments[0].media_type == "image/png");
    CHECK(events[2].stored_text.has_value());
    CHECK(events[2].attachments.at(0).uri == "kato:member:/odd");
}
