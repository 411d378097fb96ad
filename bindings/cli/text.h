// Text from outside on its way to people and to JSON: what a terminal would obey or hide is made
// visible, and widths are counted in columns.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace kato_cli {

// Reads one code point and moves `pos` on; U+FFFD for each byte that is not UTF-8 (`*valid` false).
std::uint32_t next_code_point(std::string_view text, std::size_t& pos, bool* valid = nullptr);

// True for what has no business in readable text: controls, bidirectional overrides, zero-width
// and other invisible characters.
bool is_hidden(std::uint32_t code_point);

// Several lines of text, safe for a terminal: \n and \t stay, other hidden characters are spelled
// out (\x1b, \u{202e}), bytes that are not UTF-8 become U+FFFD, CR LF becomes LF.
std::string visible(std::string_view text);

// The same on one line: line breaks and tabs become spaces.
std::string visible_line(std::string_view text);

// Columns on a terminal; `text` is one line without escape sequences.
std::size_t width(std::string_view text);

// At most `columns` columns, "..." at the end when something was cut.
std::string fit(std::string_view text, std::size_t columns);

// Filled with spaces up to `columns`.
std::string pad(std::string_view text, std::size_t columns);

std::size_t count_code_points(std::string_view text);

// A JSON string with its quotes; hidden characters as \uXXXX.
std::string json_string(std::string_view text);

// A JSON value of the library's, on one line and with hidden characters in its strings as \uXXXX.
std::string json_safe(std::string_view json);

std::string human_bytes(std::uint64_t bytes); // "12.3 MB"

} // namespace kato_cli
