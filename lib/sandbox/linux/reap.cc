// How a confined program ends: killing it with all its descendants, and learning its exit status.
#include "sandbox/start.h"

#include "base/file.h"
#include "sandbox/linux/kernel.h"

#include <cerrno>
#include <utility>

#include <signal.h>
#include <sys/ioctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

namespace kato::sandbox {

namespace {

std::uint64_t microseconds(const timeval& time) {
    return static_cast<std::uint64_t>(time.tv_sec) * 1'000'000 +
           static_cast<std::uint64_t>(time.tv_usec);
}

// 0, or errno. libc's waitid() does not give the resources used.
int wait_for(int pidfd, int options, siginfo_t& info, struct rusage& usage) {
    while (::syscall(SYS_waitid, P_PIDFD, pidfd, &info, options | WEXITED | __WALL, &usage) != 0)
        if (errno != EINTR) return errno;
    return 0;
}

// The host ignores SIGCHLD or waits for whatever ends. The kernel still knows, from 6.15 on.
Result<std::optional<Exit>> ending_of_reaped(int pidfd) {
    PidfdInfo info{};
    info.mask = k_pidfd_exit;
    if (::ioctl(pidfd, k_pidfd_get_info, &info) != 0 || (info.mask & k_pidfd_exit) == 0) {
        Error error{Code::not_found, "the host took the program's exit status"};
        error.hint = "do not ignore SIGCHLD, nor wait for every child, while an agent runs";
        return error;
    }
    Exit out;
    out.signalled = WIFSIGNALED(info.exit_code);
    out.code = out.signalled ? WTERMSIG(info.exit_code) : WEXITSTATUS(info.exit_code);
    return std::optional<Exit>(out);
}

} // namespace

Child::Child(Child&& other) noexcept { *this = std::move(other); }

Child& Child::operator=(Child&& other) noexcept {
    std::swap(pid, other.pid);
    std::swap(pidfd, other.pidfd);
    std::swap(notify, other.notify);
    std::swap(output, other.output);
    std::swap(enforced, other.enforced);
    std::swap(host_rss_bytes, other.host_rss_bytes);
    std::swap(reaped, other.reaped);
    return *this;
}

Child::~Child() {
    if (!pidfd || reaped) return;
    kill_tree(*this);
    notify = Fd(); // who waits for an answer is let go, and dies
    siginfo_t info{};
    struct rusage usage {};
    (void)wait_for(pidfd.get(), 0, info, usage); // nobody is left to tell
}

// The leader's death ends a process-id namespace as a whole; the group is for `confined`. By pidfd
// it is the right group even when the host reaped the leader; older kernels need the number, which
// is the group's for as long as the leader is not reaped.
void kill_tree(const Child& child) {
    if (!child.pidfd) return;
    const int pidfd = child.pidfd.get();
    (void)::syscall(SYS_pidfd_send_signal, pidfd, SIGKILL, nullptr, 0); // it may have ended
    if (::syscall(SYS_pidfd_send_signal, pidfd, SIGKILL, nullptr, k_pidfd_group) == 0 ||
        errno != EINVAL)
        return;
    siginfo_t info{};
    struct rusage usage {};
    if (!child.reaped && wait_for(pidfd, WNOHANG | WNOWAIT, info, usage) == 0)
        (void)::kill(-child.pid, SIGKILL); // an empty group is fine
}

Result<std::optional<Exit>> reap(Child& child, bool wait) {
    siginfo_t info{};
    struct rusage usage {};
    const int options = wait ? 0 : WNOHANG;
    int failed = wait_for(child.pidfd.get(), options | WNOWAIT, info, usage);
    if (failed == 0 && info.si_pid == 0) return std::optional<Exit>();
    if (failed == 0) {
        kill_tree(child);
        failed = wait_for(child.pidfd.get(), 0, info, usage);
    }
    child.reaped = true;
    if (failed == ECHILD) return ending_of_reaped(child.pidfd.get());
    if (failed != 0) {
        errno = failed;
        return os_error("cannot learn how the program ended", "child");
    }
    Exit out;
    out.signalled = info.si_code != CLD_EXITED;
    out.code = info.si_status;
    out.cpu_us = microseconds(usage.ru_utime) + microseconds(usage.ru_stime);
    out.max_rss_bytes = static_cast<std::uint64_t>(usage.ru_maxrss) * 1024;
    if (out.max_rss_bytes <= child.host_rss_bytes) out.max_rss_bytes = 0; // the host's own
    return std::optional<Exit>(out);
}

} // namespace kato::sandbox
