#include "sandbox/notice.h"

#include "sandbox/linux/calls.h"
#include "sandbox/linux/filter_rules.h"

#include <algorithm>
#include <cerrno>
#include <cstring>

#include <linux/seccomp.h>
#include <sys/ioctl.h>
#include <sys/uio.h>
#include <unistd.h>

namespace kato::sandbox {

namespace {

constexpr std::size_t k_longest_path = 4096;

// Which argument of a call is a path, or says most about what was wanted.
struct PathOf {
    std::string_view call;
    std::size_t argument;
};
constexpr PathOf k_paths[] = {
    {"open", 0},
    {"creat", 0},
    {"openat", 1},
    {"openat2", 1},
    {"execve", 0},
    {"execveat", 1},
    {"truncate", 0},
    {"unlink", 0},
    {"unlinkat", 1},
    {"rename", 0},
    {"renameat", 1},
    {"renameat2", 1},
    {"mkdir", 0},
    {"mkdirat", 1},
    {"rmdir", 0},
    {"link", 0},
    {"linkat", 1},
    {"symlink", 1},
    {"symlinkat", 2},
    {"chmod", 0},
    {"fchmodat", 1},
    {"fchmodat2", 1},
    {"chown", 0},
    {"lchown", 0},
    {"fchownat", 1},
    {"utime", 0},
    {"utimes", 0},
    {"utimensat", 1},
    {"futimesat", 1},
    {"mknod", 0},
    {"mknodat", 1},
    {"setxattr", 0},
    {"lsetxattr", 0},
    {"getxattr", 0},
    {"lgetxattr", 0},
    {"listxattr", 0},
    {"llistxattr", 0},
    {"removexattr", 0},
    {"lremovexattr", 0},
    {"setxattrat", 1},
    {"getxattrat", 1},
    {"listxattrat", 1},
    {"removexattrat", 1},
    {"file_getattr", 1},
    {"file_setattr", 1},
    {"mount", 1},
    {"umount2", 0},
    {"chroot", 0},
    {"pivot_root", 0},
    {"open_tree", 1},
    {"open_tree_attr", 1},
    {"move_mount", 1},
    {"mount_setattr", 1},
    {"name_to_handle_at", 1},
    {"inotify_add_watch", 1},
    {"statfs", 0},
    {"swapon", 0},
    {"swapoff", 0},
    {"acct", 0},
    {"uselib", 0},
    {"quotactl", 1},
};

// What the other process has there, up to a NUL; false when it cannot be read.
bool read_string(std::int32_t pid, std::uint64_t address, std::string& out) {
    char buffer[256];
    while (out.size() < k_longest_path) {
        // Not beyond a page: the next one may not be there.
        const std::size_t size = std::min<std::size_t>(sizeof buffer, 4096 - address % 4096);
        const iovec ours{buffer, size};
        const iovec theirs{reinterpret_cast<void*>(address), size};
        const ssize_t got = ::process_vm_readv(pid, &ours, 1, &theirs, 1, 0);
        if (got <= 0) return false;
        const std::size_t length = ::strnlen(buffer, static_cast<std::size_t>(got));
        out.append(buffer, length);
        if (length < static_cast<std::size_t>(got)) break;
        address += static_cast<std::uint64_t>(got);
    }
    out.resize(std::min(out.size(), k_longest_path));
    return true;
}

void read_path(Notice& notice) {
    const auto* const found =
        std::find_if(std::begin(k_paths), std::end(k_paths),
                     [&](const PathOf& path) { return path.call == notice.call; });
    if (found == std::end(k_paths)) return;
    notice.has_path = true;
    notice.readable = read_string(notice.pid, notice.arguments[found->argument], notice.path);
}

Status answer(int notify, const Notice& notice, int error_number, std::uint32_t flags) {
    seccomp_notif_resp response{};
    response.id = notice.id;
    response.error = -error_number;
    response.flags = flags;
    if (::ioctl(notify, SECCOMP_IOCTL_NOTIF_SEND, &response) == 0 || errno == ENOENT) return done();
    return os_error("cannot answer", "system-call listener");
}

} // namespace

Result<std::optional<Notice>> next_notice(int notify) {
    seccomp_notif received;
    std::memset(&received, 0, sizeof received);
    while (::ioctl(notify, SECCOMP_IOCTL_NOTIF_RECV, &received) != 0) {
        if (errno == ENOENT) return std::optional<Notice>();
        if (errno != EINTR) return os_error("cannot receive", "system-call listener");
    }
    Notice notice;
    notice.id = received.id;
    notice.pid = static_cast<std::int32_t>(received.pid);
    notice.number = received.data.nr;
    notice.call = call_name(notice.number);
    std::copy(std::begin(received.data.args), std::end(received.data.args),
              notice.arguments.begin());
    const auto paths = path_calls();
    notice.on_path = std::find(paths.begin(), paths.end(), notice.call) != paths.end();
    read_path(notice);
    // The process may have ended and another one have its number: then the path is not its own.
    if (::ioctl(notify, SECCOMP_IOCTL_NOTIF_ID_VALID, &notice.id) != 0)
        return std::optional<Notice>();
    return std::optional<Notice>(std::move(notice));
}

Status deny(int notify, const Notice& notice, int error_number) {
    return answer(notify, notice, error_number, 0);
}

Status proceed(int notify, const Notice& notice) {
    if (!notice.on_path) return Error{Code::misuse, "the filter refuses this call"};
    return answer(notify, notice, 0, SECCOMP_USER_NOTIF_FLAG_CONTINUE);
}

} // namespace kato::sandbox
