// The least that a program needs to start: its interpreter and libraries, from the file itself.
#pragma once

#include "base/result.h"
#include "sandbox/confinement.h"

#include <string>
#include <string_view>
#include <vector>

namespace kato::sandbox {

struct Runtime {
    std::string program;                  // the ELF file to execute: Confinement::program
    std::vector<std::string> arguments;   // argv: the #! line's, the script's path, the caller's
    std::vector<std::string> environment; // what the private root makes necessary; may be empty
    std::vector<Grant> grants;            // with reasons
    std::vector<std::string> own; // its files, without interpreter and libraries: what was named
                                  // first, and a script that is named to it
    std::string interpreter;      // "python", "node", ...; empty for a program of its own
};

// `command[0]` is a path, or a name that is looked up in `search_path` (the agent's PATH, not ours);
// `#!` lines are followed here, also through env. A file that is named to a known interpreter as its
// script (`python3 agent.py`) is granted, never its folder.
Result<Runtime> resolve_runtime(const std::vector<std::string>& command,
                                std::string_view search_path);

} // namespace kato::sandbox
