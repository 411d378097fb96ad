// The manual page, in the man macros that groff and mandoc know.
#pragma once

#include "describe.h"

#include <string>

namespace kato_cli {

std::string manual_page(const CommandHelp& program, const std::string& version);

} // namespace kato_cli
