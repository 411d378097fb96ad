#include "web_export.h"

#include "session_log.h"

#include <fmt/format.h>

#include <vector>

namespace bench {

std::string WebExport::uuid() {
    const std::uint64_t a = random_.next();
    const std::uint64_t b = random_.next();
    return fmt::format("{:08x}-{:04x}-4{:03x}-a{:03x}-{:012x}", a >> 32U, (a >> 16U) & 0xFFFFU,
                       a & 0xFFFU, b >> 52U, b & 0xFFFFFFFFFFFFU);
}

std::string WebExport::text(bool question) {
    std::string out;
    if (random_.chance(5)) words_.cjk(random_, random_.length(200), out);
    words_.prose(random_, random_.length(question ? 300 : 1500), out);
    if (!question && random_.chance(40)) {
        out += "\n\n```python\n";
        words_.code(random_, random_.length(900), out);
        out += "```\n";
    }
    return out;
}

std::string WebExport::chatgpt_message(const std::string& id, bool question) {
    time_ += static_cast<double>(random_.between(5, 300));
    return fmt::format(
        R"({{"id":"{}","author":{{"role":"{}","name":null,"metadata":{{}}}},"create_time":{:.6f},)"
        R"("update_time":null,"content":{{"content_type":"text","parts":[{}]}},)"
        R"("status":"finished_successfully","end_turn":true,"weight":1.0,"metadata":{{)"
        R"("request_id":"{}","message_type":null,"model_slug":"gpt-5","default_model_slug":"gpt-5",)"
        R"("parent_id":"{}","is_complete":true,"citations":[],"content_references":[]}},)"
        R"("recipient":"all","channel":null}})",
        id, question ? "user" : "assistant", time_, quoted_json(text(question)), uuid(), uuid());
}

void WebExport::chatgpt_conversation(std::string& out) {
    const std::string id = uuid();
    const std::string root = uuid();
    std::vector<std::string> nodes = {root};
    const std::uint64_t turns = random_.between(1, 20);
    for (std::uint64_t i = 0; i < 2 * turns; ++i) nodes.push_back(uuid());
    std::string title;
    words_.prose(random_, 30, title);
    out += fmt::format(R"({{"title":{},"create_time":{:.6f},"update_time":{:.6f},"mapping":{{)",
                       quoted_json(title), time_, time_ + 1000);
    for (std::size_t i = 0; i < nodes.size(); ++i) {
        const std::string parent = i == 0 ? "null" : '"' + nodes[i - 1] + '"';
        const std::string child = i + 1 == nodes.size() ? "" : '"' + nodes[i + 1] + '"';
        out += fmt::format(R"({}"{}":{{"id":"{}","message":{},"parent":{},"children":[{}]}})",
                           i == 0 ? "" : ",", nodes[i], nodes[i],
                           i == 0 ? "null" : chatgpt_message(nodes[i], i % 2 == 1), parent, child);
    }
    out += fmt::format(R"(}},"moderation_results":[],"current_node":"{}","plugin_ids":null,)"
                       R"("conversation_id":"{}","gizmo_id":null,"is_archived":false,)"
                       R"("safe_urls":[],"default_model_slug":"gpt-5","id":"{}"}})",
                       nodes.back(), id, id);
}

void WebExport::claude_conversation(std::string& out) {
    std::string title;
    words_.prose(random_, 30, title);
    const std::string time = "2026-03-11T10:15:00.123456Z";
    out +=
        fmt::format(R"({{"uuid":"{}","name":{},"summary":"","created_at":"{}","updated_at":"{}",)"
                    R"("account":{{"uuid":"{}"}},"chat_messages":[)",
                    uuid(), quoted_json(title), time, time, uuid());
    std::string parent = "00000000-0000-4000-8000-000000000000";
    const std::uint64_t turns = random_.between(1, 20);
    for (std::uint64_t i = 0; i < 2 * turns; ++i) {
        const std::string id = uuid();
        const std::string said = quoted_json(text(i % 2 == 0));
        out += fmt::format(
            R"({}{{"uuid":"{}","text":{},"content":[{{"start_timestamp":"{}","stop_timestamp":"{}",)"
            R"("flags":null,"type":"text","text":{},"citations":[]}}],"sender":"{}",)"
            R"("created_at":"{}","updated_at":"{}","attachments":[],"files":[],)"
            R"("parent_message_uuid":"{}"}})",
            i == 0 ? "" : ",", id, said, time, time, said, i % 2 == 0 ? "human" : "assistant", time,
            time, parent);
        parent = id;
    }
    out += "]}";
}

void WebExport::conversation(std::string& out) {
    if (!first_) out += ", ";
    first_ = false;
    if (chatgpt_)
        chatgpt_conversation(out);
    else
        claude_conversation(out);
}

} // namespace bench
