// Reading what stands between the quotes of a JSON string (RFC 8259), to WTF-8.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace kato::json {

// Decodes what stands between a string's quotes; false for a bad escape.
bool unescape(std::string_view raw, std::string& out);

// Of a string that arrives in pieces: decodes as much of `raw` as can be decoded; with `more` an escape (or a pair of them) that may be
// cut off at the end is left. Returns how much was used, nothing for a bad escape.
std::optional<std::size_t> unescape_prefix(std::string_view raw, bool more, std::string& out);

} // namespace kato::json
