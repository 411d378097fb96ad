// The values of rules: what each kind of capability may name, brought into one spelling.
#pragma once

#include "base/result.h"
#include "model/capability.h"

#include <string>
#include <string_view>

namespace kato::agent {

inline constexpr std::size_t k_max_value_bytes = 4095; // as a path has

struct ValueContext {
    std::string_view home;   // what ~ stands for; empty: nothing
    std::string_view folder; // where relative paths go from; empty: the current directory
};

// Checks a value and gives its one spelling; an empty one stays empty. Nothing is looked up: a path is
// made absolute by its letters alone.
//
//   read, write, ffi   a path; "~" and "~/..." are below `home`
//   run                a path when it has a slash, else a program's name
//   net                host, host:port, [address]:port
//   env                a variable's name
//   sys                one of Deno's names
Result<std::string> spell_value(Capability capability, std::string_view value,
                                const ValueContext& context);

} // namespace kato::agent
