#include "codec/markdown/text.h"

#include "base/text.h"
#include "codec/markdown/fences.h"

#include <algorithm>

#include <fmt/format.h>

namespace kato::markdown {
namespace {

constexpr std::uint32_t k_control_pictures = 0x2400;
constexpr std::uint32_t k_delete_picture = 0x2421;

struct Range {
    std::uint32_t first;
    std::uint32_t last;
};

// What is not seen, and can hide or reorder what is. Joiners (U+200C, U+200D) are part of words and
// pictures.
constexpr Range k_unseen[] = {
    {0x0080, 0x009F},   // control characters
    {0x00AD, 0x00AD},   // soft hyphen
    {0x061C, 0x061C},   // direction marks, embeddings, overrides, isolates
    {0x180E, 0x180E},   //
    {0x200B, 0x200B},   // zero-width space
    {0x200E, 0x200F},   //
    {0x2028, 0x202E},   // line and paragraph separators among them
    {0x2060, 0x206F},   //
    {0xD800, 0xDFFF},   // half a character
    {0xFEFF, 0xFEFF},   // byte order mark
    {0xFFF9, 0xFFFB},   // annotations
    {0xE0000, 0xE0FFF}, // tags
};

bool is_unseen(std::uint32_t c) {
    return std::any_of(std::begin(k_unseen), std::end(k_unseen),
                       [&](const Range& range) { return c >= range.first && c <= range.last; });
}

bool is_ascii_printable(char c) { return c >= ' ' && c <= '~'; }
bool is_blank(std::string_view line) {
    return line.find_first_not_of(" \t") == std::string_view::npos;
}

// Takes prose line by line, and lets code spans be where it is sure that every reader of Markdown
// sees them there too: on one line, after nothing that could have begun a longer one, and after no
// bracket (markdown-it forgets spans when what looks like a link turns out not to be one).
class Prose {
public:
    void line(std::string_view line, std::string& out);

private:
    static std::size_t run_at(std::string_view line, std::size_t pos) {
        return std::min(line.find_first_not_of('`', pos), line.size()) - pos;
    }
    static std::size_t span_end(std::string_view line, std::size_t start, std::size_t length);
    static void character(std::string_view line, std::size_t& pos, std::string& out);

    bool doubtful_ = false; // until the paragraph ends
};

// Behind the run of backticks that closes a span of `length` of them, 0 when there is none.
std::size_t Prose::span_end(std::string_view line, std::size_t start, std::size_t length) {
    for (std::size_t pos = line.find('`', start); pos < line.size(); pos = line.find('`', pos)) {
        const std::size_t run = run_at(line, pos);
        pos += run;
        if (run == length) return pos;
    }
    return 0;
}

void Prose::character(std::string_view line, std::size_t& pos, std::string& out) {
    const char c = line[pos++];
    const char next = pos < line.size() ? line[pos] : '\0';
    const bool letter = (next >= 'a' && next <= 'z') || (next >= 'A' && next <= 'Z');
    if (c == '<' && (letter || next == '/' || next == '!' || next == '?')) {
        out += "&lt;"; // no tag, no comment
        return;
    }
    out += c;
    if ((c == '!' && next == '[') || (c == ']' && next == ':'))
        out += '\\'; // no image, no definition
}

void Prose::line(std::string_view line, std::string& out) {
    if (is_blank(line)) {
        doubtful_ = false;
        return;
    }
    // An escaped backtick, a table's cell or a definition may end a span earlier than it seems.
    const bool clear = line.find("\\`") == std::string_view::npos &&
                       line.find('|') == std::string_view::npos &&
                       line.find("]:") == std::string_view::npos;
    bool open = false;
    for (std::size_t pos = 0; pos < line.size();) {
        if (line[pos] != '`') {
            doubtful_ = doubtful_ || line[pos] == '[';
            character(line, pos, out);
            continue;
        }
        const std::size_t length = run_at(line, pos);
        const std::size_t end = span_end(line, pos + length, length);
        if (clear && !doubtful_ && end != 0) {
            out += line.substr(pos, end - pos);
            pos = end;
            continue;
        }
        if (end == 0 || !clear) open = true;
        out += line.substr(pos, length);
        pos += length;
    }
    doubtful_ = doubtful_ || open;
}

void add_quote(std::string_view text, std::string& out) {
    while (!text.empty()) { // blank lines around it
        std::string_view rest = text;
        if (!is_blank(next_line(rest))) break;
        text = rest;
    }
    const std::size_t last = text.find_last_not_of(" \t\n");
    if (last == std::string_view::npos) return;
    text = text.substr(0, last + 1);
    Prose prose;
    while (!text.empty()) {
        const std::string_view line = next_line(text);
        out += is_blank(line) ? ">" : "> ";
        prose.line(line, out);
        out += '\n';
    }
    out += '\n';
}

void add_fence(std::string_view text, std::string_view info, std::string& out) {
    std::size_t longest = 2;
    for (std::size_t pos = text.find('`'); pos != std::string_view::npos;
         pos = text.find('`', pos)) {
        const std::size_t end = std::min(text.find_first_not_of('`', pos), text.size());
        longest = std::max(longest, end - pos);
        pos = end;
    }
    const std::string fence(longest + 1, '`');
    out += fence;
    out += language(info);
    out += '\n';
    out += text;
    if (!text.empty() && text.back() != '\n') out += '\n';
    out += fence;
    out += "\n\n";
}

} // namespace

std::string visible(std::string_view text) {
    std::string out;
    out.reserve(text.size());
    std::size_t pos = 0;
    while (pos < text.size()) {
        const std::size_t plain = pos;
        while (pos < text.size() &&
               (is_ascii_printable(text[pos]) || text[pos] == '\n' || text[pos] == '\t'))
            ++pos;
        out += text.substr(plain, pos - plain);
        if (pos == text.size()) break;
        if (text[pos] == '\r' && text.substr(pos + 1, 1) == "\n") {
            ++pos;
            continue;
        }
        const std::uint32_t c = next_code_point(text, pos);
        if (c < 0x20)
            append_utf8(out, k_control_pictures + c);
        else if (c == 0x7F)
            append_utf8(out, k_delete_picture);
        else if (is_unseen(c))
            out += fmt::format("(U+{:04X})", c);
        else
            append_utf8(out, c);
    }
    return out;
}

std::string inline_text(std::string_view text) {
    std::string out;
    for (const char c : visible(text)) {
        if (c == '\n' || c == '\t') {
            out += ' ';
            continue;
        }
        const bool letter_or_digit =
            (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
        constexpr std::string_view k_harmless = " ,.;:/-'\"()=%?@+";
        if (c == '<') {
            out += "&lt;";
            continue;
        }
        if (is_ascii_printable(c) && !letter_or_digit &&
            k_harmless.find(c) == std::string_view::npos)
            out += '\\';
        out += c;
    }
    return out;
}

std::string yaml_text(std::string_view text) {
    std::string out = "\"";
    for (std::size_t pos = 0; pos < text.size();) {
        const std::uint32_t c = next_code_point(text, pos);
        if (c == '"' || c == '\\') {
            out += '\\';
            out += static_cast<char>(c);
        } else if (c == '\n') {
            out += "\\n";
        } else if (c == '\t') {
            out += "\\t";
        } else if (c >= 0xD800 && c <= 0xDFFF) {
            out += "\\uFFFD";
        } else if (c < 0x20 || c == 0x7F || is_unseen(c)) {
            out += c > 0xFFFF ? fmt::format("\\U{:08X}", c) : fmt::format("\\u{:04X}", c);
        } else {
            append_utf8(out, c);
        }
    }
    return out + '"';
}

std::string as_code(std::string_view text, std::string_view info) {
    std::string out;
    if (text.find_first_not_of(" \t\n") != std::string_view::npos) add_fence(text, info, out);
    return out;
}

std::string as_prose(std::string_view text) {
    std::string out;
    for (const Part& part : parts_of(text)) {
        if (part.is_code)
            add_fence(part.text, part.info, out);
        else
            add_quote(part.text, out);
    }
    return out;
}

} // namespace kato::markdown
