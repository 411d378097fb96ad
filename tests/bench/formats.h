// The formats of which a corpus can be made: one line each.
#pragma once

#include "generator.h"
#include "random.h"
#include "words.h"

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace bench {

struct Format {
    std::string_view name;
    std::unique_ptr<Generator> (*make)(const Words& words, Random& random);
    // Of what one generator makes, in the middle; 0: one generator makes the whole corpus.
    std::uint64_t typical_bytes = 0;
    // Readers of tests/differential/other_readers.py.
    std::vector<std::string_view> readers{};
    // Each line has a message with content: what the peer that only fills an index looks for.
    bool lines_with_content = false;
};

const std::vector<Format>& formats();
std::vector<std::string> format_names();
const Format& find_format(std::string_view name); // throws std::runtime_error

} // namespace bench
