// What every command gets: the global options, the terminal, standard output, the workspace.
#pragma once

#include "errors.h"
#include "handles.h"
#include "output.h"
#include "terminal.h"

#include <cstdint>
#include <functional>
#include <string>

namespace CLI {
class App;
}

namespace kato_cli {

struct Session {
    // Global options.
    std::string root{};
    bool json = false;
    bool no_colour = false;
    bool quiet = false;
    bool no_pager = false;

    Terminal terminal{};
    Output out{};
    Cancel cancel{};

    // What the command line asked for; gives the exit code.
    std::function<int()> run{};
};

// --root, else KATO_HOME, else ~/.kato; "" when there is no home.
std::string workspace_path(const Session& session);

enum class Access : std::uint8_t { read, search, write, create };

// Opens the workspace or says why not and gives the exit code. `create` makes it if it is not
// there, and says so; `search` brings the index up to date first, where that is possible.
int open_workspace(const Session& session, Access access, Store& store);

// From now on what is longer than the screen goes through the pager, unless --no-pager forbids it.
void allow_pager(Session& session);

// Reads standard input to its end; more than `limit` bytes are a wrong value, Exit::usage.
int read_standard_input(std::size_t limit, std::string& out);

// Asks on the terminal; anything but y or yes means no.
bool confirmed(const std::string& question);

// Finds the chat that is meant or says why not and gives the exit code.
int find_chat(const Store& store, const std::string& reference, Chat& chat);

// The shortest prefix of a chat's id, eight characters or more, that the store understands.
std::string short_chat_id(const kato_store* store, std::string_view id);

} // namespace kato_cli
