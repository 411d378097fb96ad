// Failures on their way to the user: exit codes, messages and hints on standard error.
#pragma once

#include "handles.h"

#include <string>
#include <string_view>

namespace kato_cli {

struct Exit {
    static constexpr int done = 0;
    static constexpr int failed = 1;
    static constexpr int usage = 2;
    static constexpr int not_found = 3;
    static constexpr int denied = 4;
    static constexpr int damaged = 5;
    static constexpr int partial = 6;
    static constexpr int deadline = 124;
    static constexpr int broken_pipe = 141;
};

// How messages are written; set once the command line is known.
struct MessageStyle {
    bool json = false;
    bool quiet = false;
    bool colour = false;
};
void set_message_style(const MessageStyle& style);

// The exit code of a library call, `error` may be null.
int exit_code(kato_status status, const kato_error* error);

// "kato: message" and "hint: ..." or, with --json, {"type":"error",...}.
void say_error(std::string_view message, std::string_view hint, int exit_code = Exit::failed);

// "place: message"; the message alone when it names the place itself, or there is none.
std::string with_place(std::string_view place, std::string_view message);

// For what is worth knowing but no failure; silent with --quiet.
void say(std::string_view message);

// Says what a library call reported and gives the exit code. A cancelled call gives the code of the
// signal that asked for it. `hint` is used when the error has none of its own. `picture`: lines to
// show people below the message, safe for a terminal. `place`: what to put before a message that
// does not name it.
int fail(kato_status status, const Error& error, std::string_view hint = {},
         std::string_view picture = {}, std::string_view place = {});

// The same for a mistake on the command line.
int usage_error(std::string_view message, std::string_view hint = {});

// Members of the error's detail, "" when there are none.
std::string error_hint(const kato_error* error);

} // namespace kato_cli
