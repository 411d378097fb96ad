// Markdown written by others as HTML that holds only markup of ours.
//
// md4c finds the structure, and every tag is written here: raw HTML is text, a picture is a link or a
// checked data URL, an address that may not be a link is text.
#pragma once

#include "base/result.h"

#include <string>
#include <string_view>

namespace kato::html {

// What is longer, nests deeper at the beginning of a line, or grows beyond reason is shown as plain
// text, all of it.
inline constexpr std::size_t k_max_markdown_bytes = 256 << 10;
inline constexpr std::size_t k_max_markers = 100;    // of quotes and lists on one line
inline constexpr std::size_t k_max_block_depth = 20; // deeper blocks are shown at this depth
inline constexpr std::size_t k_max_span_depth = 12;

// Code::no_memory is the only error.
Status append_markdown(std::string& out, std::string_view text);

// Text as it was typed, with its line ends, its fenced code as code.
void append_plain(std::string& out, std::string_view text);

// `language`: an info string or empty.
void append_code(std::string& out, std::string_view text, std::string_view language);

} // namespace kato::html
