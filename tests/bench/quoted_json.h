// A text as a JSON string, escaped no more than JSON asks.
#pragma once

#include <string>
#include <string_view>

namespace bench {

std::string quoted_json(std::string_view text);

} // namespace bench
