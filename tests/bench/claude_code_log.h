// Turns as Claude Code 2.1 logs them: its envelope, signatures, and tools whose results stand twice.
#pragma once

#include "session_log.h"

namespace bench {

class ClaudeCodeLog : public SessionLog {
public:
    ClaudeCodeLog(const Words& words, Random& random)
        : SessionLog(words, random.next()), project_(words.word(random)) {}

protected:
    std::string path() const override;
    void turn(std::string& out) override;

private:
    struct ToolUse {
        const char* name;
        std::string input;  // JSON
        std::string output; // text
        std::string result; // JSON, what the program keeps for itself
    };
    void line(const char* type, const std::string& message, const std::string& rest,
              std::string& out);
    void answer_line(const std::string& response, const std::string& block, std::string& out);
    ToolUse read_file();
    ToolUse edit_file();
    ToolUse write_file();
    ToolUse run_command();
    ToolUse find_text();

    std::string project_;
    std::string parent_;
};

} // namespace bench
