// What the beginning of a source says about its shape: for recognising formats, whose sources may be
// larger than what is looked at.
#pragma once

#include "codec/json/json.h"

#include <functional>
#include <string>
#include <string_view>

namespace kato::record {

// The first JSON text in `prefix`, cut off where it is not whole and closed: it parses unless it is
// damaged. A byte order mark and white space in front are left out.
std::string first_json(std::string_view prefix);

// Gives the first lines' texts that are JSON, a last one that is cut off included, until `enough` says
// so; blank and damaged lines are passed over.
void first_lines(std::string_view prefix, bool complete,
                 const std::function<bool(const json::Value& root)>& enough);

} // namespace kato::record
