// A made-up data export of a web chat, on one line: conversations.json as ChatGPT or Claude.ai write it.
#pragma once

#include "words.h"

#include <cstdint>
#include <string>

namespace bench {

class WebExport {
public:
    // `format`: "chatgpt" or "claude-ai".
    WebExport(const Words& words, std::uint64_t seed, const std::string& format)
        : words_(words), random_(seed), chatgpt_(format == "chatgpt") {}

    // Appends a conversation, with a comma in front unless it is the first.
    void conversation(std::string& out);

private:
    std::string uuid();
    std::string text(bool question);
    std::string chatgpt_message(const std::string& id, bool question);
    void chatgpt_conversation(std::string& out);
    void claude_conversation(std::string& out);

    const Words& words_;
    Random random_;
    bool chatgpt_;
    bool first_ = true;
    double time_ = 1'700'000'000;
};

} // namespace bench
