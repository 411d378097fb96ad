// Damaged and odd files: never a crash, every byte accounted for.
#include "codec/json/cutter.h"
#include "unit/codec/reader_checks.h"

#include <doctest/doctest.h>

using namespace kato;
using test::FormatRead;

namespace {

std::string line(std::string_view kind, std::string_view payload) {
    return R"({"schemaVersion":1,"session":{"provider":"claude","providerSessionId":"s"},"kind":")" +
           std::string(kind) + R"(","payload":)" + std::string(payload) + "}\n";
}

} // namespace

TEST_CASE("a twin cut off at any byte accounts for exactly the bytes given") {
    test::check_cut_off("kato-twin");
}

TEST_CASE("flipped bits never crash the reader") { test::check_flipped_bits("kato-twin"); }

TEST_CASE("values of other types never crash the reader") { test::check_wrong_types("kato-twin"); }

TEST_CASE("long texts go to the store, not into memory, also where they are not understood") {
    const std::string text = "\"" + std::string(json::k_long_string_bytes + 10, 't') + "\"";
    const FormatRead read("kato-twin",
                          line("user.message", "{\"text\":" + text + "}") +
                              line("assistant.tool.result", "{\"odd\":" + text + "}") +
                              line("unheard.of", "{\"text\":" + text + "}"),
                          65'537);
    const auto events = read.sink.events();
    REQUIRE(events.size() == 3);
    CHECK(events[0].stored_text.has_value());
    CHECK(events[1].attachments.at(0).uri == "kato:member:/payload/odd");
    CHECK(events[2].attachments.at(0).uri == "kato:member:/payload/text");
    CHECK(events[2].kind == Kind::provider_raw);
}
