// One poll loop over a running program: its pipes, its denials, its limits, its end.
#pragma once

#include "agent/spec.h"
#include "base/file.h"
#include "sandbox/notice.h"
#include "sandbox/start.h"

#include <functional>
#include <string>
#include <string_view>

namespace kato::agent {

// Why the program was ended by us.
enum class Stop : std::uint8_t { none, cancelled, wall, cpu, memory, output, messages, host };
// What it is called in a report, where it is a limit.
std::string_view limit_name(Stop stop);

struct Watched {
    sandbox::Child& child;
    // Our ends, non-blocking; closed when done with. -1: there is none.
    Fd output{};      // what becomes the output
    Fd messages{};    // lines for the host
    Fd diagnostics{}; // standard error
    int cancel = -1;  // readable when the run is to be cancelled; the caller's
    RunLimits limits{};
    std::uint64_t started_ns = 0; // by CLOCK_MONOTONIC: the wall clock runs from here

    // An Error ends the program (Stop::host) and is the supervision's result.
    std::function<Status(std::string_view)> on_output{};
    std::function<Status(std::string_view)> on_messages{};
    std::function<void(std::string_view)> on_diagnostics{};
    // True lets an act on a path go on to Landlock; false denies it.
    std::function<bool(const sandbox::Notice&)> on_notice{};
};

struct Ended {
    Stop stop = Stop::none;
    sandbox::Exit exit{};
    std::uint64_t memory_bytes = 0; // the most that was seen of the tree
    Error host{};                   // for Stop::host
};

std::uint64_t monotonic_ns();

// Returns when the program and everything that it started has ended, and its pipes are drained.
Result<Ended> supervise(Watched& watched);

} // namespace kato::agent
