// Made-up prose, code, tool output and CJK text for the bench corpus, with realistic frequencies.
#pragma once

#include "random.h"

#include <string>
#include <vector>

namespace bench {

class Words {
public:
    explicit Words(std::uint64_t seed);

    // Appends about `bytes` bytes to `out`.
    void prose(Random& random, std::uint64_t bytes, std::string& out) const;
    void code(Random& random, std::uint64_t bytes, std::string& out) const;
    void log(Random& random, std::uint64_t bytes, std::string& out) const;
    void cjk(Random& random, std::uint64_t bytes, std::string& out) const;

    const std::string& word(Random& random) const { return words_[random.zipf(words_.size())]; }
    std::string identifier(Random& random) const; // snake_case or camelCase
    std::string path(Random& random) const;

private:
    std::vector<std::string> words_; // the frequent ones first
};

} // namespace bench
