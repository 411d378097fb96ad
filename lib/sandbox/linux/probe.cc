// Runs the whole set-up with a child that tries what is forbidden instead of executing a program.
#include "sandbox/probe.h"

#include "sandbox/linux/landlock.h"
#include "sandbox/linux/plan.h"
#include "sandbox/linux/spawn.h"

#include <cerrno>
#include <string_view>

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

namespace kato::sandbox {

namespace {

std::string read_line(const std::string& path) {
    const Fd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    char buffer[4096];
    const ssize_t got = fd ? ::read(fd.get(), buffer, sizeof buffer) : -1;
    const std::string_view text(buffer, got < 0 ? 0 : static_cast<std::size_t>(got));
    return std::string(text.substr(0, text.find('\n')));
}

bool try_level(Level level, int abi, Audit audit, Missing& missing) {
    PlanOptions options;
    options.level = level;
    options.audit = audit;
    options.landlock_abi = abi;
    options.self_test = true;
    const Confinement nothing;
    Failure failure;
    Result<std::unique_ptr<Plan>> plan = Plan::make(nothing, options, failure);
    if (plan) {
        Result<Spawned> spawned = spawn(**plan, failure);
        if (spawned) {
            (void)reap_quietly(spawned->pidfd); // the host may have been quicker
            return true;
        }
        missing = {failure, spawned.error().message, spawned.error().hint};
    } else {
        missing = {failure, plan.error().message, plan.error().hint};
    }
    return false;
}

bool apparmor_restricts() {
    return read_line("/proc/sys/kernel/apparmor_restrict_unprivileged_userns") == "1";
}

std::string fix_for(const Host& host, const Missing& missing) {
    if (missing.where.layer == Layer::seccomp)
        return "use a kernel with CONFIG_SECCOMP_FILTER, and a container that allows seccomp()";
    if (missing.where.layer != Layer::namespaces) return missing.fix;
    if (host.apparmor)
        return "give the program an AppArmor profile that allows userns; do not switch the "
               "restriction off";
    if (read_line("/proc/sys/user/max_user_namespaces") == "0")
        return "user namespaces are switched off here; an administrator can raise "
               "user.max_user_namespaces";
    if (!missing.fix.empty()) return missing.fix;
    return "in Docker: --security-opt seccomp=... with a profile that allows user namespaces";
}

// v2 counts as delegated when we could make a group in ours.
Cgroup find_cgroup() {
    const std::string own = read_line("/proc/self/cgroup");
    if (own.empty()) return Cgroup::none;
    if (own.substr(0, 3) != "0::") return Cgroup::v1;
    const std::string folder = "/sys/fs/cgroup" + own.substr(3);
    return ::access((folder + "/cgroup.procs").c_str(), W_OK) == 0 &&
                   ::access(folder.c_str(), W_OK) == 0
               ? Cgroup::v2_delegated
               : Cgroup::v2;
}

} // namespace

Host probe_now() {
    Host host;
    host.supported = true;
    host.landlock_abi = landlock_abi();
    host.apparmor = apparmor_restricts();
    host.cgroup = find_cgroup();
    if (host.landlock_abi < k_least_landlock) {
        const Failure where{Layer::landlock, Step::make_ruleset,
                            host.landlock_abi == 0 ? ENOSYS : 0};
        host.missing.push_back(
            {where,
             fmt::format("Landlock version {} is needed, this kernel offers {}", k_least_landlock,
                         host.landlock_abi),
             "use Linux 6.2 or newer with landlock among its security modules (lsm=)"});
        return host;
    }
    Missing missing;
    const int abi = host.landlock_abi;
    if (!try_level(Level::confined, abi, Audit::none, missing)) {
        missing.fix = fix_for(host, missing);
        host.missing.push_back(missing);
        return host;
    }
    host.seccomp = true;
    host.best = Level::confined;
    host.notif_listener_free = try_level(Level::confined, abi, Audit::denials, missing);
    if (!host.notif_listener_free)
        host.missing.push_back({missing.where, "denied system calls cannot be audited",
                                "a sandbox around this program listens already"});
    if (!try_level(Level::isolated, abi, Audit::none, missing)) {
        missing.fix = fix_for(host, missing);
        host.missing.insert(host.missing.begin(), missing);
        return host;
    }
    host.userns = true;
    host.best = Level::isolated;
    return host;
}

} // namespace kato::sandbox
