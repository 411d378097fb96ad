// Runs a system-call filter as the kernel would, on made-up calls.
#pragma once

#include <array>
#include <cstdint>
#include <span>

#include <linux/filter.h>

namespace kato::test {

struct FilteredCall {
    std::int64_t number = 0;
    std::array<std::uint64_t, 6> arguments{};
    std::uint32_t architecture = 0; // 0: ours
};

// The action that the filter gives. Throws std::runtime_error for a program that the kernel would
// refuse: an unknown instruction, a jump out of it, no end.
std::uint32_t run_filter(std::span<const sock_filter> program, const FilteredCall& call);

} // namespace kato::test
