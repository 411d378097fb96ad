#include "codec/html/entities.h"

#include "base/text.h"
#include "codec/markdown/text.h"

#include <charconv>
#include <utility>

namespace kato::html {
namespace {

constexpr std::pair<std::string_view, std::uint32_t> k_names[] = {
    {"amp", '&'},      {"apos", '\''},     {"bull", 0x2022},  {"cent", 0xA2},   {"copy", 0xA9},
    {"deg", 0xB0},     {"divide", 0xF7},   {"euro", 0x20AC},  {"ge", 0x2265},   {"gt", '>'},
    {"harr", 0x2194},  {"hellip", 0x2026}, {"infin", 0x221E}, {"laquo", 0xAB},  {"larr", 0x2190},
    {"ldquo", 0x201C}, {"le", 0x2264},     {"lsquo", 0x2018}, {"lt", '<'},      {"mdash", 0x2014},
    {"micro", 0xB5},   {"middot", 0xB7},   {"minus", 0x2212}, {"nbsp", 0xA0},   {"ndash", 0x2013},
    {"ne", 0x2260},    {"para", 0xB6},     {"plusmn", 0xB1},  {"pound", 0xA3},  {"quot", '"'},
    {"raquo", 0xBB},   {"rarr", 0x2192},   {"rdquo", 0x201D}, {"reg", 0xAE},    {"rsquo", 0x2019},
    {"sect", 0xA7},    {"times", 0xD7},    {"trade", 0x2122}, {"uarr", 0x2191}, {"yen", 0xA5},
};

std::uint32_t number_of(std::string_view digits) {
    const bool is_hex = digits.starts_with('x') || digits.starts_with('X');
    if (is_hex) digits.remove_prefix(1);
    std::uint32_t value = 0;
    const auto [end, error] =
        std::from_chars(digits.data(), digits.data() + digits.size(), value, is_hex ? 16 : 10);
    const bool usable = error == std::errc() && end == digits.data() + digits.size() &&
                        value != 0 && value <= 0x10FFFF && (value < 0xD800 || value > 0xDFFF);
    return usable ? value : 0xFFFD;
}

} // namespace

std::string decode_entity(std::string_view entity) {
    if (entity.size() < 3 || entity.front() != '&' || entity.back() != ';')
        return markdown::visible(entity);
    const std::string_view name = entity.substr(1, entity.size() - 2);
    std::string out;
    if (name.front() == '#') {
        append_utf8(out, number_of(name.substr(1)));
        return markdown::visible(out);
    }
    for (const auto& [known, code_point] : k_names) {
        if (known != name) continue;
        append_utf8(out, code_point);
        return out;
    }
    return std::string(entity);
}

} // namespace kato::html
