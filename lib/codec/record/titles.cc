#include "codec/record/titles.h"

#include "base/text.h"

namespace kato::record {
namespace {

constexpr std::string_view k_space = " \t\r\n\v\f";

bool is_space(char c) { return k_space.find(c) != std::string_view::npos; }

} // namespace

bool is_blank(std::string_view text) {
    return text.find_first_not_of(k_space) == std::string_view::npos;
}

std::string as_title(std::string_view text) {
    std::string line;
    std::size_t characters = 0;
    std::size_t cut = 0; // where the line ends when it turns out too long
    bool space = false;
    for (std::size_t pos = 0; pos < text.size();) {
        if (is_space(text[pos])) {
            space = !line.empty();
            ++pos;
            continue;
        }
        const std::size_t wanted = space ? 2 : 1;
        if (characters + wanted > k_title_characters) {
            line.resize(cut);
            line += "\xE2\x80\xA6"; // an ellipsis
            break;
        }
        if (space) line += ' ';
        append_utf8(line, next_code_point(text, pos));
        characters += wanted;
        space = false;
        if (characters < k_title_characters) cut = line.size();
    }
    return to_valid_utf8(line);
}

std::string for_people(std::string_view name) {
    constexpr std::size_t k_longest = 40;
    std::string out;
    for (const char c : name.substr(0, k_longest)) out += c >= ' ' && c <= '~' ? c : '?';
    if (name.size() > k_longest) out += "...";
    return out;
}

} // namespace kato::record
