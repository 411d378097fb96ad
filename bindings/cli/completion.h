// Completion scripts for the shells.
#pragma once

#include "describe.h"

#include <string>
#include <vector>

namespace kato_cli {

const std::vector<std::string>& completion_shells();

// The script for one of these shells.
std::string completion_script(const CommandHelp& program, const std::string& shell);

} // namespace kato_cli
