// A policy's decision becomes part of a run: grants, environment, what the manifest says of mode and limits.
#pragma once

#include "agent/decide.h"
#include "agent/spec.h"

#include <span>
#include <string>

namespace kato::agent {

// `environment`: NAME=value, of which those with granted names are passed on. Code::denied when a rule
// of the caller's was refused, or denies what the program needs to start.
Status apply(const Policy& policy, const Decision& decision,
             std::span<const std::string> environment, RunSpec& spec);

} // namespace kato::agent
