#include "sandbox/probe.h"

namespace kato::sandbox {

std::string_view name(Cgroup cgroup) {
    switch (cgroup) {
    case Cgroup::none: return "none";
    case Cgroup::v1: return "v1";
    case Cgroup::v2: return "v2";
    case Cgroup::v2_delegated: return "v2-delegated";
    }
    return "none";
}

Fields fields(const Host& host) {
    const auto flag = [](bool value) { return std::string(value ? "true" : "false"); };
    return {{"abi", std::to_string(host.landlock_abi)},
            {"userns", flag(host.userns)},
            {"apparmor", flag(host.apparmor)},
            {"notif_listener_free", flag(host.notif_listener_free)},
            {"cgroup", std::string(name(host.cgroup))}};
}

const Host& probe() {
    static const Host host = probe_now();
    return host;
}

} // namespace kato::sandbox
