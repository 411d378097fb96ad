// Untrusted text inside Markdown: made visible, and kept from becoming anything but what it is.
//
// All of it follows CommonMark 0.31: prose goes into a quote, where it may be Markdown of its own, but
// neither HTML nor an image nor a link definition; everything else goes into fences that are longer
// than any fence in it.
#pragma once

#include <string>
#include <string_view>

namespace kato::markdown {

// Valid UTF-8 with line feeds as the only line ends, in which control characters, characters that
// turn the direction of text, and those nobody sees stand as symbols or as (U+202E).
std::string visible(std::string_view text);

// Text on one line, inside a heading or a sentence: no character of it is Markdown.
std::string inline_text(std::string_view text);

// A YAML scalar in double quotes, for a front matter.
std::string yaml_text(std::string_view text);

// The rest take visible text, and end with an empty line; they give nothing for blank text.

// A fence around all of it. `info`: a language's name, or empty.
std::string as_code(std::string_view text, std::string_view info = {});
// Markdown written by others: its prose in quotes, its fenced code in fences of ours.
std::string as_prose(std::string_view text);

} // namespace kato::markdown
