// Making titles and messages for people out of a record's texts.
#pragma once

#include <string>
#include <string_view>

namespace kato::record {

bool is_blank(std::string_view text);

// The text on one line, at most k_title_characters long.
inline constexpr std::size_t k_title_characters = 80;
std::string as_title(std::string_view text);

// A name from a file, safe inside a message for people: printable ASCII, not long.
std::string for_people(std::string_view name);

} // namespace kato::record
