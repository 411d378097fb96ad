// UUIDs: their spelling, their versions, and that imported ids never change.
#include "base/id.h"

#include <doctest/doctest.h>

using namespace kato;

TEST_CASE("a UUID is spelled in lower case and read in either") {
    const auto id = parse_uuid("00112233-4455-6677-8899-AABBCCDDEEFF");
    REQUIRE(id);
    CHECK(to_string(*id) == "00112233-4455-6677-8899-aabbccddeeff");
}

TEST_CASE("what is not a UUID is refused") {
    for (const char* text :
         {"", "00112233-4455-6677-8899-aabbccddeef", "00112233-4455-6677-8899-aabbccddeeff0",
          "0011223304455-6677-8899-aabbccddeeff", "00112233-4455-6677-8899-aabbccddeefg"})
        CHECK_MESSAGE(!parse_uuid(text), text);
}

TEST_CASE("version 7 sorts by time and carries version and variant") {
    const std::array<std::uint8_t, 10> ones = {255, 255, 255, 255, 255, 255, 255, 255, 255, 255};
    const std::array<std::uint8_t, 10> zeros{};
    const Uuid early = make_uuid_v7(1'700'000'000'000'000, ones);
    const Uuid late = make_uuid_v7(1'700'000'000'001'000, zeros);
    CHECK(early < late);
    CHECK(to_string(early) == "018bcfe5-6800-7fff-bfff-ffffffffffff");
    CHECK(to_string(late) == "018bcfe5-6801-7000-8000-000000000000");
}

TEST_CASE("version 8 depends on the parts and where they are cut") {
    CHECK(make_uuid_v8({"a", "bc"}) == make_uuid_v8({"a", "bc"}));
    CHECK(make_uuid_v8({"a", "bc"}) != make_uuid_v8({"ab", "c"}));
    CHECK(make_uuid_v8({"a", ""}) != make_uuid_v8({"a"}));
    const std::string text = to_string(make_uuid_v8({"kato:chat", "claude-code", "x"}));
    CHECK(text[14] == '8');
    // Stored ids rest on this value: it must never change.
    CHECK(text == "9c907093-3c56-8a3c-be8c-b62f962e0c9b");
}

TEST_CASE("a prefix of an id stands for all ids that begin so") {
    const auto range = parse_uuid_prefix("0011-2A");
    REQUIRE(range);
    CHECK(to_string(range->first) == "00112a00-0000-0000-0000-000000000000");
    CHECK(to_string(range->second) == "00112aff-ffff-ffff-ffff-ffffffffffff");
    const auto whole = parse_uuid_prefix("00112233-4455-6677-8899-aabbccddeeff");
    REQUIRE(whole);
    CHECK(whole->first == whole->second);
}

TEST_CASE("what cannot begin an id is no prefix of one") {
    for (const char* text : {"", "001", "00-1", "0011g", "-0011", "00--11", "cafe au lait",
                             "00112233-4455-6677-8899-aabbccddeeff0"})
        CHECK_MESSAGE(!parse_uuid_prefix(text), text);
}
