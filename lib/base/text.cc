#include "base/text.h"

namespace kato {
namespace {

// Length of the well-formed sequence at `pos`, 0 when there is none (Unicode 15, table 3-7).
std::size_t sequence(std::string_view s, std::size_t pos) {
    const auto at = [&](std::size_t i) -> unsigned {
        return pos + i < s.size() ? static_cast<unsigned char>(s[pos + i]) : 0U;
    };
    const auto tail = [&](std::size_t i) { return (at(i) & 0xC0U) == 0x80U; };
    const unsigned b0 = at(0);
    if (b0 < 0x80) return 1;
    if (b0 >= 0xC2 && b0 <= 0xDF) return tail(1) ? 2 : 0;
    if (b0 >= 0xE0 && b0 <= 0xEF) {
        const unsigned b1 = at(1);
        if (!tail(1) || !tail(2)) return 0;
        if ((b0 == 0xE0 && b1 < 0xA0) || (b0 == 0xED && b1 > 0x9F)) return 0;
        return 3;
    }
    if (b0 >= 0xF0 && b0 <= 0xF4) {
        const unsigned b1 = at(1);
        if (!tail(1) || !tail(2) || !tail(3)) return 0;
        if ((b0 == 0xF0 && b1 < 0x90) || (b0 == 0xF4 && b1 > 0x8F)) return 0;
        return 4;
    }
    return 0;
}

// Length of the ill-formed subsequence at `pos` that one U+FFFD stands for.
std::size_t ill_formed(std::string_view s, std::size_t pos) {
    const auto at = [&](std::size_t i) -> unsigned {
        return pos + i < s.size() ? static_cast<unsigned char>(s[pos + i]) : 0U;
    };
    const unsigned b0 = at(0);
    const unsigned b1 = at(1);
    if (b0 == 0xED && b1 >= 0xA0 && b1 <= 0xBF && (at(2) & 0xC0U) == 0x80U) return 3; // surrogate
    bool second = (b1 & 0xC0U) == 0x80U;
    if (b0 == 0xE0) second = b1 >= 0xA0 && b1 <= 0xBF;
    if (b0 == 0xED) second = b1 >= 0x80 && b1 <= 0x9F;
    if (b0 == 0xF0) second = b1 >= 0x90 && b1 <= 0xBF;
    if (b0 == 0xF4) second = b1 >= 0x80 && b1 <= 0x8F;
    if (b0 >= 0xE0 && b0 <= 0xEF) return second ? 2 : 1;
    if (b0 >= 0xF0 && b0 <= 0xF4) {
        if (!second) return 1;
        return (at(2) & 0xC0U) == 0x80U ? 3 : 2;
    }
    return 1;
}

// Blocks in which capital and small letters alternate, the capitals at even or at odd code points.
bool alternates(std::uint32_t c) {
    const bool even = (c & 1U) == 0;
    if ((c >= 0x0100 && c <= 0x012F) || (c >= 0x0132 && c <= 0x0137) ||
        (c >= 0x014A && c <= 0x0177) || (c >= 0x0460 && c <= 0x0481) ||
        (c >= 0x048A && c <= 0x04BF) || (c >= 0x04D0 && c <= 0x052F) ||
        (c >= 0x1E00 && c <= 0x1E95) || (c >= 0x1EA0 && c <= 0x1EFF))
        return even;
    return ((c >= 0x0139 && c <= 0x0148) || (c >= 0x0179 && c <= 0x017E)) && !even;
}

std::uint32_t small_letter(std::uint32_t c) {
    if (alternates(c)) return c + 1;
    if ((c >= 0xC0 && c <= 0xDE && c != 0xD7) || (c >= 0x0391 && c <= 0x03AB && c != 0x03A2) ||
        (c >= 0x0410 && c <= 0x042F) || (c >= 0xFF21 && c <= 0xFF3A))
        return c + 0x20;
    if (c >= 0x0400 && c <= 0x040F) return c + 0x50;
    if (c >= 0x0388 && c <= 0x038A) return c + 0x25;
    switch (c) {
    case 0x0178: return 0xFF;
    case 0x0386: return 0x03AC;
    case 0x038C: return 0x03CC;
    case 0x038E: return 0x03CD;
    case 0x038F: return 0x03CE;
    case 0x03C2: return 0x03C3; // final sigma
    default: return c;
    }
}

} // namespace

std::size_t utf8_prefix(std::string_view bytes) {
    std::size_t pos = 0;
    while (pos < bytes.size()) {
        if (static_cast<unsigned char>(bytes[pos]) < 0x80) {
            ++pos;
            continue;
        }
        const std::size_t length = sequence(bytes, pos);
        if (length == 0) return pos;
        pos += length;
    }
    return pos;
}

std::string to_valid_utf8(std::string_view bytes) {
    std::string out;
    out.reserve(bytes.size());
    while (!bytes.empty()) {
        const std::size_t good = utf8_prefix(bytes);
        out.append(bytes.substr(0, good));
        bytes.remove_prefix(good);
        if (bytes.empty()) break;
        out += "\xEF\xBF\xBD";
        bytes.remove_prefix(ill_formed(bytes, 0));
    }
    return out;
}

void append_utf8(std::string& out, std::uint32_t c) {
    if (c < 0x80) {
        out += static_cast<char>(c);
    } else if (c < 0x800) {
        out += static_cast<char>(0xC0 | c >> 6);
        out += static_cast<char>(0x80 | (c & 0x3F));
    } else if (c < 0x10000) {
        out += static_cast<char>(0xE0 | c >> 12);
        out += static_cast<char>(0x80 | (c >> 6 & 0x3F));
        out += static_cast<char>(0x80 | (c & 0x3F));
    } else {
        out += static_cast<char>(0xF0 | c >> 18);
        out += static_cast<char>(0x80 | (c >> 12 & 0x3F));
        out += static_cast<char>(0x80 | (c >> 6 & 0x3F));
        out += static_cast<char>(0x80 | (c & 0x3F));
    }
}

std::string fold_case(std::string_view text) {
    std::string out;
    out.reserve(text.size());
    for (std::size_t pos = 0; pos < text.size();) {
        const char c = text[pos];
        if (static_cast<unsigned char>(c) < 0x80) {
            out += c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
            ++pos;
        } else {
            append_utf8(out, small_letter(next_code_point(text, pos)));
        }
    }
    return out;
}

std::uint32_t next_code_point(std::string_view s, std::size_t& pos) {
    const auto at = [&](std::size_t i) { return static_cast<unsigned char>(s[pos + i]); };
    std::size_t length = sequence(s, pos);
    if (length == 0 && ill_formed(s, pos) == 3 && at(0) == 0xED) length = 3;
    std::uint32_t c = 0xFFFD;
    switch (length) {
    case 1: c = at(0); break;
    case 2: c = (at(0) & 0x1FU) << 6 | (at(1) & 0x3FU); break;
    case 3: c = (at(0) & 0x0FU) << 12 | (at(1) & 0x3FU) << 6 | (at(2) & 0x3FU); break;
    case 4:
        c = (at(0) & 0x07U) << 18 | (at(1) & 0x3FU) << 12 | (at(2) & 0x3FU) << 6 | (at(3) & 0x3FU);
        break;
    default: length = 1; break;
    }
    pos += length;
    return c;
}

} // namespace kato
