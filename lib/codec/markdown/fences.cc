#include "codec/markdown/fences.h"

#include <algorithm>

namespace kato::markdown {
namespace {

struct Fence {
    char mark = 0; // 0: none
    std::size_t length = 0;
    std::string_view info{};
};

// The fence that a line opens, or (without info) closes.
Fence fence_of(std::string_view line) {
    const std::size_t start = line.find_first_not_of(' ');
    if (start > 3) return {}; // also when there is nothing else
    const char mark = line[start];
    if (mark != '`' && mark != '~') return {};
    const std::size_t end = std::min(line.find_first_not_of(mark, start), line.size());
    if (end - start < 3) return {};
    std::string_view info = line.substr(end);
    if (mark == '`' && info.find('`') != std::string_view::npos) return {};
    const std::size_t word = info.find_first_not_of(" \t");
    info = word == std::string_view::npos ? std::string_view() : info.substr(word);
    return {mark, end - start, info};
}

} // namespace

std::string_view next_line(std::string_view& text) {
    const std::size_t end = text.find('\n');
    const std::string_view line = text.substr(0, end);
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    return line;
}

std::vector<Part> parts_of(std::string_view text) {
    std::vector<Part> parts;
    const auto between = [](const char* from, const char* to) {
        return std::string_view(from, static_cast<std::size_t>(to - from));
    };
    std::string_view rest = text;
    const char* prose = rest.data(); // where the current prose begins
    while (!rest.empty()) {
        const char* const start = rest.data();
        const Fence open = fence_of(next_line(rest));
        if (open.mark == 0) continue;
        if (start != prose) parts.push_back({between(prose, start), {}, false});
        const char* const code = rest.data();
        const char* end = code + rest.size();
        while (!rest.empty()) {
            const char* const line = rest.data();
            const Fence close = fence_of(next_line(rest));
            if (close.mark != open.mark || close.length < open.length || !close.info.empty())
                continue;
            end = line;
            break;
        }
        parts.push_back({between(code, end), open.info, true});
        prose = rest.data();
    }
    const char* const end = text.data() + text.size();
    if (prose != end) parts.push_back({between(prose, end), {}, false});
    return parts;
}

std::string_view language(std::string_view info) {
    const auto plain = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               c == '_' || c == '-' || c == '+' || c == '#' || c == '.';
    };
    constexpr std::size_t k_longest = 30;
    std::size_t end = 0;
    while (end < info.size() && end < k_longest && plain(info[end])) ++end;
    return info.substr(0, end);
}

} // namespace kato::markdown
