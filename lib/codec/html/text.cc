#include "codec/html/text.h"

#include "base/text.h"
#include "codec/markdown/text.h"

namespace kato::html {
namespace {

constexpr std::size_t k_longest_link = 4096;

bool begins_like(std::string_view text, std::string_view scheme) {
    if (text.size() <= scheme.size()) return false;
    for (std::size_t i = 0; i < scheme.size(); ++i) {
        const char c = text[i];
        if ((c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c) != scheme[i])
            return false;
    }
    return true;
}

} // namespace

void append_escaped(std::string& out, std::string_view text) {
    std::size_t from = 0;
    for (std::size_t at = text.find_first_of("&<>\"'"); at != std::string_view::npos;
         at = text.find_first_of("&<>\"'", from)) {
        out += text.substr(from, at - from);
        switch (text[at]) {
        case '&': out += "&amp;"; break;
        case '<': out += "&lt;"; break;
        case '>': out += "&gt;"; break;
        case '"': out += "&quot;"; break;
        default: out += "&#39;";
        }
        from = at + 1;
    }
    out += text.substr(from);
}

std::string shown(std::string_view text) {
    const std::string visible = markdown::visible(text);
    std::string out;
    out.reserve(visible.size() + visible.size() / 16);
    append_escaped(out, visible);
    return out;
}

std::string shown_line(std::string_view text, std::size_t characters) {
    std::string line;
    std::size_t pos = 0;
    bool space = false;
    for (std::size_t n = 0; pos < text.size() && n < characters;) {
        const std::size_t start = pos;
        const std::uint32_t c = next_code_point(text, pos);
        if (c == ' ' || c == '\n' || c == '\t' || c == '\r') {
            space = !line.empty();
            continue;
        }
        if (space) line += ' ';
        space = false;
        line += text.substr(start, pos - start);
        ++n;
    }
    std::string out = shown(line);
    if (text.find_first_not_of(" \n\t\r", pos) != std::string_view::npos) out += "\xE2\x80\xA6";
    return out;
}

std::string_view beginning(std::string_view text, std::size_t bytes) {
    if (text.size() <= bytes) return text;
    while (bytes > 0 && (static_cast<unsigned char>(text[bytes]) & 0xC0U) == 0x80U) --bytes;
    return text.substr(0, bytes);
}

std::string link_target(std::string_view address) {
    if (!begins_like(address, "http://") && !begins_like(address, "https://") &&
        !begins_like(address, "mailto:"))
        return {};
    if (address.size() > k_longest_link || address != markdown::visible(address)) return {};
    // Something hidden that was made visible before this.
    if (address.find("(U+") != std::string_view::npos ||
        address.find("\xE2\x90") != std::string_view::npos)
        return {};
    for (const char c : address) {
        // White space and backslashes are read differently by different programs.
        if (static_cast<unsigned char>(c) <= ' ' || c == '\\') return {};
    }
    std::string out;
    append_escaped(out, address);
    return out;
}

} // namespace kato::html
