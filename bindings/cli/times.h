// Times as people read and type them, and as JSON carries them.
#pragma once

#include <kato/base.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace kato_cli {

std::string rfc3339(std::int64_t time_us); // "2026-01-31T12:00:00.000000Z"

// "2026-01-31 12:00:00Z", with `local` "2026-01-31 13:00:00 +0100"; "-" for no time.
std::string readable_time(std::int64_t time_us, bool local);

// "2026-01-31 12:00" in UTC, for tables.
std::string table_time(std::int64_t time_us);

// A date (midnight UTC) or RFC 3339 with a zone.
std::optional<std::int64_t> parse_when(std::string_view text);

} // namespace kato_cli
