// UTF-8 and its looser cousin WTF-8 (lone surrogates as three bytes), in which texts are stored.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace kato {

// Length of the longest valid UTF-8 prefix.
std::size_t utf8_prefix(std::string_view bytes);
inline bool is_utf8(std::string_view bytes) { return utf8_prefix(bytes) == bytes.size(); }

// Replaces what is not UTF-8 by U+FFFD, one for each maximal ill-formed subsequence (Unicode 3.9);
// a lone surrogate in WTF-8 becomes one.
std::string to_valid_utf8(std::string_view bytes);

void append_utf8(std::string& out, std::uint32_t code_point); // surrogates allowed: WTF-8

// Reads one code point at `pos` and moves it on; ill-formed bytes read as U+FFFD, one at a time;
// a WTF-8 surrogate reads as itself.
std::uint32_t next_code_point(std::string_view bytes, std::size_t& pos);

// Lower case for comparing what people type: Latin, Greek, Cyrillic, full-width letters.
std::string fold_case(std::string_view text);

} // namespace kato
