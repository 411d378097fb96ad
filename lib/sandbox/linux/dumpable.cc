#include "sandbox/linux/dumpable.h"

#include <mutex>

#include <sys/prctl.h>

namespace kato::sandbox {

namespace {

// The mark belongs to the process, so its keeper must too: the one state that lib/sandbox shares
// between threads.
struct Keeper {
    std::mutex mutex;
    int users = 0;
    int found = 0;
};

Keeper& keeper() {
    static Keeper one;
    return one;
}

} // namespace

KeepDumpable::KeepDumpable() {
    Keeper& shared = keeper();
    const std::lock_guard lock(shared.mutex);
    if (shared.users++ == 0) shared.found = ::prctl(PR_GET_DUMPABLE, 0, 0, 0, 0);
}

KeepDumpable::~KeepDumpable() {
    Keeper& shared = keeper();
    const std::lock_guard lock(shared.mutex);
    if (--shared.users == 0 && shared.found == 1 && ::prctl(PR_GET_DUMPABLE, 0, 0, 0, 0) != 1)
        (void)::prctl(PR_SET_DUMPABLE, 1, 0, 0, 0); // it was allowed a moment ago
}

} // namespace kato::sandbox
