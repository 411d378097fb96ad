#include "sandbox/linux/landlock.h"

#include "sandbox/linux/kernel.h"

#include <algorithm>

#include <unistd.h>

namespace kato::sandbox {

namespace {

std::uint64_t handled_fs(int abi) {
    std::uint64_t rights = k_fs_execute | k_fs_write_file | k_fs_read_file | k_fs_read_dir |
                           k_fs_remove_dir | k_fs_remove_file | k_fs_make_char | k_fs_make_dir |
                           k_fs_make_reg | k_fs_make_sock | k_fs_make_fifo | k_fs_make_block |
                           k_fs_make_sym;
    if (abi >= 2) rights |= k_fs_refer;
    if (abi >= 3) rights |= k_fs_truncate;
    if (abi >= 5) rights |= k_fs_ioctl_dev;
    if (abi >= 9) rights |= k_fs_resolve_unix;
    return rights;
}

std::uint64_t handled_net(int abi) {
    std::uint64_t rights = 0;
    if (abi >= 4) rights |= k_net_bind_tcp | k_net_connect_tcp;
    if (abi >= 10) rights |= k_net_bind_udp | k_net_send_udp;
    return rights;
}

std::uint64_t scopes(int abi) {
    return abi >= k_landlock_scopes ? k_scope_abstract | k_scope_signal : 0;
}

} // namespace

int landlock_abi() {
    const long abi = ::syscall(k_nr_landlock_create_ruleset, nullptr, 0, k_landlock_version);
    return abi < 0 ? 0 : static_cast<int>(std::min<long>(abi, k_newest_landlock));
}

std::uint64_t file_rights(std::uint8_t rights, int abi) {
    std::uint64_t out = 0;
    if ((rights & k_read) != 0) out |= k_fs_read_file;
    if ((rights & k_execute) != 0) out |= k_fs_execute;
    if ((rights & k_write) != 0) out |= k_fs_write_file | k_fs_truncate;
    return out & handled_fs(abi);
}

// Not: links, which the host could follow, and renaming into another folder.
std::uint64_t folder_rights(std::uint8_t rights, int abi) {
    std::uint64_t out = file_rights(rights, abi);
    if ((rights & k_read) != 0) out |= k_fs_read_dir;
    if ((rights & k_write) != 0)
        out |= k_fs_make_reg | k_fs_make_dir | k_fs_remove_file | k_fs_remove_dir;
    return out & handled_fs(abi);
}

Fd make_ruleset(int abi) {
    const LandlockRuleset attributes{handled_fs(abi), handled_net(abi), scopes(abi)};
    // The kernel refuses a longer structure than it knows, unless the rest is zero.
    return Fd(static_cast<int>(
        ::syscall(k_nr_landlock_create_ruleset, &attributes, sizeof attributes, 0)));
}

bool add_rule(int ruleset, int path, std::uint64_t rights) {
    const LandlockPath rule{rights, path};
    return ::syscall(k_nr_landlock_add_rule, ruleset, k_landlock_path_rule, &rule, 0) == 0;
}

} // namespace kato::sandbox
