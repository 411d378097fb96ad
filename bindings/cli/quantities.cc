#include "quantities.h"

#include <charconv>
#include <span>

namespace kato_cli {
namespace {

struct Unit {
    std::string_view name;
    std::uint64_t factor;
};

constexpr Unit k_durations[] = {
    {"ms", 1}, {"s", 1000}, {"m", 60'000}, {"h", 3'600'000}, {"", 1000}};
constexpr Unit k_sizes[] = {{"B", 1},
                            {"kB", 1000},
                            {"MB", 1'000'000},
                            {"GB", 1'000'000'000},
                            {"KiB", 1ULL << 10},
                            {"MiB", 1ULL << 20},
                            {"GiB", 1ULL << 30},
                            {"", 1}};

std::optional<std::uint64_t> parse(std::string_view text, std::span<const Unit> units) {
    std::uint64_t number = 0;
    const char* const last = text.data() + text.size();
    const auto [end, failed] = std::from_chars(text.data(), last, number);
    if (failed != std::errc()) return std::nullopt;
    const std::string_view name(end, static_cast<std::size_t>(last - end));
    for (const Unit& unit : units) {
        if (unit.name != name) continue;
        if (number > UINT64_MAX / unit.factor) return std::nullopt;
        return number * unit.factor;
    }
    return std::nullopt;
}

} // namespace

std::optional<std::uint64_t> parse_duration_ms(std::string_view text) {
    return parse(text, k_durations);
}

std::optional<std::uint64_t> parse_size_bytes(std::string_view text) {
    return parse(text, k_sizes);
}

} // namespace kato_cli
