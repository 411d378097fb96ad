// Recognises session logs by what their lines look like.
#include "base/json_scan.h"
#include "codec/claude_code/claude_code.h"
#include "codec/record/fields.h"

#include <algorithm>
#include <array>

namespace kato {
namespace {

using record::text_of;

constexpr std::size_t k_max_lines = 64; // looked at

constexpr std::array<std::string_view, 4> k_conversation_types = {"user", "assistant", "system",
                                                                  "attachment"};

// Members that only these logs have, and that stand before the message in most of them.
constexpr std::array<std::string_view, 8> k_telling_members = {
    "parentUuid",    "isSidechain", "sessionId", "userType",
    "toolUseResult", "leafUuid",    "gitBranch", "isMeta"};

template <std::size_t N>
bool contains(const std::array<std::string_view, N>& list, std::string_view text) {
    return std::find(list.begin(), list.end(), text) != list.end();
}

int score_object(const json::Value& root) {
    const std::string type = text_of(root, "type");
    const json::Value message = root.member("message");
    if (message.is_object() && !message.member("content") && message.member("parts"))
        return 0; // Qwen Code's
    const bool session = root.member("sessionId").is_string();
    const bool identified = root.member("uuid").is_string();
    if (contains(k_conversation_types, type)) {
        if (session && identified) return 95;
        if (identified && root.member("parentUuid")) return 90;
        if (session && (message || root.member("subtype"))) return 90;
        const std::string role = text_of(message, "role");
        if (!role.empty() && role == type) return message.member("content") ? 70 : 30;
        if (type == "system" && root.member("subtype")) return 40;
        return 0;
    }
    if (type == "summary" && root.member("summary").is_string())
        return root.member("leafUuid") ? 80 : 20;
    if (type == "file-history-snapshot" && root.member("snapshot")) return 80;
    if (type == "queue-operation" && root.member("operation")) return session ? 85 : 40;
    if (type == "progress" && root.member("data")) return session ? 85 : 15;
    if ((type == "custom-title" && root.member("customTitle")) ||
        (type == "ai-title" && root.member("aiTitle")))
        return session ? 85 : 60;
    if (type.empty() && session && identified && message.is_object() &&
        !text_of(message, "role").empty())
        return 60;
    // Schema breaks: whatever the type, the frame is theirs.
    if (!type.empty() && session && identified &&
        (root.member("parentUuid") || root.member("isSidechain")))
        return 60;
    return !type.empty() && session && (type == "tool_use" || type == "tool_result") ? 50 : 0;
}

// An object whose end is not in sight (a picture in its first line): by the names of its members so far.
int score_beginning(std::string_view text) {
    const char* p = text.data();
    const char* end = p + text.size();
    int depth = 0;
    int telling = 0;
    bool type = false;
    while (p != end) {
        const char c = *p++;
        if (c == '{' || c == '[') ++depth;
        if (c == '}' || c == ']') --depth;
        if (c != '"') continue;
        const char* start = p;
        for (p = json::find_special(p, end); p != end && *p != '"'; p = json::find_special(p, end))
            p += *p == '\\' && end - p > 1 ? 2 : 1;
        if (p == end) break;
        const std::string_view name(start, static_cast<std::size_t>(p - start));
        ++p;
        if (depth != 1 || p == end || *p != ':') continue;
        type = type || name == "type";
        if (contains(k_telling_members, name)) ++telling;
    }
    if (telling >= 2) return 70;
    return telling == 1 && type ? 30 : 0;
}

} // namespace

Detection detect_claude_code(std::string_view prefix, bool complete) {
    constexpr std::string_view k_mark = "\xEF\xBB\xBF";
    if (prefix.substr(0, k_mark.size()) == k_mark) prefix.remove_prefix(k_mark.size());
    json::Document document;
    int best = 0;
    for (std::size_t line = 0; line != k_max_lines && !prefix.empty() && best < 90; ++line) {
        const std::size_t end = prefix.find('\n');
        const std::string_view text = prefix.substr(0, end);
        if (document.parse(text)) {
            best = std::max(best, score_object(document.root()));
        } else if (document.first_value_length() != 0 &&
                   document.parse(text.substr(0, document.first_value_length()))) {
            best = std::max(best, score_object(document.root())); // the first of several on a line
        } else if (end == std::string_view::npos && !complete &&
                   text.find_first_not_of(" \t") != std::string_view::npos &&
                   text[text.find_first_not_of(" \t")] == '{') {
            best = std::max(best, score_beginning(text));
        }
        if (end == std::string_view::npos) break;
        prefix.remove_prefix(end + 1);
    }
    if (best == 0) return {};
    return {best, "lines of a Claude Code session log"};
}

} // namespace kato
