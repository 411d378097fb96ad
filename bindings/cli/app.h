// The whole command line: the program's options and its commands.
#pragma once

#include "session.h"

#include <string>
#include <vector>

namespace CLI {
class App;
}

namespace kato_cli {

void build_app(CLI::App& app, Session& session);

// Arguments that begin with [ and end with ] would be lists to the parser; these keep them as typed.
std::vector<std::string> protect_brackets(std::vector<std::string> arguments);
std::string unprotect_brackets(std::string argument);

std::string version_text(bool json);

} // namespace kato_cli
