// A session of Gemini CLI: a log of lines, or the whole document that older versions wrote.
#pragma once

#include "session_log.h"

namespace bench {

class GeminiLog : public SessionLog {
public:
    GeminiLog(const Words& words, Random& random)
        : SessionLog(words, random.next()), hash_(author_.hex(64)),
          document_(author_.random().chance(30)) {}

    void write(CorpusFiles& files, std::uint64_t bytes) override;
    std::string more_lines(const std::string& file, std::uint64_t bytes) override;

protected:
    std::string path() const override;
    void turn(std::string& out) override;

private:
    std::string frame() const; // members of the session, without an end
    std::string asked();
    std::string answered(bool with_calls);
    std::string calls();

    std::string hash_; // of the project
    bool document_;
};

} // namespace bench
