// Times: RFC 3339 in and out.
#include "base/time.h"

#include <doctest/doctest.h>

using namespace kato;

TEST_CASE("times are written in UTC with microseconds") {
    CHECK(format_time(0) == "1970-01-01T00:00:00.000000Z");
    CHECK(format_time(-1) == "1969-12-31T23:59:59.999999Z");
    CHECK(format_time(951'782'400'000'000) == "2000-02-29T00:00:00.000000Z");
    CHECK(format_time(1'769'860'800'123'456) == "2026-01-31T12:00:00.123456Z");
}

TEST_CASE("times beyond four-digit years are clamped") {
    CHECK(format_time(INT64_MAX) == "9999-12-31T23:59:59.999999Z");
    CHECK(format_time(INT64_MIN) == "0000-01-01T00:00:00.000000Z");
}

TEST_CASE("fractions of any length and zones are read") {
    CHECK(parse_time("1970-01-01T00:00:01Z") == Time(1'000'000));
    CHECK(parse_time("1970-01-01T00:00:01.5Z") == Time(1'500'000));
    CHECK(parse_time("1970-01-01T00:00:01.123456789Z") == Time(1'123'456));
    CHECK(parse_time("1970-01-01T02:00:00+02:00") == Time(0));
    CHECK(parse_time("1969-12-31T18:30:00-05:30") == Time(0));
    CHECK(parse_time("1970-01-01 00:00:00z") == Time(0));
}

TEST_CASE("what is read is written again, every day of 400 years") {
    constexpr std::int64_t day = 86'400'000'000;
    for (std::int64_t t = -200 * 366 * day; t < 200 * 366 * day; t += day)
        if (parse_time(format_time(t)) != Time(t)) FAIL("differs at " << t);
}

TEST_CASE("what is not RFC 3339 has no time") {
    for (const char* text :
         {"", "2026", "2026-01-31", "2026-01-31T12:00Z", "2026-01-31T12:00:00",
          "2026-13-01T00:00:00Z", "2025-02-29T00:00:00Z", "2026-01-31T24:00:00Z",
          "2026-01-31T12:60:00Z", "2026-01-31T12:00:00.Z", "2026-01-31T12:00:00Zx",
          "2026-01-31T12:00:00+0200", "2026-01-31T12:00:00+", "x026-01-31T12:00:00Z",
          "2026-01-00T12:00:00Z", "2026/01/31T12:00:00Z"})
        CHECK_MESSAGE(!parse_time(text), text);
}

TEST_CASE("people may type a date alone") {
    CHECK(parse_date_or_time("1970-01-02") == Time(86'400'000'000));
    CHECK(parse_date_or_time("1970-01-02T00:00:00Z") == Time(86'400'000'000));
    CHECK_FALSE(parse_date_or_time("1970-1-2"));
    CHECK_FALSE(parse_date_or_time("yesterday!"));
}
