// Where setting up a confinement failed: the layer, the step and the system's error number.
#pragma once

#include "base/result.h"
#include "sandbox/step.h"

#include <string_view>

namespace kato::sandbox {

// What is missing decides between "unavailable" (hygiene, landlock, seccomp, namespaces) and
// "refused" (request, start).
struct Failure {
    Layer layer = Layer::none;
    Step step = Step::none;
    int os_error = 0; // errno; 0 when the system was not asked
};

std::string_view name(Layer layer);
std::string_view name(Step step);
Layer layer_of(Step step, bool isolated);

// Fills `failure` too. Code::unsupported for a layer that is unavailable, Code::invalid for an
// impossible request, else by errno.
Error failure_error(const Failure& failure, std::string_view about, Failure& out);

} // namespace kato::sandbox
