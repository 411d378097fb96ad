// The piece of a text that shows best why it was found.
#pragma once

#include "store/tokenizer.h"

#include <string>
#include <string_view>
#include <vector>

namespace kato {

inline constexpr std::size_t k_snippet_characters = 160;

// A word or phrase that may be marked, as the tokenizer cuts it.
struct Pattern {
    std::vector<std::string> tokens{};
    bool prefix = false; // of the last token
};

// About k_snippet_characters of `text` on one line, each match between U+0002 and U+0003; these and
// other control characters of the text become spaces.
Result<std::string> make_snippet(const Tokenizer& tokenizer, std::string_view text,
                                 const std::vector<Pattern>& patterns);

} // namespace kato
