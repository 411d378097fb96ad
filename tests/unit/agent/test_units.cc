// Amounts with units: which are understood, and that none overflows.
#include "agent/units.h"

#include <doctest/doctest.h>

using namespace kato::agent;

TEST_CASE("durations have a unit") {
    CHECK(parse_duration_ms("250ms") == 250);
    CHECK(parse_duration_ms("30s") == 30'000);
    CHECK(parse_duration_ms("5m") == 300'000);
    CHECK(parse_duration_ms("2h") == 7'200'000);
    CHECK(parse_duration_ms("0s") == 0);
    for (const char* text : {"", "30", "s", "-1s", "1.5h", "30 s", "30S", "30sec", " 30s", "1d",
                             "99999999h", "18446744073709551616ms", "999999999999999999999s"}) {
        CAPTURE(text);
        CHECK(!parse_duration_ms(text));
    }
}

TEST_CASE("sizes have a unit, of a thousand or of 1024") {
    CHECK(parse_size_bytes("1B") == 1);
    CHECK(parse_size_bytes("10kB") == 10'000);
    CHECK(parse_size_bytes("10KB") == 10'000);
    CHECK(parse_size_bytes("512MiB") == 512ULL << 20);
    CHECK(parse_size_bytes("3GB") == 3'000'000'000);
    CHECK(parse_size_bytes("2TiB") == 2ULL << 40);
    for (const char* text : {"", "512", "MiB", "1M", "1mb", "0x10B", "1 MiB", "2000TiB",
                             "18446744073709551615TiB", "1e3B"}) {
        CAPTURE(text);
        CHECK(!parse_size_bytes(text));
    }
}
