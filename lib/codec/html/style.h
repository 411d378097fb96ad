// The style sheet of all pages, and the policy that allows it and nothing else.
#pragma once

#include <string>
#include <string_view>

namespace kato::html {

std::string_view style_sheet();

// The value of a Content-Security-Policy: no script, no request, this style sheet (by its hash), data
// URLs as pictures.
std::string security_policy();

} // namespace kato::html
