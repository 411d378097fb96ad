#include "sandbox/start.h"

#include "sandbox/linux/plan.h"
#include "sandbox/linux/spawn.h"
#include "sandbox/probe.h"

#include <cerrno>
#include <utility>

#include <sys/resource.h>

namespace kato::sandbox {

namespace {

// The level that was asked for, or why it cannot be had.
Result<Level> choose_level(Level asked, const Host& host, Failure& failure) {
    const Level level = asked == Level::automatic ? host.best : asked;
    if (level != Level::automatic && level <= host.best) return level;
    if (host.missing.empty())
        return failure_error({Layer::landlock, Step::none, ENOSYS}, {}, failure);
    const Missing& piece = host.missing.front();
    Error error = failure_error(piece.where, {}, failure);
    error.message = piece.reason;
    error.hint = piece.fix;
    return error;
}

Result<Audit> choose_audit(const Confinement& confinement, const Host& host, Failure& failure) {
    if (confinement.audit == Audit::none || host.notif_listener_free) return confinement.audit;
    if (!confinement.audit_required) return Audit::none;
    Error error = failure_error({Layer::seccomp, Step::install_filter, EBUSY},
                                "denials cannot be audited", failure);
    error.hint = "another sandbox around this program listens already; ask for no audit";
    return error;
}

// Until it executes the program, the child lives in our memory, and the kernel counts that as its own.
std::uint64_t largest_resident_bytes() {
    struct rusage usage {};
    (void)::getrusage(RUSAGE_SELF, &usage); // cannot fail
    return static_cast<std::uint64_t>(usage.ru_maxrss) * 1024;
}

} // namespace

Result<Child> start(const Confinement& confinement, Failure& failure) {
    const Host& host = probe();
    PlanOptions options;
    KATO_TRY(options.level, choose_level(confinement.level, host, failure));
    KATO_TRY(options.audit, choose_audit(confinement, host, failure));
    options.landlock_abi = host.landlock_abi;
    KATO_TRY(const std::unique_ptr<Plan> plan, Plan::make(confinement, options, failure));
    KATO_TRY(Spawned spawned, spawn(*plan, failure));
    Child child;
    child.pid = spawned.pid;
    child.pidfd = std::move(spawned.pidfd);
    child.notify = std::move(spawned.listener);
    child.output = confinement.output_file && options.level != Level::isolated
                       ? plan->take_output()
                       : std::move(spawned.output);
    child.enforced = plan->enforced();
    child.host_rss_bytes = largest_resident_bytes();
    return child;
}

} // namespace kato::sandbox
