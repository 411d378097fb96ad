// Resource limits as the kernel takes them.
#pragma once

#include "sandbox/confinement.h"
#include "sandbox/linux/child_plan.h"

#include <cstdint>
#include <vector>

namespace kato::sandbox {

// `processes`: what RLIMIT_NPROC gets; 0: it is left alone. Never above what we are held to ourselves.
std::vector<PlannedLimit> plan_limits(const Limits& limits, std::uint64_t processes);

// Threads of `user` now, of all programs.
std::uint64_t count_processes(std::uint32_t user);

} // namespace kato::sandbox
