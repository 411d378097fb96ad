// Starts a confined program. It has not executed one instruction before everything is in force.
#pragma once

#include "base/file.h"
#include "sandbox/confinement.h"
#include "sandbox/enforced.h"
#include "sandbox/failure.h"

#include <sys/types.h>

#include <cstdint>
#include <optional>

namespace kato::sandbox {

// One thread at a time. Moved, never copied; when it goes, the program is killed and reaped.
class Child {
public:
    Child() = default;
    Child(Child&& other) noexcept;
    Child& operator=(Child&& other) noexcept;
    Child(const Child&) = delete;
    Child& operator=(const Child&) = delete;
    ~Child();

    pid_t pid = -1; // in the host's numbers; also its process group and session
    Fd pidfd;       // readable when the program has ended: poll it before `notify`
    Fd notify;      // denials to serve (notice.h), or none
    Fd output;      // the output file (Confinement::output_file), or none
    Enforced enforced;
    std::uint64_t host_rss_bytes = 0; // the host's largest, which the kernel counts as a child's
    bool reaped = false;
};

// Fails closed: a layer that was asked for and cannot be had is an error, and nothing runs.
// Thread-safe; takes about a millisecond. `failure` says where it failed.
Result<Child> start(const Confinement& confinement, Failure& failure);

struct Exit {
    bool signalled = false;
    int code = 0; // exit code, or the signal's number
    std::uint64_t cpu_us = 0;
    std::uint64_t max_rss_bytes = 0; // of the largest process; 0: less than the host's
};

// Kills the program and all its descendants. Nothing of them is left at `isolated`; at `confined`
// none that stayed in the process group, and the filter allows no leaving it.
void kill_tree(const Child& child);

// The program's end, or nothing while it runs; `wait` blocks. What it left running is killed.
// The host's SIGCHLD handling does not matter, unless it reaped the child itself (Code::not_found).
Result<std::optional<Exit>> reap(Child& child, bool wait);

} // namespace kato::sandbox
