// What a confined program and its descendants use now, for a supervisor's limits.
#pragma once

#include "sandbox/start.h"

#include <cstdint>

namespace kato::sandbox {

struct Usage {
    std::uint64_t memory_bytes = 0; // resident; shared pages count once where that decides
    std::uint64_t cpu_us = 0;       // of those alive, and of those that they waited for
    std::uint32_t processes = 0;
};

// Whether /proc shows processes by the numbers that we know them by: in a namespace of processes of our own
// with the /proc of another, a number there means somebody else, and a tree cannot be looked at.
bool sees_processes();

// `memory_limit`: where the quick sum exceeds it, shared pages are told apart, which takes longer.
// A tree that has ended uses nothing.
Usage tree_usage(const Child& child, std::uint64_t memory_limit);

} // namespace kato::sandbox
