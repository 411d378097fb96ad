#include "training_data.h"

#include "quoted_json.h"
#include "tool_call.h"

#include <fmt/format.h>

namespace bench {
namespace {

constexpr const char* k_tools =
    R"([{"type":"function","function":{"name":"read_file","parameters":{"type":"object","properties":{"path":{"type":"string"}}}}}])";

} // namespace

std::string TrainingData::message(const char* role, const std::string& text) const {
    return fmt::format(R"({{"role":"{}","content":{}}})", role, quoted_json(text));
}

std::string TrainingData::chat() {
    std::string messages = message("system", author_.prose(150));
    const std::uint64_t turns = author_.random().between(1, 6);
    for (std::uint64_t i = 0; i < turns; ++i) {
        messages += "," + message("user", author_.prompt());
        if (author_.random().chance(30)) {
            const ToolCall call = tool_call(author_);
            const std::string id = "call_" + author_.hex(24);
            messages += fmt::format(
                R"(,{{"role":"assistant","content":null,"tool_calls":[{{"id":"{}","type":"function","function":{{"name":"{}","arguments":{}}}}}]}},{{"role":"tool","tool_call_id":"{}","content":{}}})",
                id, call.name, quoted_json(call.input), id, quoted_json(call.output));
        }
        messages += "," + message("assistant", author_.answer());
    }
    return fmt::format(R"({{"messages":[{}],"tools":{},"parallel_tool_calls":false}})", messages,
                       k_tools);
}

std::string TrainingData::preference() {
    return fmt::format(
        R"({{"input":{{"messages":[{}],"tools":[],"parallel_tool_calls":true}},"preferred_output":[{}],"non_preferred_output":[{}]}})",
        message("user", author_.prompt()), message("assistant", author_.answer()),
        message("assistant", author_.answer()));
}

void TrainingData::write(CorpusFiles& files, std::uint64_t bytes) {
    files.begin(fmt::format("train-{}.jsonl", author_.hex(8)));
    while (files.file_bytes() < bytes)
        files.put((author_.random().chance(10) ? preference() : chat()) + "\n");
}

} // namespace bench
