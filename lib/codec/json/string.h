// Decoding of a string that arrives in pieces. Not for strings that are in memory: json.h has those.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace kato::json {

// Decodes as much of `raw` as can be decoded; with `more` an escape (or a pair of them) that may be
// cut off at the end is left. Returns how much was used, nothing for a bad escape.
std::optional<std::size_t> unescape_prefix(std::string_view raw, bool more, std::string& out);

} // namespace kato::json
