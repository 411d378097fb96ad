// Recognises files of Gemini CLI by the members of their first objects.
#include "codec/gemini_cli/gemini_cli.h"
#include "codec/gemini_cli/session.h"
#include "codec/record/beginning.h"
#include "codec/record/fields.h"

#include <algorithm>

namespace kato {
namespace gemini_cli {
namespace {

using record::text_of;

// A turn of the provider's API.
bool is_turn(const json::Value& value) {
    const std::string role = text_of(value, "role");
    return value.member("parts").is_array() &&
           (role == "user" || role == "model" || role == "gemini") && !value.member("uuid");
}

bool is_message(const json::Value& value) {
    const std::string type = text_of(value, "type");
    const bool known = type == "user" || type == "gemini" || type == "model" || type == "info" ||
                       type == "error" || type == "warning";
    return known && value.member("id").is_string() && !value.member("role") &&
           (value.member("content") || value.member("parts"));
}

int score_session(const json::Value& root) {
    if (!root.member("sessionId").is_string() || root.member("uuid") || root.member("type"))
        return 0;
    const bool frame = root.member("projectHash") || root.member("startTime");
    const json::Value messages = root.member("messages");
    if (messages.is_array()) {
        if (is_message(messages.first())) return 95;
        return frame ? 92 : 0;
    }
    if (root.member("projectHash")) return 92;
    const std::string kind = text_of(root, "kind");
    return frame || kind == "main" || kind == "subagent" ? 80 : 0;
}

int score_object(const json::Value& root) {
    if (!root.is_object()) return 0;
    switch (shape_of(root)) {
    case Shape::patch:
    case Shape::rewind: return 60;
    case Shape::logged_prompt: return 75;
    case Shape::history: return is_turn(root.member("history").first()) ? 70 : 0;
    case Shape::session: return score_session(root);
    case Shape::message:
        if (is_turn(root)) return 45;
        if (!is_message(root) || root.member("uuid") || root.member("sessionId")) return 0;
        return text_of(root, "type") == "gemini" || root.member("timestamp") ? 65 : 25;
    case Shape::unknown: return 0;
    }
    return 0;
}

} // namespace
} // namespace gemini_cli

Detection detect_gemini_cli(std::string_view prefix, bool complete) {
    int best = 0;
    record::first_lines(prefix, complete, [&](const json::Value& root) {
        best = std::max(best, gemini_cli::score_object(root));
        return best >= 90;
    });
    json::Document document;
    const std::string text = record::first_json(prefix);
    if (best < 90 && document.parse(text).ok()) {
        const json::Value root = document.root();
        best = std::max(best, gemini_cli::score_object(root.is_array() ? root.first() : root));
    }
    if (best == 0) return {};
    return {best, "a session of Gemini CLI"};
}

} // namespace kato
