// TOML 1.0 as manifests use it: a parser that trusts no text.
//
// Left out: texts of several lines, dates and times, inf and nan, lists of tables ([[...]]). Each is an
// error that says so.
#pragma once

#include "agent/manifest_text.h"

namespace kato::agent {

Result<Node> parse_toml(std::string_view text);

} // namespace kato::agent
