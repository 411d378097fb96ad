#include "agent/units.h"

#include <array>
#include <span>

namespace kato::agent {
namespace {

struct Unit {
    std::string_view name;
    std::uint64_t factor;
};

constexpr std::array<Unit, 4> k_durations = {
    {{"ms", 1}, {"s", 1000}, {"m", 60'000}, {"h", 3'600'000}}};
constexpr std::array<Unit, 10> k_sizes = {{{"B", 1},
                                           {"kB", 1000},
                                           {"KB", 1000},
                                           {"MB", 1'000'000},
                                           {"GB", 1'000'000'000},
                                           {"TB", 1'000'000'000'000},
                                           {"KiB", 1ULL << 10},
                                           {"MiB", 1ULL << 20},
                                           {"GiB", 1ULL << 30},
                                           {"TiB", 1ULL << 40}}};

std::optional<std::uint64_t> parse(std::string_view text, std::span<const Unit> units,
                                   std::uint64_t largest) {
    std::uint64_t number = 0;
    std::size_t digits = 0;
    for (; digits < text.size() && text[digits] >= '0' && text[digits] <= '9'; ++digits) {
        number = number * 10 + static_cast<std::uint64_t>(text[digits] - '0');
        if (number > largest) return std::nullopt;
    }
    if (digits == 0) return std::nullopt;
    for (const Unit& unit : units) {
        if (unit.name != text.substr(digits)) continue;
        if (number > largest / unit.factor) return std::nullopt;
        return number * unit.factor;
    }
    return std::nullopt;
}

} // namespace

std::optional<std::uint64_t> parse_duration_ms(std::string_view text) {
    return parse(text, k_durations, k_max_duration_ms);
}

std::optional<std::uint64_t> parse_size_bytes(std::string_view text) {
    return parse(text, k_sizes, k_max_size_bytes);
}

} // namespace kato::agent
