// What the usual interpreters read besides their own libraries: a table, each line with its reason.
#pragma once

#include "sandbox/confinement.h"

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace kato::sandbox {

struct Interpreter {
    std::string_view name;
    std::span<const std::string_view> programs;      // file names, without a version at their end
    std::span<const std::string_view> code_options;  // what follows is code, and no script
    std::span<const std::string_view> value_options; // the next argument belongs to them
};

// By the name of the program, "python3.11"; nullptr: none that we know.
const Interpreter* find_interpreter(std::string_view program);

struct InterpreterFiles {
    std::vector<Grant> grants;
    std::vector<std::string> plugins; // shared objects in them, whose libraries are needed too
};
// `program` is the real path, without links. Only what exists.
InterpreterFiles interpreter_files(const Interpreter& interpreter, const std::string& program);

// Which of the arguments (without the program) names the script; arguments.size(): none.
std::size_t find_script(const Interpreter& interpreter, std::span<const std::string> arguments);

} // namespace kato::sandbox
