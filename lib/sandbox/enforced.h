// What is enforced, by name: the truth about one run, and about what this host can do at all.
#pragma once

#include "sandbox/confinement.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace kato::sandbox {

enum class MemoryLimit : std::uint8_t { none, per_process, tree };
// `user_wide`: counts all processes of the user, so the limit holds but others share in it.
enum class ProcessLimit : std::uint8_t { none, user_wide, exact };
enum class KillTree : std::uint8_t { process_group, exact };
enum class AuditKept : std::uint8_t { none, denials, complete };
// Who dies when the host is killed.
enum class HostDeath : std::uint8_t { nobody, child, tree };
// Whose file permissions the program has. `nobody`: a root host gave them up; `host` is root's own.
enum class User : std::uint8_t { host, nobody };

// A flag says: what was not granted is refused by the kernel.
struct Enforced {
    Level level = Level::automatic;
    int landlock_abi = 0;
    bool fs_read = false;
    bool fs_write = false;
    bool fs_exec = false;
    bool fs_metadata_hidden = false;
    bool net_tcp = false;
    bool net_udp = false;
    bool net_unix = false;
    bool vsock = false;
    bool signals = false;
    bool ipc = false;
    bool pid_ns = false;
    std::string seccomp; // the allowlist's id
    User user = User::host;
    KillTree kill_tree = KillTree::process_group;
    HostDeath host_death = HostDeath::nobody;
    AuditKept audit = AuditKept::none;

    bool limit_wall = false;   // the supervisor sets it
    bool limit_output = false; // the supervisor sets it
    bool limit_cpu = false;
    bool limit_files = false;
    MemoryLimit limit_memory = MemoryLimit::none; // the supervisor raises it to `tree`
    ProcessLimit limit_processes = ProcessLimit::none;
};

// Name and value as reports show them, in a fixed order: "fs_read" -> "true".
using Fields = std::vector<std::pair<std::string_view, std::string>>;
Fields fields(const Enforced& enforced);

std::string_view name(Level level);
std::string_view name(MemoryLimit limit);
std::string_view name(ProcessLimit limit);
std::string_view name(KillTree kill);
std::string_view name(AuditKept audit);
std::string_view name(HostDeath death);
std::string_view name(User user);

} // namespace kato::sandbox
