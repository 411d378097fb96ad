// Writing a JSON string (RFC 8259).
#pragma once

#include <string>
#include <string_view>

namespace kato {

// Appends `text` (WTF-8) as a JSON string, quotes included, escaped minimally: quote, backslash,
// control characters (\b \t \n \f \r, else \u00XX), and lone surrogates as \udXXX.
void append_json_string(std::string& out, std::string_view text);

} // namespace kato
