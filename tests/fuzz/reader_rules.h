// What every reader must do with any bytes at all.
#pragma once

#include <string_view>

namespace kato::fuzz {

// Reads `bytes` as `format`, whole and in pieces, and expects: success, every byte accounted for once,
// the same calls whatever the pieces, records with events, JSON where JSON is promised, and a call
// that fails to end the reading with its own status.
void check_reader(std::string_view format, std::string_view bytes);

} // namespace kato::fuzz
