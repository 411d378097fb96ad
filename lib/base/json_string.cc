#include "base/json_string.h"

#include "base/json_scan.h"

namespace kato {

void append_json_string(std::string& out, std::string_view text) {
    static constexpr char k_hex[] = "0123456789abcdef";
    out += '"';
    const char* p = text.data();
    const char* end = p + text.size();
    while (p != end) {
        // 0xED begins surrogates, and some other code points.
        const char* special = json::find_special(p, end);
        const std::string_view plain(p, static_cast<std::size_t>(special - p));
        const std::size_t lead = plain.find('\xED');
        if (lead != std::string_view::npos) {
            out.append(p, lead);
            p += lead;
            const auto at = [&](std::ptrdiff_t i) {
                return static_cast<unsigned>(i < end - p ? static_cast<unsigned char>(p[i]) : 0);
            };
            if (at(1) >= 0xA0 && at(1) <= 0xBF && (at(2) & 0xC0U) == 0x80U) {
                const unsigned unit = 0xD000U | (at(1) & 0x3FU) << 6 | (at(2) & 0x3FU);
                out += "\\ud";
                out += k_hex[unit >> 8 & 15U];
                out += k_hex[unit >> 4 & 15U];
                out += k_hex[unit & 15U];
                p += 3;
            } else {
                out += *p++;
            }
            continue;
        }
        out.append(plain);
        p = special;
        if (p == end) break;
        const char c = *p++;
        out += '\\';
        switch (c) {
        case '"':
        case '\\': out += c; break;
        case '\b': out += 'b'; break;
        case '\t': out += 't'; break;
        case '\n': out += 'n'; break;
        case '\f': out += 'f'; break;
        case '\r': out += 'r'; break;
        default:
            out += "u00";
            out += k_hex[static_cast<unsigned char>(c) >> 4];
            out += k_hex[static_cast<unsigned char>(c) & 15];
        }
    }
    out += '"';
}

} // namespace kato
