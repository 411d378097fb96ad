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
    const std::string& rare_word() const { return words_.back(); }
    // Of the projects that somebody works on: the same names come again and again, as words do.
    const std::string& identifier(Random& random) const { // snake_case or camelCase
        return identifiers_[random.zipf(identifiers_.size())];
    }
    const std::string& path(Random& random) const { return paths_[random.zipf(paths_.size())]; }

private:
    std::string make_identifier(Random& random) const;
    std::string make_path(Random& random) const;

    // The frequent ones first.
    std::vector<std::string> words_;
    std::vector<std::string> identifiers_;
    std::vector<std::string> paths_;
};

} // namespace bench
