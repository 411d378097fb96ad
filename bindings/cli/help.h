// Help texts for the terminal.
#pragma once

#include "describe.h"

#include <string>

namespace kato_cli {

// `global`: the program's options, which every command takes; null for the program itself.
std::string help_text(const CommandHelp& command, const CommandHelp* global, bool colour);

// The word of `words` that was probably meant, "" if none comes close.
std::string closest(const std::string& typed, const std::vector<std::string>& words);

} // namespace kato_cli
