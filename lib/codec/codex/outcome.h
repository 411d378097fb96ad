// How a tool call ended: only what is said counts, unknown stays unknown.
#pragma once

#include "codec/json/json.h"
#include "model/event.h"

#include <string_view>

namespace kato::codex {

// By the exit code in an object (exit_code, exitCode) or in its "metadata".
Outcome outcome_of_exit_code(const json::Value& object);

// By the lines that Codex puts before a command's output: "Exit code: 1", "Process exited with code 0".
Outcome outcome_of_output(std::string_view text);

// By what an event says about a call: success, exit_code, result {Ok {isError} | Err}.
Outcome outcome_of_event(const json::Value& event);

} // namespace kato::codex
