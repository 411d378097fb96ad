// Turns as Codex CLI logs them: every message twice, as an item of the response and as an event.
#pragma once

#include "session_log.h"

namespace bench {

class CodexLog : public SessionLog {
public:
    CodexLog(const Words& words, Random& random) : SessionLog(words, random.next()) {}

protected:
    std::string path() const override;
    void turn(std::string& out) override;
    void line(const char* type, const std::string& payload, std::string& out);
};

} // namespace bench
