// Makes up what a format's files say: ids, base64, and texts of the lengths that occur.
#pragma once

#include "words.h"

#include <cstdint>
#include <string>

namespace bench {

class Author {
public:
    Author(const Words& words, Random random) : words_(words), random_(random) {}

    std::string uuid();
    std::string hex(unsigned digits);
    std::string base64(std::uint64_t bytes); // rounded up to eight

    // What is said to a coding agent, and by it.
    std::string prompt();
    std::string thought();
    std::string answer();
    std::string tool_output();

    std::string title(); // of a chat

    // Texts whose median length is `typical` bytes.
    std::string prose(std::uint64_t typical);
    std::string code(std::uint64_t typical);
    std::string log(std::uint64_t typical);
    std::string cjk(std::uint64_t typical);

    std::string word() { return words_.word(random_); }
    std::string identifier() { return words_.identifier(random_); }
    std::string path() { return words_.path(random_); }

    Random& random() { return random_; }

private:
    const Words& words_;
    Random random_;
};

} // namespace bench
