// Times: microseconds since 1970-01-01T00:00:00Z, and their RFC 3339 spelling.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace kato {

using Time = std::optional<std::int64_t>; // empty: the provider did not record one

// "2026-01-31T12:00:00.000000Z", years 0000 to 9999; later and earlier times are clamped.
std::string format_time(std::int64_t time_us);

// RFC 3339 with any number of fractional digits (beyond six: cut) and a zone; nothing else.
Time parse_time(std::string_view text);

// A date alone (2026-01-31) is midnight UTC; otherwise as parse_time. For what people type.
Time parse_date_or_time(std::string_view text);

} // namespace kato
