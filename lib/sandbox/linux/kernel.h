// Numbers of the kernel's interface that the headers of Debian 12 or older do not have.
#pragma once

#include <cstdint>

namespace kato::sandbox {

// Landlock, by the version that brought them.
constexpr std::uint64_t k_fs_execute = 1ULL << 0;
constexpr std::uint64_t k_fs_write_file = 1ULL << 1;
constexpr std::uint64_t k_fs_read_file = 1ULL << 2;
constexpr std::uint64_t k_fs_read_dir = 1ULL << 3;
constexpr std::uint64_t k_fs_remove_dir = 1ULL << 4;
constexpr std::uint64_t k_fs_remove_file = 1ULL << 5;
constexpr std::uint64_t k_fs_make_char = 1ULL << 6;
constexpr std::uint64_t k_fs_make_dir = 1ULL << 7;
constexpr std::uint64_t k_fs_make_reg = 1ULL << 8;
constexpr std::uint64_t k_fs_make_sock = 1ULL << 9;
constexpr std::uint64_t k_fs_make_fifo = 1ULL << 10;
constexpr std::uint64_t k_fs_make_block = 1ULL << 11;
constexpr std::uint64_t k_fs_make_sym = 1ULL << 12;
constexpr std::uint64_t k_fs_refer = 1ULL << 13;        // 2
constexpr std::uint64_t k_fs_truncate = 1ULL << 14;     // 3
constexpr std::uint64_t k_net_bind_tcp = 1ULL << 0;     // 4
constexpr std::uint64_t k_net_connect_tcp = 1ULL << 1;  // 4
constexpr std::uint64_t k_fs_ioctl_dev = 1ULL << 15;    // 5
constexpr std::uint64_t k_scope_abstract = 1ULL << 0;   // 6
constexpr std::uint64_t k_scope_signal = 1ULL << 1;     // 6
constexpr std::uint64_t k_fs_resolve_unix = 1ULL << 16; // 9
constexpr std::uint64_t k_net_bind_udp = 1ULL << 2;     // 10
constexpr std::uint64_t k_net_send_udp = 1ULL << 3;     // 10

struct LandlockRuleset { // the first three members of landlock_ruleset_attr
    std::uint64_t handled_fs;
    std::uint64_t handled_net; // 4
    std::uint64_t scoped;      // 6
};
struct [[gnu::packed]] LandlockPath {
    std::uint64_t allowed;
    std::int32_t parent_fd;
};
constexpr int k_landlock_path_rule = 1;
constexpr std::uint32_t k_landlock_version = 1; // flag of landlock_create_ruleset

// Calls, the same on every processor.
constexpr long k_nr_open_tree = 428;
constexpr long k_nr_move_mount = 429;
constexpr long k_nr_fsopen = 430;
constexpr long k_nr_fsconfig = 431;
constexpr long k_nr_fsmount = 432;
constexpr long k_nr_pidfd_open = 434;
constexpr long k_nr_close_range = 436;
constexpr long k_nr_openat2 = 437;
constexpr long k_nr_mount_setattr = 442;
constexpr long k_nr_landlock_create_ruleset = 444;
constexpr long k_nr_landlock_add_rule = 445;
constexpr long k_nr_landlock_restrict_self = 446;

struct OpenHow { // open_how
    std::uint64_t flags;
    std::uint64_t mode;
    std::uint64_t resolve;
};
constexpr std::uint64_t k_resolve_no_links = 0x2 | 0x4; // neither magic ones, nor any other

struct MountAttributes { // mount_attr
    std::uint64_t set;
    std::uint64_t clear;
    std::uint64_t propagation;
    std::uint64_t user_namespace;
};
constexpr std::uint64_t k_mount_read_only = 0x1;
constexpr std::uint64_t k_mount_no_suid = 0x2;
constexpr std::uint64_t k_mount_no_devices = 0x4;
constexpr std::uint64_t k_mount_no_execution = 0x8;

// Of seccomp().
constexpr std::uint32_t k_new_listener = 1U << 3;
constexpr std::uint32_t k_wait_killable = 1U << 5; // 5.19

// Of pidfds.
constexpr unsigned k_pidfd_group = 1U << 2;       // pidfd_send_signal(), 6.9
constexpr std::uint64_t k_pidfd_exit = 1ULL << 3; // 6.15
struct PidfdInfo {
    std::uint64_t mask;
    std::uint64_t cgroup;
    std::uint32_t ids[11];
    std::int32_t exit_code;
};
constexpr unsigned long k_pidfd_get_info = 0xc040ff0b; // _IOWR(0xff, 11, 64 bytes)
static_assert(sizeof(PidfdInfo) == 64);

constexpr std::uint32_t k_memfd_no_execution = 0x8; // 6.3

} // namespace kato::sandbox
