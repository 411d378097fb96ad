#include "codec/chatgpt/chatgpt.h"
#include "codec/chatgpt/names.h"
#include "codec/record/beginning.h"

namespace kato {

Detection detect_chatgpt(std::string_view prefix, bool complete) {
    const record::Beginning beginning = record::read_beginning(prefix, chatgpt::k_lists);
    if (beginning.empty && complete) return {1, "a list of nothing, like an empty export"};
    if (beginning.has("mapping", '{')) {
        const std::string_view nodes = beginning.find("mapping")->value;
        const bool shaped = nodes.find("\"children\"") != std::string_view::npos ||
                            nodes.find("\"message\"") != std::string_view::npos;
        int telling = 0;
        for (const std::string_view name : {"title", "create_time", "update_time", "current_node",
                                            "conversation_id", "moderation_results"})
            telling += beginning.has(name) ? 1 : 0;
        if (shaped && telling >= 1) return {90, "conversations with a mapping of messages"};
        if (shaped || telling >= 2) return {60, "objects with a mapping of messages"};
    }
    // An entry without messages may come first.
    if (beginning.has("conversation_id") && beginning.has("create_time") &&
        beginning.has("current_node"))
        return {50, "conversations as ChatGPT lists them"};
    return {};
}

} // namespace kato
