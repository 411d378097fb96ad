/* Other processes: signals, tracing, priorities. The victim is one of the test's own. */
#define _GNU_SOURCE
#include "act.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

static pid_t victim(void) { return (pid_t)number_of("victim"); }

/* No such process: out of sight, which is as good as refused. */
static enum verdict got_at(long result) {
    return result < 0 && errno == ESRCH ? DENIED : reached(result);
}
static int victim_fd(void) { return (int)raw(434, victim(), 0); }

static enum verdict kill_ppid(void) {
    const pid_t parent = getppid();
    return parent == 0 ? DENIED : hit_if(kill(parent, 0) == 0);
}
static enum verdict kill_all(void) { return hit_if(kill(-1, 0) == 0); }
static enum verdict kill_victim(void) { return hit_if(kill(victim(), 0) == 0); }
static enum verdict pidfd_victim(void) {
    const int fd = victim_fd();
    return hit_if(fd >= 0 && raw(424, fd, 0, 0, 0) == 0);
}
static enum verdict fsetown_victim(void) {
    int ends[2];
    if (pipe(ends) != 0) return LACKING;
    return hit_if(fcntl(ends[0], F_SETOWN, victim()) == 0);
}
static enum verdict ppid_visible(void) { return hit_if(getppid() > 0); }

static enum verdict ptrace_victim(void) {
    return hit_if(ptrace(PTRACE_SEIZE, victim(), NULL, NULL) == 0);
}
static enum verdict traceme(void) { return hit_if(ptrace(PTRACE_TRACEME, 0, NULL, NULL) == 0); }
static enum verdict read_memory(void) {
    char byte = 0;
    struct iovec ours, theirs;
    ours.iov_base = &byte;
    ours.iov_len = 1;
    theirs.iov_base = (void*)1;
    theirs.iov_len = 1;
    return got_at(raw(SYS_process_vm_readv, victim(), &ours, 1, &theirs, 1, 0));
}
static enum verdict get_descriptor(void) {
    const int fd = victim_fd();
    return hit_if(fd >= 0 && raw(438, fd, 0, 0) >= 0);
}
static enum verdict compare(void) { return reached(raw(SYS_kcmp, getpid(), getpid(), 0, 0, 0)); }
static enum verdict set_priority(void) {
    return hit_if(setpriority(PRIO_PROCESS, (id_t)victim(), 19) == 0);
}
static enum verdict set_affinity(void) {
    cpu_set_t all;
    if (sched_getaffinity(0, sizeof all, &all) != 0) return LACKING;
    return hit_if(sched_setaffinity(victim(), sizeof all, &all) == 0);
}
static enum verdict get_limit(void) {
    struct rlimit limit;
    return hit_if(prlimit(victim(), RLIMIT_NOFILE, NULL, &limit) == 0);
}
static enum verdict set_limit(void) {
    const struct rlimit limit = {0, 0};
    return hit_if(prlimit(victim(), RLIMIT_CORE, &limit, NULL) == 0);
}
static enum verdict move_pages(void) {
    return got_at(raw(SYS_move_pages, victim(), 0, NULL, NULL, NULL, 0));
}
static enum verdict madvise_other(void) { return reached(raw(440, -1, NULL, 0, 0, 0)); }
static enum verdict set_io_priority(void) {
    return hit_if(raw(SYS_ioprio_set, 1, victim(), (2 << 13) | 7) == 0);
}
static enum verdict oom_score(void) {
    char path[64];
    snprintf(path, sizeof path, "/proc/%d/oom_score_adj", (int)victim());
    return opens(path, O_WRONLY);
}
static enum verdict leave_group(void) { return hit_if(setpgid(0, 0) == 0 || errno != EPERM); }
/* Not the leader of a group, so that only the filter can be against it. */
static enum verdict leave_session(void) {
    const pid_t child = fork();
    int status = 0;
    if (child < 0) return LACKING;
    if (child == 0) _exit(setsid() >= 0);
    if (raw(SYS_wait4, child, &status, 0, NULL) != child) return LACKING;
    return hit_if(status != 0);
}

const struct act process_acts[] = {{"sig.kill_ppid", kill_ppid},
                                   {"sig.kill_all", kill_all},
                                   {"sig.kill_victim", kill_victim},
                                   {"sig.pidfd_victim", pidfd_victim},
                                   {"sig.fsetown_victim", fsetown_victim},
                                   {"sig.ppid_visible", ppid_visible},
                                   {"pt.ptrace_victim", ptrace_victim},
                                   {"pt.traceme", traceme},
                                   {"pt.process_vm_readv", read_memory},
                                   {"pt.pidfd_getfd", get_descriptor},
                                   {"pt.kcmp", compare},
                                   {"pt.setpriority_victim", set_priority},
                                   {"pt.setaffinity_victim", set_affinity},
                                   {"pt.prlimit_get_victim", get_limit},
                                   {"pt.prlimit_set_victim", set_limit},
                                   {"pt.move_pages", move_pages},
                                   {"pt.process_madvise", madvise_other},
                                   {"pt.ioprio_victim", set_io_priority},
                                   {"pt.oom_score_victim", oom_score},
                                   {"more.setpgid", leave_group},
                                   {"more.setsid", leave_session},
                                   {NULL, NULL}};
