#include "sandbox/linux/filter_rules.h"

#include <fcntl.h>
#include <linux/prctl.h>
#include <linux/sched.h>
#include <sys/ioctl.h>
#include <sys/resource.h>
#include <sys/socket.h>

namespace kato::sandbox {

namespace {

constexpr std::string_view k_allowed[] = {
    // Files by path and descriptor: Landlock decides which. Not: owners, modes, times, extended
    // attributes, handles, watches, special files, file systems, all of which it does not see.
    "access", "chdir", "close", "close_range", "copy_file_range", "creat", "dup", "dup2", "dup3",
    "faccessat", "faccessat2", "fadvise64", "fallocate", "fchdir", "fdatasync", "flock", "fstat",
    "fstatfs", "fsync", "ftruncate", "getcwd", "getdents", "getdents64", "link", "linkat", "lseek",
    "lstat", "mkdir", "mkdirat", "newfstatat", "open", "openat", "openat2", "pread64", "preadv",
    "preadv2", "pwrite64", "pwritev", "pwritev2", "read", "readahead", "readlink", "readlinkat",
    "readv", "rename", "renameat", "renameat2", "rmdir", "sendfile", "splice", "stat", "statx",
    "symlink", "symlinkat", "tee", "truncate", "umask", "unlink", "unlinkat", "write", "writev",
    // Waiting and pipes.
    "epoll_create", "epoll_create1", "epoll_ctl", "epoll_pwait", "epoll_pwait2", "epoll_wait",
    "eventfd", "eventfd2", "pipe", "pipe2", "poll", "ppoll", "pselect6", "select", "signalfd",
    "signalfd4", "timerfd_create", "timerfd_gettime", "timerfd_settime",
    // Connected pairs: nothing else can be had, since socket() is refused. Not: setsockopt.
    "getpeername", "getsockname", "getsockopt", "recvfrom", "recvmmsg", "recvmsg", "sendmsg",
    "shutdown",
    // Memory. Not: memfd_create, whose pages no limit of ours would see.
    "brk", "madvise", "map_shadow_stack", "mlock", "mlock2", "mmap", "mprotect", "mremap", "mseal",
    "msync", "munlock", "munmap", "pkey_alloc", "pkey_free", "pkey_mprotect",
    // Processes and threads. Not: sessions and groups, by which the tree is killed.
    "execve", "exit", "exit_group", "fork", "futex", "futex_requeue", "futex_wait", "futex_waitv",
    "futex_wake", "get_thread_area", "getcpu", "getpgid", "getpgrp", "getpid", "getppid",
    "getpriority", "getsid", "gettid", "membarrier", "rseq", "sched_get_priority_max",
    "sched_get_priority_min", "sched_getaffinity", "sched_getattr", "sched_getparam",
    "sched_getscheduler", "sched_rr_get_interval", "sched_yield", "set_robust_list",
    "set_tid_address", "vfork", "wait4", "waitid",
    // Identity, to read.
    "capget", "getegid", "geteuid", "getgid", "getgroups", "getresgid", "getresuid", "getuid",
    "sysinfo", "uname",
    // Limits of its own: getting lower only.
    "getrlimit", "getrusage", "setrlimit", "times",
    // Signals that it gets, time, chance.
    "alarm", "clock_getres", "clock_gettime", "clock_nanosleep", "getitimer", "getrandom",
    "gettimeofday", "nanosleep", "pause", "restart_syscall", "rt_sigaction", "rt_sigpending",
    "rt_sigprocmask", "rt_sigreturn", "rt_sigsuspend", "rt_sigtimedwait", "setitimer",
    "sigaltstack", "time", "timer_create", "timer_delete", "timer_getoverrun", "timer_gettime",
    "timer_settime"};

constexpr std::string_view k_signals[] = {"kill", "tgkill", "tkill"};

constexpr std::string_view k_paths[] = {"creat",    "execve",    "link",    "linkat",  "mkdir",
                                        "mkdirat",  "open",      "openat",  "openat2", "rename",
                                        "renameat", "renameat2", "rmdir",   "symlink", "symlinkat",
                                        "truncate", "unlink",    "unlinkat"};

constexpr std::string_view k_absent[] = {"clone3", "io_uring_enter", "io_uring_register",
                                         "io_uring_setup", "memfd_create"};

constexpr std::uint32_t k_all = 0xffffffff;
constexpr std::uint32_t k_zero[] = {0};

constexpr ArgumentRule k_clone[] = {{0,
                                     CLONE_NEWNS | CLONE_NEWCGROUP | CLONE_NEWUTS | CLONE_NEWIPC |
                                         CLONE_NEWUSER | CLONE_NEWPID | CLONE_NEWNET |
                                         CLONE_PARENT | CLONE_PTRACE | CLONE_UNTRACED,
                                     k_zero}};

// Not: PDEATHSIG, DUMPABLE, MM, PTRACER, SECUREBITS, SECCOMP, TSC, CHILD_SUBREAPER, capabilities.
constexpr std::uint32_t k_prctl_options[] = {
    PR_GET_PDEATHSIG,    PR_GET_DUMPABLE,     PR_SET_NAME,        PR_GET_NAME,
    PR_GET_SECCOMP,      PR_CAPBSET_READ,     PR_GET_SECUREBITS,  PR_GET_TIMERSLACK,
    PR_SET_NO_NEW_PRIVS, PR_GET_NO_NEW_PRIVS, PR_GET_THP_DISABLE, PR_SET_VMA,
    0x41555856 /* PR_GET_AUXV, of 6.4 */};
constexpr ArgumentRule k_prctl[] = {{0, k_all, k_prctl_options}};

// Not: leases, notifications, owners for signals, seals.
constexpr std::uint32_t k_fcntl_commands[] = {F_DUPFD,
                                              F_GETFD,
                                              F_SETFD,
                                              F_GETFL,
                                              F_SETFL,
                                              F_GETLK,
                                              F_SETLK,
                                              F_SETLKW,
                                              36,
                                              37,
                                              38 /* F_OFD_* */,
                                              F_DUPFD_CLOEXEC,
                                              1032 /* F_GETPIPE_SZ */,
                                              1034 /* F_GET_SEALS */};
constexpr ArgumentRule k_fcntl[] = {{1, k_all, k_fcntl_commands}};

// Not: TIOCSTI, TIOCLINUX and what else a terminal or device could do.
constexpr std::uint32_t k_ioctl_commands[] = {TCGETS,  TIOCGWINSZ, FIONREAD,  FIONBIO,
                                              FIOCLEX, FIONCLEX,   0x802c542a /* TCGETS2 */};
constexpr ArgumentRule k_ioctl[] = {{1, k_all, k_ioctl_commands}};

constexpr ArgumentRule k_own_process[] = {{0, k_all, k_zero}};
constexpr ArgumentRule k_own_priority[] = {{0, k_all, k_zero}, {1, k_all, k_zero}};

constexpr std::uint32_t k_query[] = {0xffffffff};
constexpr ArgumentRule k_personality[] = {{0, k_all, k_query}};

// An unconnected datagram socket could send to any socket of the host that has a name.
constexpr std::uint32_t k_unix[] = {AF_UNIX};
constexpr std::uint32_t k_connected[] = {SOCK_STREAM, SOCK_SEQPACKET};
constexpr ArgumentRule k_socketpair[] = {{0, k_all, k_unix}, {1, 0xf, k_connected}};
constexpr ArgumentRule k_sendto[] = {{4, k_all, k_zero, true}};

constexpr std::uint32_t k_program[] = {k_program_descriptor};
constexpr std::uint32_t k_empty_path[] = {AT_EMPTY_PATH};
constexpr ArgumentRule k_execveat[] = {{0, k_all, k_program}, {4, k_all, k_empty_path}};

// Not: whether the program may read the processor's identity.
constexpr std::uint32_t k_arch_options[] = {0x1001, 0x1002, 0x1003, 0x1004,         // segment bases
                                            0x1021, 0x1022, 0x1023, 0x1024, 0x1025, // wide state
                                            0x3001, 0x5001, 0x5002, 0x5003, 0x5005}; // shadow stack
constexpr ArgumentRule k_arch_prctl[] = {{0, k_all, k_arch_options}};

constexpr CallRule k_ruled[] = {{"arch_prctl", k_arch_prctl},
                                {"clone", k_clone},
                                {"execveat", k_execveat},
                                {"fcntl", k_fcntl},
                                {"ioctl", k_ioctl},
                                {"personality", k_personality},
                                {"prctl", k_prctl},
                                {"prlimit64", k_own_process},
                                {"sched_setaffinity", k_own_process},
                                {"sendto", k_sendto},
                                {"setpriority", k_own_priority},
                                {"socketpair", k_socketpair}};

} // namespace

std::span<const std::string_view> allowed_calls() { return k_allowed; }
std::span<const std::string_view> signal_calls() { return k_signals; }
std::span<const std::string_view> path_calls() { return k_paths; }
std::span<const std::string_view> absent_calls() { return k_absent; }
std::span<const CallRule> ruled_calls() { return k_ruled; }

} // namespace kato::sandbox
