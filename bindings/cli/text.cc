// Making foreign text safe to print, and measuring it.
#include "text.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace kato_cli {
namespace {

struct Range {
    std::uint32_t first;
    std::uint32_t last;
};

template <std::size_t N> bool within(const std::array<Range, N>& ranges, std::uint32_t code_point) {
    const auto* at = std::upper_bound(
        ranges.begin(), ranges.end(), code_point,
        [](std::uint32_t value, const Range& range) { return value < range.first; });
    return at != ranges.begin() && code_point <= (at - 1)->last;
}

// Controls, formats and fillers that a terminal obeys or shows as nothing. Sorted.
constexpr std::array<Range, 21> k_hidden{{
    {0x00, 0x1f},         {0x7f, 0x9f},       {0xad, 0xad},       {0x34f, 0x34f},
    {0x61c, 0x61c},       {0x115f, 0x1160},   {0x17b4, 0x17b5},   {0x180b, 0x180f},
    {0x200b, 0x200f},     {0x2028, 0x202e},   {0x2060, 0x206f},   {0x3164, 0x3164},
    {0xd800, 0xdfff},     {0xfeff, 0xfeff},   {0xffa0, 0xffa0},   {0xfff0, 0xfffb},
    {0xfffe, 0xffff},     {0x1bca0, 0x1bca3}, {0x1d173, 0x1d17a}, {0xe0000, 0xe0fff},
    {0x10fffe, 0x10ffff},
}};

// East Asian wide and full-width characters and emoji that take two columns. Sorted.
constexpr std::array<Range, 48> k_wide{{
    {0x1100, 0x115f},   {0x231a, 0x231b},   {0x2329, 0x232a},   {0x23e9, 0x23ec},
    {0x23f0, 0x23f0},   {0x23f3, 0x23f3},   {0x25fd, 0x25fe},   {0x2614, 0x2615},
    {0x2648, 0x2653},   {0x267f, 0x267f},   {0x2693, 0x2693},   {0x26a1, 0x26a1},
    {0x26aa, 0x26ab},   {0x26bd, 0x26be},   {0x26c4, 0x26c5},   {0x26ce, 0x26ce},
    {0x26d4, 0x26d4},   {0x26ea, 0x26ea},   {0x26f2, 0x26f3},   {0x26f5, 0x26f5},
    {0x26fa, 0x26fa},   {0x26fd, 0x26fd},   {0x2705, 0x2705},   {0x270a, 0x270b},
    {0x2728, 0x2728},   {0x274c, 0x274c},   {0x274e, 0x274e},   {0x2753, 0x2755},
    {0x2757, 0x2757},   {0x2795, 0x2797},   {0x27b0, 0x27b0},   {0x27bf, 0x27bf},
    {0x2b1b, 0x2b1c},   {0x2b50, 0x2b50},   {0x2b55, 0x2b55},   {0x2e80, 0x303e},
    {0x3041, 0xa4cf},   {0xa960, 0xa97c},   {0xac00, 0xd7a3},   {0xf900, 0xfaff},
    {0xfe30, 0xfe6f},   {0xff01, 0xff60},   {0xffe0, 0xffe6},   {0x1f300, 0x1f64f},
    {0x1f680, 0x1f6ff}, {0x1f7e0, 0x1f7eb}, {0x1f900, 0x1faff}, {0x20000, 0x3fffd},
}};

// Marks that combine with the character before them. Sorted; the common scripts.
constexpr std::array<Range, 30> k_combining{{
    {0x300, 0x36f},   {0x483, 0x489},   {0x591, 0x5bd},   {0x5bf, 0x5bf},     {0x5c1, 0x5c2},
    {0x5c4, 0x5c5},   {0x610, 0x61a},   {0x64b, 0x65f},   {0x670, 0x670},     {0x6d6, 0x6dc},
    {0x6df, 0x6e4},   {0x6e7, 0x6e8},   {0x6ea, 0x6ed},   {0x900, 0x902},     {0x93c, 0x93c},
    {0x941, 0x948},   {0x94d, 0x94d},   {0xe31, 0xe31},   {0xe34, 0xe3a},     {0xe47, 0xe4e},
    {0x1ab0, 0x1aff}, {0x1dc0, 0x1dff}, {0x200c, 0x200d}, {0x20d0, 0x20ff},   {0x302a, 0x302d},
    {0x3099, 0x309a}, {0xfe00, 0xfe0f}, {0xfe20, 0xfe2f}, {0x1f3fb, 0x1f3ff}, {0xe0100, 0xe01ef},
}};

std::size_t columns_of(std::uint32_t code_point) {
    if (within(k_combining, code_point)) return 0;
    return within(k_wide, code_point) ? 2 : 1;
}

// The joiners are part of emoji and of several scripts; between ASCII letters they only deceive.
bool is_honest_joiner(std::uint32_t code_point, std::uint32_t before, std::string_view text,
                      std::size_t after) {
    if (code_point != 0x200c && code_point != 0x200d) return false;
    if (before < 0x80 || is_hidden(before) || after >= text.size()) return false;
    const std::uint32_t next = next_code_point(text, after);
    return next >= 0x80 && next != 0xfffd && !is_hidden(next);
}

std::string make_visible(std::string_view text, bool one_line) {
    std::string out;
    out.reserve(text.size());
    std::uint32_t before = 0;
    for (std::size_t pos = 0; pos < text.size();) {
        const std::size_t start = pos;
        bool valid = true;
        const std::uint32_t code_point = next_code_point(text, pos, &valid);
        const bool line_break = code_point == '\r' && pos < text.size() && text[pos] == '\n';
        if (!valid) {
            out += "\xef\xbf\xbd";
        } else if (line_break) {
            // The LF that follows says it.
        } else if (code_point == '\n' || code_point == '\t') {
            out += one_line ? ' ' : static_cast<char>(code_point);
        } else if (!is_hidden(code_point) || is_honest_joiner(code_point, before, text, pos)) {
            out.append(text.substr(start, pos - start));
        } else if (code_point < 0x80) {
            fmt::format_to(std::back_inserter(out), "\\x{:02x}", code_point);
        } else {
            fmt::format_to(std::back_inserter(out), "\\u{{{:x}}}", code_point);
        }
        before = code_point;
    }
    return out;
}

void append_unicode_escape(std::string& out, std::uint32_t code_point) {
    if (code_point < 0x10000) {
        fmt::format_to(std::back_inserter(out), "\\u{:04x}", code_point);
        return;
    }
    const std::uint32_t rest = code_point - 0x10000;
    fmt::format_to(std::back_inserter(out), "\\u{:04x}\\u{:04x}", 0xd800 + (rest >> 10),
                   0xdc00 + (rest & 0x3ff));
}

} // namespace

std::uint32_t next_code_point(std::string_view text, std::size_t& pos, bool* valid) {
    const auto byte = [&](std::size_t at) {
        return static_cast<std::uint32_t>(static_cast<unsigned char>(text[at]));
    };
    if (valid) *valid = true;
    const std::uint32_t first = byte(pos);
    if (first < 0x80) {
        ++pos;
        return first;
    }
    const std::size_t more = first >= 0xf0 ? 3 : first >= 0xe0 ? 2 : 1;
    std::uint32_t code_point = first & (0x3fu >> more);
    bool good = first >= 0xc2 && first <= 0xf4 && text.size() - pos > more;
    for (std::size_t i = 1; good && i <= more; ++i) {
        good = (byte(pos + i) & 0xc0) == 0x80;
        code_point = (code_point << 6) | (byte(pos + i) & 0x3f);
    }
    constexpr std::array<std::uint32_t, 4> k_least{0, 0x80, 0x800, 0x10000};
    good = good && code_point >= k_least[more] && code_point <= 0x10ffff &&
           (code_point < 0xd800 || code_point > 0xdfff);
    if (!good) {
        ++pos;
        if (valid) *valid = false;
        return 0xfffd;
    }
    pos += more + 1;
    return code_point;
}

bool is_hidden(std::uint32_t code_point) { return within(k_hidden, code_point); }

std::string visible(std::string_view text) { return make_visible(text, false); }

std::string visible_line(std::string_view text) { return make_visible(text, true); }

std::size_t width(std::string_view text) {
    std::size_t columns = 0;
    for (std::size_t pos = 0; pos < text.size();) columns += columns_of(next_code_point(text, pos));
    return columns;
}

std::string fit(std::string_view text, std::size_t columns) {
    if (width(text) <= columns) return std::string(text);
    const std::string_view dots = std::string_view("...").substr(0, columns);
    std::size_t used = dots.size();
    std::size_t end = 0;
    for (std::size_t pos = 0; pos < text.size();) {
        used += columns_of(next_code_point(text, pos));
        if (used > columns) break;
        end = pos;
    }
    return std::string(text.substr(0, end)).append(dots);
}

std::string pad(std::string_view text, std::size_t columns) {
    std::string out(text);
    const std::size_t used = width(text);
    if (used < columns) out.append(columns - used, ' ');
    return out;
}

std::size_t count_code_points(std::string_view text) {
    std::size_t count = 0;
    for (std::size_t pos = 0; pos < text.size(); ++count) next_code_point(text, pos);
    return count;
}

std::string json_string(std::string_view text) {
    std::string out = "\"";
    out.reserve(text.size() + 2);
    for (std::size_t pos = 0; pos < text.size();) {
        const std::size_t start = pos;
        bool valid = true;
        const std::uint32_t code_point = next_code_point(text, pos, &valid);
        if (!valid) {
            out += "\xef\xbf\xbd";
        } else if (code_point == '"' || code_point == '\\') {
            out += '\\';
            out += static_cast<char>(code_point);
        } else if (code_point == '\n') {
            out += "\\n";
        } else if (code_point == '\t') {
            out += "\\t";
        } else if (is_hidden(code_point)) {
            append_unicode_escape(out, code_point);
        } else {
            out.append(text.substr(start, pos - start));
        }
    }
    out += '"';
    return out;
}

std::string json_safe(std::string_view json) {
    std::string out;
    out.reserve(json.size());
    for (std::size_t pos = 0; pos < json.size();) {
        const std::size_t start = pos;
        bool valid = true;
        const std::uint32_t code_point = next_code_point(json, pos, &valid);
        if (!valid) {
            out += "\xef\xbf\xbd";
        } else if (code_point == '\n' || code_point == '\r' || code_point == '\t') {
            out += ' '; // between tokens: strings cannot hold them as they are
        } else if (is_hidden(code_point)) {
            append_unicode_escape(out, code_point);
        } else {
            out.append(json.substr(start, pos - start));
        }
    }
    return out;
}

std::string human_bytes(std::uint64_t bytes) {
    if (bytes < 1000) return fmt::format("{} B", bytes);
    constexpr std::array<const char*, 5> k_units{"kB", "MB", "GB", "TB", "PB"};
    double value = static_cast<double>(bytes) / 1000.0;
    std::size_t unit = 0;
    while (value >= 999.95 && unit + 1 < k_units.size()) {
        value /= 1000.0;
        ++unit;
    }
    return fmt::format("{:.1f} {}", value, k_units[unit]);
}

} // namespace kato_cli
