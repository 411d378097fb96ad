// Finding a text in another one in time that grows with their lengths only, whatever they hold.
#pragma once

#include <cstddef>
#include <string_view>

namespace kato::record {

// Where `needle` begins in `text` at or behind `from`; npos when it does not. (The standard library's
// find() may take the product of the lengths: hostile texts make it.)
std::size_t find_text(std::string_view text, std::string_view needle, std::size_t from = 0);

} // namespace kato::record
