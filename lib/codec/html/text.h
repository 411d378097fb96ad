// Untrusted text inside HTML: made visible, and nothing but text.
#pragma once

#include <string>
#include <string_view>

namespace kato::html {

// Appends with & < > " and ' escaped: good for text and for attributes in quotes.
void append_escaped(std::string& out, std::string_view text);

// The same of a text in which control characters and what hides or turns text were made visible.
std::string shown(std::string_view text);
// The same on one line, cut behind `characters`; the cut is marked.
std::string shown_line(std::string_view text, std::size_t characters);

// At most so many bytes, no character cut in two.
std::string_view beginning(std::string_view text, std::size_t bytes);

// The address of a link as an attribute's value when it may be one: http, https or mailto, and no
// character in it that is not seen. Empty: it is to be shown as text.
std::string link_target(std::string_view address);

} // namespace kato::html
