// A value is found where its record says it, and nowhere else; and the search for it ends.
#include "store/slices.h"

#include <doctest/doctest.h>

#include <chrono>

using namespace kato;

namespace {

constexpr std::string_view k_record =
    R"({"a":"hello \"you\"","b":{"a":"hello \"you\"","n":1},"c":"table\tcaf\u00e9 \/ end"})";

} // namespace

TEST_CASE("structured data is found as it stands, texts between their quotes") {
    SliceFinder finder(7, {1000, k_record});
    const auto data = finder.find(R"({"a":"hello \"you\"","n":1})");
    REQUIRE(data);
    CHECK(data->source == 7);
    CHECK(data->start == 1000 + k_record.find("{\"a\"", 1));
    CHECK(data->length == 27);
    CHECK(!data->escaped);
    const auto text = finder.find("table\tcaf\xC3\xA9 / end");
    REQUIRE(text);
    CHECK(text->escaped);
    CHECK(k_record.substr(text->start - 1000, text->length) == R"(table\tcaf\u00e9 \/ end)");
    // Whichever of two that say the same.
    const auto again = finder.find("hello \"you\"");
    REQUIRE(again);
    CHECK(k_record.substr(again->start - 1000, again->length) == R"(hello \"you\")");
}

TEST_CASE("what the record does not say is not found") {
    SliceFinder finder(7, {0, k_record});
    CHECK(!finder.find("hello"));             // only a part of a string
    CHECK(!finder.find("hello \\\"you\\\"")); // still escaped
    CHECK(!finder.find(R"({"a":"hello"})"));
    CHECK(!finder.find(""));
    CHECK(!finder.find(std::string(500, 'x')));
    CHECK(!SliceFinder().find("tab"));
    for (std::size_t end = 0; end < k_record.size(); ++end) { // cut off anywhere
        SliceFinder cut(7, {0, k_record.substr(0, end)});
        CHECK(cut.find("table\tcaf\xC3\xA9 / end").has_value() == (end >= k_record.size() - 2));
    }
}

TEST_CASE("a search ends soon, whatever the record says") {
    std::string record;
    for (int i = 0; i < 200'000; ++i) record += "\"same beginning\",";
    SliceFinder finder(7, {0, record});
    const auto start = std::chrono::steady_clock::now();
    std::size_t found = 0;
    for (int i = 0; i < 10'000; ++i)
        found += finder.find("same beginning, another end" + std::to_string(i)) ? 1 : 0;
    CHECK(found == 0);
    // Quadratic work would take an hour.
    CHECK(std::chrono::steady_clock::now() - start < std::chrono::minutes(1));
}

TEST_CASE("so does one for a text that nearly stands at every byte of it") {
    const std::string braces(900'000, '{');
    std::string record;
    for (int i = 0; i < 4; ++i) record += '"' + braces + R"(\n",)";
    SliceFinder finder(7, {0, record});
    const auto start = std::chrono::steady_clock::now();
    CHECK(!finder.find(braces + "\n\n"));
    // Quadratic work would take minutes.
    CHECK(std::chrono::steady_clock::now() - start < std::chrono::seconds(10));
}
