// Fenced code in Markdown (CommonMark 0.31, section 4.5), found without parsing the rest.
#pragma once

#include <string_view>
#include <vector>

namespace kato::markdown {

// Cuts the first line off, without its end.
std::string_view next_line(std::string_view& text);

struct Part {
    std::string_view text{}; // of code: what is between the fences
    std::string_view info{}; // of code: what stands behind the opening one
    bool is_code = false;
};

// The text in parts, in order; prose may be blank. Only fences that stand in no quote and no list
// count, and one that is never closed ends with the text.
std::vector<Part> parts_of(std::string_view text);

// The name of a language in an info string, or nothing: at most 30 letters, digits and _-+#.
std::string_view language(std::string_view info);

} // namespace kato::markdown
