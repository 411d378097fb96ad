#include "sandbox/enforced.h"

namespace kato::sandbox {

std::string_view name(Level level) {
    switch (level) {
    case Level::automatic: return "none";
    case Level::confined: return "confined";
    case Level::isolated: return "isolated";
    }
    return "none";
}

std::string_view name(MemoryLimit limit) {
    switch (limit) {
    case MemoryLimit::none: return "none";
    case MemoryLimit::per_process: return "mem_per_process";
    case MemoryLimit::tree: return "mem_tree";
    }
    return "none";
}

std::string_view name(ProcessLimit limit) {
    switch (limit) {
    case ProcessLimit::none: return "none";
    case ProcessLimit::user_wide: return "user-wide";
    case ProcessLimit::exact: return "exact";
    }
    return "none";
}

std::string_view name(KillTree kill) { return kill == KillTree::exact ? "exact" : "pgrp"; }

std::string_view name(AuditKept audit) {
    switch (audit) {
    case AuditKept::none: return "none";
    case AuditKept::denials: return "denials";
    case AuditKept::complete: return "complete";
    }
    return "none";
}

std::string_view name(HostDeath death) {
    switch (death) {
    case HostDeath::nobody: return "none";
    case HostDeath::child: return "child";
    case HostDeath::tree: return "tree";
    }
    return "none";
}

std::string_view name(User user) { return user == User::nobody ? "nobody" : "host"; }

Fields fields(const Enforced& enforced) {
    const auto flag = [](bool value) { return std::string(value ? "true" : "false"); };
    return {
        {"level", std::string(name(enforced.level))},
        {"landlock_abi", std::to_string(enforced.landlock_abi)},
        {"fs_read", flag(enforced.fs_read)},
        {"fs_write", flag(enforced.fs_write)},
        {"fs_exec", flag(enforced.fs_exec)},
        {"fs_metadata_hidden", flag(enforced.fs_metadata_hidden)},
        {"net_tcp", flag(enforced.net_tcp)},
        {"net_udp", flag(enforced.net_udp)},
        {"net_unix", flag(enforced.net_unix)},
        {"vsock", flag(enforced.vsock)},
        {"signals", flag(enforced.signals)},
        {"ipc", flag(enforced.ipc)},
        {"pid_ns", flag(enforced.pid_ns)},
        {"seccomp", enforced.seccomp},
        {"limits.wall", flag(enforced.limit_wall)},
        {"limits.cpu", flag(enforced.limit_cpu)},
        {"limits.mem", std::string(name(enforced.limit_memory))},
        {"limits.procs", std::string(name(enforced.limit_processes))},
        {"limits.files", flag(enforced.limit_files)},
        {"limits.output", flag(enforced.limit_output)},
        {"kill_tree", std::string(name(enforced.kill_tree))},
        {"audit", std::string(name(enforced.audit))},
        {"host_death", std::string(name(enforced.host_death))},
        {"user", std::string(name(enforced.user))},
    };
}

} // namespace kato::sandbox
