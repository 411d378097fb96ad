// Amounts with units as people write them: "30s", "512MiB".
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace kato::agent {

inline constexpr std::uint64_t k_max_duration_ms = 366ULL * 24 * 3600 * 1000;
inline constexpr std::uint64_t k_max_size_bytes = 1ULL << 50;

// A whole number and ms, s, m or h; nothing else, and at most k_max_duration_ms.
std::optional<std::uint64_t> parse_duration_ms(std::string_view text);
// A whole number and B, kB, MB, GB, TB (powers of 1000), KiB, MiB, GiB, TiB (powers of 1024); at
// most k_max_size_bytes.
std::optional<std::uint64_t> parse_size_bytes(std::string_view text);

} // namespace kato::agent
