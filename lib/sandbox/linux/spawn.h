// Clones the child and follows it until it executes the program, or fails.
#pragma once

#include "base/file.h"
#include "sandbox/failure.h"
#include "sandbox/linux/plan.h"

#include <sys/types.h>

namespace kato::sandbox {

struct Spawned {
    pid_t pid = -1;
    Fd pidfd;
    Fd listener;
    Fd output;
};

// After an error the child is dead and reaped. With PlanOptions::self_test it has ended too, or
// will at once: the caller reaps it.
Result<Spawned> spawn(Plan& plan, Failure& failure);

// Waits for the end of a child; false when somebody else reaped it.
bool reap_quietly(const Fd& pidfd);

} // namespace kato::sandbox
