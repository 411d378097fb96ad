#include "codec/record/fields.h"

#include <charconv>
#include <cmath>

namespace kato::record {
namespace {

// The magnitudes that tell the units of a number apart.
constexpr std::int64_t k_least_microseconds = 100'000'000'000'000;
constexpr std::int64_t k_least_milliseconds = 100'000'000'000;

// Seconds with a fraction, or any number with an exponent.
Time fractional_time(std::string_view token) {
    double number = 0;
    const auto [end, error] = std::from_chars(token.data(), token.data() + token.size(), number);
    if (error != std::errc() || end != token.data() + token.size() || !(number >= 0))
        return std::nullopt;
    if (number > static_cast<double>(k_least_milliseconds)) {
        const double unit = number > static_cast<double>(k_least_microseconds) ? 1 : 1e3;
        if (number * unit > 1e18) return std::nullopt;
        return std::llround(number * unit);
    }
    return std::llround(number * 1e6);
}

} // namespace

std::optional<std::string> short_text(const json::Value& value) {
    if (!value.is_string() || value.spill() != nullptr) return std::nullopt;
    return value.text();
}

std::string text_of(const json::Value& object, std::string_view name) {
    return short_text(object.member(name)).value_or(std::string());
}

Time read_time(const json::Value& value) {
    if (const std::optional<std::string> text = short_text(value)) return parse_time(*text);
    if (!value.present() || value.type() != json::Type::number) return std::nullopt;
    const std::optional<std::int64_t> number = value.integer();
    if (!number) return fractional_time(value.raw());
    if (*number < 0) return std::nullopt;
    if (*number > k_least_microseconds) return number;
    return *number > k_least_milliseconds ? *number * 1'000 : *number * 1'000'000;
}

std::string text_in(std::string_view json, std::string_view name) {
    json::Document document;
    if (!document.parse(json)) return {};
    const json::Value root = document.root();
    return text_of(root.is_array() ? root.first() : root, name);
}

bool take_flag(const json::Value& object, std::string_view name) {
    const json::Value member = object.member(name);
    const std::optional<bool> flag = member.boolean();
    if (flag) member.take();
    return flag.value_or(false);
}

} // namespace kato::record
