#include "chatgpt_export.h"

#include "quoted_json.h"

#include <fmt/format.h>

#include <vector>

namespace bench {

std::string ChatgptExport::message(const std::string& id, bool question) {
    time_ += static_cast<double>(author_.random().between(5, 300));
    return fmt::format(
        R"({{"id":"{}","author":{{"role":"{}","name":null,"metadata":{{}}}},"create_time":{:.6f},)"
        R"("update_time":null,"content":{{"content_type":"text","parts":[{}]}},)"
        R"("status":"finished_successfully","end_turn":true,"weight":1.0,"metadata":{{)"
        R"("request_id":"{}","message_type":null,"model_slug":"gpt-5","default_model_slug":"gpt-5",)"
        R"("parent_id":"{}","is_complete":true,"citations":[],"content_references":[]}},)"
        R"("recipient":"all","channel":null}})",
        id, question ? "user" : "assistant", time_, quoted_json(text(question)), author_.uuid(),
        author_.uuid());
}

void ChatgptExport::conversation(std::string& out) {
    const std::string id = author_.uuid();
    const std::string root = author_.uuid();
    std::vector<std::string> nodes = {root};
    const std::uint64_t turns = author_.random().between(1, 20);
    for (std::uint64_t i = 0; i < 2 * turns; ++i) nodes.push_back(author_.uuid());
    const std::string title = author_.title();
    out += fmt::format(R"({{"title":{},"create_time":{:.6f},"update_time":{:.6f},"mapping":{{)",
                       quoted_json(title), time_, time_ + 1000);
    for (std::size_t i = 0; i < nodes.size(); ++i) {
        const std::string parent = i == 0 ? "null" : '"' + nodes[i - 1] + '"';
        const std::string child = i + 1 == nodes.size() ? "" : '"' + nodes[i + 1] + '"';
        out += fmt::format(R"({}"{}":{{"id":"{}","message":{},"parent":{},"children":[{}]}})",
                           i == 0 ? "" : ",", nodes[i], nodes[i],
                           i == 0 ? "null" : message(nodes[i], i % 2 == 1), parent, child);
    }
    out += fmt::format(R"(}},"moderation_results":[],"current_node":"{}","plugin_ids":null,)"
                       R"("conversation_id":"{}","gizmo_id":null,"is_archived":false,)"
                       R"("safe_urls":[],"default_model_slug":"gpt-5","id":"{}"}})",
                       nodes.back(), id, id);
}

} // namespace bench
