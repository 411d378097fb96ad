#include "claude_ai_export.h"

#include "quoted_json.h"

#include <fmt/format.h>

namespace bench {

void ClaudeAiExport::conversation(std::string& out) {
    const std::string title = author_.title();
    const std::string time = "2026-03-11T10:15:00.123456Z";
    out +=
        fmt::format(R"({{"uuid":"{}","name":{},"summary":"","created_at":"{}","updated_at":"{}",)"
                    R"("account":{{"uuid":"{}"}},"chat_messages":[)",
                    author_.uuid(), quoted_json(title), time, time, author_.uuid());
    std::string parent = "00000000-0000-4000-8000-000000000000";
    const std::uint64_t turns = author_.random().between(1, 20);
    for (std::uint64_t i = 0; i < 2 * turns; ++i) {
        const std::string id = author_.uuid();
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

} // namespace bench
