// Durations and sizes as people type them: 30s, 5m, 512MiB.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace kato_cli {

// A whole number and ms, s, m or h; a number alone is seconds. In milliseconds.
std::optional<std::uint64_t> parse_duration_ms(std::string_view text);

// A whole number and B, kB, MB, GB (powers of 1000), KiB, MiB or GiB; a number alone is bytes.
std::optional<std::uint64_t> parse_size_bytes(std::string_view text);

} // namespace kato_cli
