// One made-up session of a coding agent, turn by turn: a prompt, thinking, tools and an answer.
#pragma once

#include "words.h"

#include <cstdint>
#include <string>

namespace bench {

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
    std::string assistant(const std::string& response, const std::string& block);
    std::uint64_t claude_turn(std::string& out);
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
