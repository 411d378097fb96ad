// A policy's decision becomes part of a run: grants, environment, what the manifest says of mode and limits.
#pragma once

#include "agent/decide.h"
#include "agent/spec.h"

#include <span>
#include <string>
#include <vector>

namespace kato::agent {

// The program that a run executes, with its arguments: `given`, or what the manifest names where nothing is.
// Code::invalid when neither does; Code::denied for a program in the manifest's folder that is a link
// out of it.
Result<std::vector<std::string>> command_of(const Policy& policy, std::vector<std::string> given);

// `environment`: NAME=value, of which those with granted names are passed on. Code::denied when a rule
// of the caller's was refused, or denies what the program needs to start.
Status apply(const Policy& policy, const Decision& decision,
             std::span<const std::string> environment, RunSpec& spec);

} // namespace kato::agent
