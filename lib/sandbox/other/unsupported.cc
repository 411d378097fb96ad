// Where nothing can be enforced nothing is run: systems other than Linux, processors without a filter.
#include "sandbox/notice.h"
#include "sandbox/probe.h"
#include "sandbox/runtime.h"
#include "sandbox/snapshot.h"
#include "sandbox/start.h"
#include "sandbox/tree.h"

#include <utility>

namespace kato::sandbox {

namespace {

Error unsupported() {
    Error error{Code::unsupported, "agents cannot be confined on this system"};
    error.hint = "use Linux 6.2 or newer, on x86_64 or aarch64";
    return error;
}

} // namespace

Child::Child(Child&& other) noexcept { *this = std::move(other); }
Child& Child::operator=(Child&& other) noexcept {
    std::swap(pid, other.pid);
    return *this;
}
Child::~Child() = default; // start() never gave one

Result<Child> start(const Confinement&, Failure& failure) {
    failure = {Layer::hygiene, Step::none, 0};
    return unsupported();
}
void kill_tree(const Child&) {}
Result<std::optional<Exit>> reap(Child&, bool) { return unsupported(); }

Host probe_now() {
    Host host;
    host.missing.push_back(
        {{Layer::hygiene, Step::none, 0}, unsupported().message, unsupported().hint});
    return host;
}

Result<Runtime> resolve_runtime(const std::vector<std::string>&, std::string_view) {
    return unsupported();
}

Result<Fd> create_snapshot() { return unsupported(); }
Result<Fd> seal_snapshot(Fd) { return unsupported(); }

Result<std::optional<Notice>> next_notice(int) { return unsupported(); }
Status deny(int, const Notice&, int) { return unsupported(); }
Status proceed(int, const Notice&) { return unsupported(); }

bool sees_processes() { return false; }
Usage tree_usage(const Child&, std::uint64_t) { return {}; }

} // namespace kato::sandbox
