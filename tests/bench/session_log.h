// A session of a coding agent as a log of lines, turn by turn: a prompt, thinking, tools and an answer.
#pragma once

#include "author.h"
#include "generator.h"

#include <cstdint>
#include <string>

namespace bench {

class SessionLog : public Generator {
public:
    SessionLog(const Words& words, std::uint64_t seed);

    void write(CorpusFiles& files, std::uint64_t bytes) override;
    std::string more_lines(const std::string& file, std::uint64_t bytes) override;

protected:
    virtual std::string path() const = 0; // in the corpus
    virtual void turn(std::string& out) = 0;

    std::string time(); // later with each call
    Random& random() { return author_.random(); }
    const std::string& id() const { return id_; }
    const std::string& directory() const { return directory_; } // the project's
    unsigned day() const { return day_; }
    bool started() const { return started_; } // nothing but turns follows

    Author author_;

private:
    unsigned day_; // of March 2026
    std::uint64_t ms_;
    bool started_ = false;
    std::string id_;
    std::string directory_;
};

} // namespace bench
