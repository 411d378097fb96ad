// Tells ChatGPT's exports by their first conversations, and whose they are by the files beside them.
#include "codec/chatgpt/chatgpt.h"
#include "codec/chatgpt/names.h"
#include "codec/record/beginning.h"
#include "codec/record/fields.h"

namespace kato {
namespace {

bool is_message(const json::Value& node) {
    return node.member("message") || node.member("children").is_array();
}

Detection judge(const json::Value& conversation) {
    const json::Value mapping = conversation.member("mapping");
    int telling = 0;
    for (const std::string_view name : {"title", "create_time", "update_time", "current_node",
                                        "conversation_id", "moderation_results"})
        telling += conversation.member(name) ? 1 : 0;
    if (mapping.is_object() && is_message(mapping.first()))
        return {telling == 0 ? 60 : 90, "conversations with a mapping of messages"};
    if (mapping.is_object() && telling >= 2) return {60, "objects with a mapping"};
    // Entries without messages come first in some exports.
    if (telling >= 3) return {50, "conversations as ChatGPT lists them"};
    return {};
}

} // namespace

Detection detect_chatgpt(std::string_view prefix, bool complete) {
    const std::string text = record::first_json(prefix);
    json::Document document;
    if (!document.parse(text)) return {};
    json::Value root = document.root();
    for (const std::string_view name : chatgpt::k_lists)
        if (root.member(name).is_array()) root = root.member(name);
    if (!root.is_array()) return judge(root);
    if (root.size() == 0 && complete && document.root().is_array())
        return {1, "a list of nothing, like an empty export"};
    Detection best;
    for (json::Value element = root.first(); element; element = element.next()) {
        Detection detection = judge(element);
        if (detection.score > best.score) best = std::move(detection);
    }
    return best;
}

std::string chatgpt_account(const Companions& companions, const std::string& folder) {
    const auto user = companions.texts.find(folder + "user.json");
    return user == companions.texts.end() ? std::string() : record::text_in(user->second, "id");
}

} // namespace kato
