// Recognises exports of Claude.ai by the members of their first object.
#include "codec/claude_ai/claude_ai.h"

#include "codec/claude_ai/others.h"
#include "codec/record/beginning.h"
#include "codec/record/fields.h"

#include <algorithm>

namespace kato {
namespace claude_ai {
namespace {

bool is_text(const json::Value& object, std::string_view name) {
    return object.member(name).is_string();
}

int score_messages(const json::Value& root) {
    const json::Value list = root.member("chat_messages");
    if (!list.is_array()) return 0;
    if (!list.first()) return is_text(root, "uuid") ? 90 : 60;
    const bool sender = is_text(list.first(), "sender");
    return is_text(root, "uuid") ? (sender ? 95 : 90) : (sender ? 80 : 50);
}

// A program beside the chat: messages whose content has a content of its own.
int score_captured(const json::Value& root) {
    const json::Value content = root.member("messages").first().member("content");
    return is_text(root, "uuid") && content.member("contentBlocks").is_array() ? 85 : 0;
}

int score_object(const json::Value& root) {
    if (!root.is_object() || root.member("mapping")) return 0;
    if (const int score = score_messages(root); score != 0) return score;
    if (const int score = score_captured(root); score != 0) return score;
    switch (other_of(root)) {
    case Other::project:
    case Other::user: return 85;
    case Other::memory: return 80;
    case Other::none: break;
    }
    // The frame of a conversation whose messages are missing, not in sight, or called otherwise.
    if (!is_text(root, "uuid") || !root.member("name") || !root.member("created_at") ||
        !root.member("updated_at"))
        return 0;
    return root.member("account").member("uuid") || root.member("current_leaf_message_uuid") ||
                   root.member("is_starred")
               ? 60
               : 0;
}

} // namespace
} // namespace claude_ai

Detection detect_claude_ai(std::string_view prefix, bool) {
    json::Document document;
    const std::string text = record::first_json(prefix);
    if (!document.parse(text).ok()) return {};
    json::Value root = document.root();
    if (root.is_object() && root.member("conversations").is_array())
        root = root.member("conversations");
    int best = 0;
    bool about = true; // all that was looked at: projects, accounts, memories
    const auto look = [&](const json::Value& object) {
        best = std::max(best, claude_ai::score_object(object));
        about = about && claude_ai::other_of(object) != claude_ai::Other::none;
    };
    if (root.is_array()) {
        for (json::Value element = root.first(); element && best < 90; element = element.next())
            look(element);
    } else {
        look(root);
    }
    if (best == 0) return {};
    return {best, "an export of Claude.ai", about};
}

std::string claude_ai_account(const Companions& companions, const std::string& folder) {
    const auto users = companions.texts.find(folder + "users.json");
    return users == companions.texts.end() ? std::string() : record::text_in(users->second, "uuid");
}

} // namespace kato
