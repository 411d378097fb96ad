#include "gemini_log.h"

#include "quoted_json.h"
#include "tool_call.h"

#include <fmt/format.h>

namespace bench {

std::string GeminiLog::path() const {
    return fmt::format("tmp/{}/chats/session-2026-03-{:02}T10-00-{}.{}", hash_, day(), id(),
                       document_ ? "json" : "jsonl");
}

std::string GeminiLog::frame() const {
    const std::string start = fmt::format("2026-03-{:02}T10:00:00.000Z", day());
    return fmt::format(
        R"({{"sessionId":"{}","projectHash":"{}","startTime":"{}","lastUpdated":"{}","kind":"main","directories":[{}])",
        id(), hash_, start, start, quoted_json(directory()));
}

std::string GeminiLog::asked() {
    return fmt::format(R"({{"id":"{}","timestamp":"{}","type":"user","content":[{{"text":{}}}]}})",
                       author_.uuid(), time(), quoted_json(author_.prompt()));
}

std::string GeminiLog::calls() {
    std::string list;
    const std::uint64_t count = random().between(1, 3);
    for (std::uint64_t i = 0; i < count; ++i) {
        const ToolCall call = tool_call(author_);
        const std::string id = fmt::format("{}-{}", call.name, author_.hex(12));
        const std::string output = quoted_json(call.output);
        list += fmt::format(
            R"({}{{"id":"{}","name":"{}","args":{},"result":[{{"functionResponse":{{"id":"{}","name":"{}","response":{{"output":{}}}}}}}],"status":"success","timestamp":"{}","resultDisplay":{},"displayName":"{}","description":{},"renderOutputAsMarkdown":false}})",
            list.empty() ? "" : ",", id, call.name, call.input, id, call.name, output, time(),
            output, call.name, quoted_json(author_.path()));
    }
    return list;
}

std::string GeminiLog::answered(bool with_calls) {
    const std::uint64_t input = random().below(120'000);
    const std::uint64_t output = random().below(3000);
    const std::uint64_t thoughts = random().below(900);
    std::string out = fmt::format(
        R"({{"id":"{}","timestamp":"{}","type":"gemini","content":{},"thoughts":[{{"subject":{},"description":{},"timestamp":"{}"}}],"tokens":{{"input":{},"output":{},"cached":{},"thoughts":{},"tool":0,"total":{}}},"model":"gemini-2.5-pro")",
        author_.uuid(), time(), quoted_json(with_calls ? author_.prose(80) : author_.answer()),
        quoted_json(author_.prose(20)), quoted_json(author_.thought()), time(), input, output,
        input / 2, thoughts, input + output + thoughts);
    if (with_calls) out += ",\"toolCalls\":[" + calls() + "]";
    return out + "}";
}

void GeminiLog::turn(std::string& out) {
    const char* end = document_ ? ",\n" : "\n";
    if (!started()) out += document_ ? frame() + ",\"messages\":[\n" : frame() + "}\n";
    out += asked() + end;
    const std::uint64_t steps = random().below(4);
    for (std::uint64_t step = 0; step < steps; ++step) out += answered(true) + end;
    out += answered(false) + end;
    if (!document_) out += fmt::format(R"({{"$set":{{"lastUpdated":"{}"}}}})", time()) + end;
}

void GeminiLog::write(CorpusFiles& files, std::uint64_t bytes) {
    SessionLog::write(files, bytes);
    if (document_) files.put(answered(false) + "]}\n"); // ends the list
}

std::string GeminiLog::more_lines(const std::string& file, std::uint64_t bytes) {
    document_ = false;
    return SessionLog::more_lines(file, bytes);
}

} // namespace bench
