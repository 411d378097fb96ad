// Recognises session logs of Codex by their first lines, complete or not.
#include "base/json_scan.h"
#include "codec/codex/codex.h"
#include "codec/json/json.h"
#include "codec/record/fields.h"

#include <algorithm>
#include <array>
#include <string>

namespace kato {
namespace {

constexpr std::size_t k_max_lines = 32;

constexpr std::array<std::string_view, 5> k_types = {"session_meta", "response_item", "event_msg",
                                                     "turn_context", "compacted"};
constexpr std::array<std::string_view, 8> k_items = {
    "function_call",   "function_call_output", "custom_tool_call", "custom_tool_call_output",
    "web_search_call", "local_shell_call",     "function_result",  "reasoning"};

template <std::size_t N>
bool contains(const std::array<std::string_view, N>& names, std::string_view name) {
    return std::find(names.begin(), names.end(), name) != names.end();
}

// The members of an object that may be cut off: strings as they are written, other values as "".
class Members {
public:
    explicit Members(std::string_view text) { read(text); }
    bool has(std::string_view name) const { return find(name) != nullptr; }
    std::string_view text(std::string_view name) const {
        const Member* member = find(name);
        return member == nullptr ? std::string_view() : member->text;
    }
    char first(std::string_view name) const { // of the value
        const Member* member = find(name);
        return member == nullptr ? '\0' : member->first;
    }

private:
    struct Member {
        std::string_view name{};
        std::string_view text{};
        char first = '\0';
    };

    const Member* find(std::string_view name) const {
        const auto found = std::find_if(members_.begin(), members_.end(),
                                        [&](const Member& m) { return m.name == name; });
        return found == members_.end() ? nullptr : &*found;
    }

    static bool string(std::string_view text, std::size_t& pos, std::string_view& out) {
        const std::size_t begin = ++pos;
        for (; pos < text.size(); ++pos) {
            if (text[pos] == '\\') {
                ++pos;
            } else if (text[pos] == '"') {
                out = text.substr(begin, pos++ - begin);
                return true;
            }
        }
        return false;
    }

    // Moves behind a value that is no string.
    static bool skip(std::string_view text, std::size_t& pos) {
        std::size_t depth = 0;
        std::string_view unused;
        while (pos < text.size()) {
            const char c = text[pos];
            if (depth == 0 && (c == ',' || c == '}')) return true;
            if (c == '"') {
                if (!string(text, pos, unused)) return false;
                continue;
            }
            if (c == '{' || c == '[') ++depth;
            if ((c == '}' || c == ']') && depth-- == 0) return false;
            ++pos;
        }
        return false;
    }

    void read(std::string_view text) {
        constexpr std::size_t k_most = 64;
        std::size_t pos = 0;
        const auto space = [&] {
            while (pos < text.size() && json::is_space(text[pos])) ++pos;
            return pos < text.size() ? text[pos] : '\0';
        };
        if (space() != '{') return;
        ++pos;
        while (members_.size() < k_most) {
            Member member;
            if (space() != '"' || !string(text, pos, member.name) || space() != ':') return;
            ++pos;
            member.first = space();
            if (member.first == '"' ? !string(text, pos, member.text) : false) return;
            members_.push_back(member); // also when its value is cut off
            if (member.first != '"' && !skip(text, pos)) return;
            if (space() != ',') return;
            ++pos;
        }
    }

    std::vector<Member> members_{};
};

bool ends_in(std::string_view text, std::string_view end) {
    return text.size() >= end.size() && text.substr(text.size() - end.size()) == end;
}

// The parts of a message as only response items have them.
bool has_item_parts(std::string_view line) {
    return line.find("\"input_text\"") != std::string_view::npos ||
           line.find("\"output_text\"") != std::string_view::npos;
}

Detection judge_line(std::string_view line, bool first) {
    const Members members(line);
    const std::string_view type = members.text("type");
    if (members.first("payload") == '{' && contains(k_types, type))
        return {type == "session_meta" ? 95 : 90, "a record of type " + std::string(type)};
    if (members.first("payload") == '{' && type == "world_state")
        return {60, "a record of type world_state"};
    if (members.text("record_type") == "state") return {80, "a state record"};
    const bool session = first && type.empty() && members.has("id") && members.has("timestamp") &&
                         !members.has("role");
    if (session && (members.has("instructions") || members.has("git")))
        return {80, "the head of a session"};
    if (type == "message" && members.has("role") && members.first("content") == '[' &&
        has_item_parts(line))
        return {80, "a message item"};
    if (contains(k_items, type) &&
        (members.has("call_id") || members.has("summary") || members.has("function")))
        return {type == "reasoning" ? 60 : 70, "an item of type " + std::string(type)};
    return {};
}

// {"session": {...}, "items": [...]}, the oldest form: one document, often on many lines.
Detection judge_document(std::string_view prefix) {
    const Members members(prefix);
    if (members.first("session") != '{') return {};
    const bool items = members.first("items") == '[';
    const bool cut_off = prefix.find("\"instructions\"") != std::string_view::npos &&
                         !members.has("items") && !ends_in(prefix, "}");
    if (items) return {85, "a session with its items"};
    return cut_off ? Detection{40, "the head of a session"} : Detection{};
}

} // namespace

Detection detect_codex(std::string_view prefix, bool complete) {
    (void)complete; // a line that is cut off is judged by its beginning
    if (prefix.substr(0, 3) == "\xEF\xBB\xBF") prefix.remove_prefix(3);
    Detection best = judge_document(prefix);
    bool first = true;
    for (std::size_t line = 0; line != k_max_lines && !prefix.empty(); ++line) {
        const std::size_t end = prefix.find('\n');
        const std::string_view text = prefix.substr(0, end);
        if (text.find_first_not_of(" \t\r") != std::string_view::npos) {
            Detection found = judge_line(text, first);
            first = false;
            if (found.score > best.score) best = std::move(found);
        }
        if (end == std::string_view::npos) break;
        prefix.remove_prefix(end + 1);
    }
    return best;
}

} // namespace kato
