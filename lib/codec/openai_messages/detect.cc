// Recognises lists of chat messages by their first objects.
#include "codec/openai_messages/openai_messages.h"
#include "codec/openai_messages/shape.h"
#include "codec/record/beginning.h"
#include "codec/record/fields.h"

#include <algorithm>
#include <array>

namespace kato {
namespace openai_messages {
namespace {

using record::text_of;

// Members that other programs' messages and chats have, and these never.
constexpr std::array<std::string_view, 9> k_foreign = {
    "parts",   "sender",    "uuid",          "parentMessageId", "sessionId",
    "mapping", "timestamp", "chat_messages", "conversationId"};

bool is_foreign(const json::Value& value) {
    return std::any_of(k_foreign.begin(), k_foreign.end(),
                       [&](std::string_view name) { return bool(value.member(name)); });
}

bool are_messages(const json::Value& list) {
    const json::Value first = list.first();
    return is_role(text_of(first, "role")) && !is_foreign(first);
}

int score_object(const json::Value& root) {
    if (is_foreign(root)) return 0;
    switch (shape_of(root)) {
    case Shape::chat: {
        const json::Value list = root.member("messages");
        if (are_messages(list)) return 75;
        // Roles of another name.
        return text_of(list.first(), "role").empty() || is_foreign(list.first()) ? 0 : 40;
    }
    case Shape::preference: return are_messages(root.member("input").member("messages")) ? 90 : 70;
    case Shape::request: return are_messages(root.member("body").member("messages")) ? 90 : 60;
    case Shape::response: return root.member("response").member("body") ? 85 : 50;
    case Shape::completion: return text_of(root, "object") == "chat.completion" ? 85 : 60;
    case Shape::unknown: break;
    }
    // A batch's line whose body is of another kind.
    return root.member("custom_id").is_string() && root.member("body").is_object() ? 50 : 0;
}

} // namespace
} // namespace openai_messages

Detection detect_openai_messages(std::string_view prefix, bool complete) {
    int best = 0;
    record::first_lines(prefix, complete, [&](const json::Value& root) {
        best = std::max(best, openai_messages::score_object(root));
        return best >= 75;
    });
    json::Document document;
    const std::string text = record::first_json(prefix);
    if (best < 75 && document.parse(text).ok()) {
        const json::Value root = document.root();
        best = std::max(best, openai_messages::score_object(root.is_array() ? root.first() : root));
    }
    if (best == 0) return {};
    return {best, "chat messages as OpenAI's API takes them"};
}

} // namespace kato
