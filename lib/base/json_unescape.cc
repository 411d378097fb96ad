#include "base/json_unescape.h"

#include "base/text.h"

namespace kato::json {
namespace {

// Four hexadecimal digits, or -1.
int hex4(std::string_view digits) {
    if (digits.size() < 4) return -1;
    int value = 0;
    for (const char c : digits.substr(0, 4)) {
        int digit = -1;
        if (c >= '0' && c <= '9') digit = c - '0';
        if (c >= 'a' && c <= 'f') digit = c - 'a' + 10;
        if (c >= 'A' && c <= 'F') digit = c - 'A' + 10;
        if (digit < 0) return -1;
        value = value * 16 + digit;
    }
    return value;
}

bool is_high(int unit) { return unit >= 0xD800 && unit <= 0xDBFF; }
bool is_low(int unit) { return unit >= 0xDC00 && unit <= 0xDFFF; }

char simple_escape(char c) {
    switch (c) {
    case '"':
    case '\\':
    case '/': return c;
    case 'b': return '\b';
    case 'f': return '\f';
    case 'n': return '\n';
    case 'r': return '\r';
    case 't': return '\t';
    default: return 0;
    }
}

constexpr std::size_t k_unit = 6; // \uXXXX

} // namespace

std::optional<std::size_t> unescape_prefix(std::string_view raw, bool more, std::string& out) {
    std::size_t pos = 0;
    while (pos < raw.size()) {
        const std::size_t slash = raw.find('\\', pos);
        const std::size_t plain_end = slash == std::string_view::npos ? raw.size() : slash;
        out.append(raw.substr(pos, plain_end - pos));
        pos = plain_end;
        if (pos == raw.size()) break;
        const std::string_view rest = raw.substr(pos);
        if (rest.size() < 2) return more ? std::optional(pos) : std::nullopt;
        if (rest[1] != 'u') {
            const char c = simple_escape(rest[1]);
            if (c == 0) return std::nullopt;
            out += c;
            pos += 2;
            continue;
        }
        if (rest.size() < k_unit && more) return pos;
        int unit = hex4(rest.substr(2));
        if (unit < 0) return std::nullopt;
        std::size_t length = k_unit;
        if (is_high(unit)) {
            const std::string_view behind = rest.substr(k_unit);
            const std::string_view intro = "\\u";
            if (more && behind.size() < k_unit &&
                behind.substr(0, 2) == intro.substr(0, behind.size()))
                return pos;
            const int low = behind.substr(0, 2) == intro ? hex4(behind.substr(2)) : -1;
            if (is_low(low)) {
                unit = 0x10000 + ((unit - 0xD800) << 10) + (low - 0xDC00);
                length += k_unit;
            }
        }
        append_utf8(out, static_cast<std::uint32_t>(unit));
        pos += length;
    }
    return pos;
}

bool unescape(std::string_view raw, std::string& out) {
    out.reserve(out.size() + raw.size());
    return unescape_prefix(raw, false, out).has_value();
}

} // namespace kato::json
