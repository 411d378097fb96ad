// One made-up session of a coding agent, turn by turn: a prompt, thinking, tools and an answer.
#pragma once

#include "words.h"

#include <cstdint>
#include <string>

namespace bench {

std::string quoted_json(const std::string& text);

class SessionLog {
public:
    SessionLog(const Words& words, std::uint64_t seed, const std::string& format);

    // Appends the lines of one turn and gives their number.
    std::uint64_t turn(std::string& out);
    void continue_session(const std::string& id) { id_ = id; }

    const std::string& id() const { return id_; }
    unsigned day() const { return day_; }

private:
    std::string uuid();
    std::string time();
    void claude_line(const char* type, const std::string& message, const std::string& rest,
                     std::string& out);
    void claude_answer(const std::string& response, const std::string& block, std::string& out);
    struct ToolUse {
        const char* name;
        std::string input;  // JSON
        std::string output; // text
        std::string result; // JSON, what the program keeps for itself
    };
    ToolUse read_file();
    ToolUse edit_file();
    ToolUse write_file();
    ToolUse run_command();
    ToolUse find_text();
    std::uint64_t claude_turn(std::string& out);
    std::string base64(std::uint64_t bytes);
    std::uint64_t codex_turn(std::string& out);
    void codex_line(const char* type, const std::string& payload, std::string& out);
    std::string prompt();
    std::string answer();
    std::string tool_output();

    const Words& words_;
    Random random_;
    bool codex_;
    bool started_ = false;
    std::string id_;
    std::string cwd_;
    std::string parent_;
    unsigned day_;
    std::uint64_t ms_;
};

} // namespace bench
