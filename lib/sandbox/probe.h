// What this host can enforce, found out by doing it: never by reading version numbers.
#pragma once

#include "sandbox/confinement.h"
#include "sandbox/enforced.h"
#include "sandbox/failure.h"

#include <string>
#include <string_view>
#include <vector>

namespace kato::sandbox {

enum class Cgroup : std::uint8_t { none, v1, v2, v2_delegated };

struct Missing {
    Failure where;
    std::string reason; // one line, for people
    std::string fix;    // what they can do about it; may be empty
};

struct Host {
    bool supported = false; // false off Linux and on processors without a filter of ours
    int landlock_abi = 0;   // 0: none
    bool seccomp = false;
    bool notif_listener_free = false; // false: denials cannot be audited
    bool userns = false;              // the whole set-up of `isolated` ran
    bool apparmor = false;            // restricts user namespaces
    Cgroup cgroup = Cgroup::none;
    Level best = Level::automatic; // `automatic`: nothing can be run here
    std::vector<Missing> missing;  // each piece that keeps this host from the best level
};

std::string_view name(Cgroup cgroup);
// As reports show it: abi, userns, apparmor, notif_listener_free, cgroup.
Fields fields(const Host& host);

// The first call takes some milliseconds and is remembered for the process.
const Host& probe();
// Asks anew each time.
Host probe_now();

} // namespace kato::sandbox
