/* Calls that an agent has no business with. Arguments are such that nothing happens where they work. */
#define _GNU_SOURCE
#include "act.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

#define CALLS(name, ...) \
    static enum verdict name(void) { return reached(raw(__VA_ARGS__)); }

CALLS(uring, SYS_io_uring_setup, 0, NULL)
CALLS(bpf, SYS_bpf, -1, NULL, 0)
CALLS(perf, SYS_perf_event_open, NULL, 0, -1, -1, 0)
CALLS(page_faults, SYS_userfaultfd, O_CLOEXEC | 1)
CALLS(keyring, SYS_keyctl, 0, -3, 0)
CALLS(key_new, SYS_add_key, NULL, NULL, NULL, 0, -3)
CALLS(key_wanted, SYS_request_key, NULL, NULL, NULL, 0)
CALLS(kexec, SYS_kexec_load, 0, 0, NULL, 0xffff)
CALLS(kexec_file, SYS_kexec_file_load, -1, -1, 0, NULL, 0xffff)
CALLS(module_in, SYS_finit_module, -1, "", 0)
CALLS(module_out, SYS_delete_module, "no-such-module", O_NONBLOCK)
CALLS(reboots, SYS_reboot, 0, 0, 0, NULL)
CALLS(clock_set, SYS_clock_settime, -1, NULL)
CALLS(time_set, SYS_settimeofday, NULL, NULL)
CALLS(swap, SYS_swapon, NULL, 0)
CALLS(accounting, SYS_acct, "/no/such/file")
CALLS(quota, SYS_quotactl, 0x7fffff00, "/no/such/device", 0, NULL)
CALLS(quota_fd, 443, -1, 0x7fffff00, 0, NULL)
CALLS(host_name, SYS_sethostname, NULL, -1)
CALLS(kernel_log, SYS_syslog, 3, NULL, 0)
CALLS(kernel_log_size, SYS_syslog, 10, NULL, 0)
CALLS(secret_memory, 447, 0)
CALLS(policy, SYS_set_mempolicy, 0, NULL, 0)
CALLS(name_spaces, 470, NULL, NULL, 0, 0)
CALLS(modules_list, 461, NULL, NULL, 0)
CALLS(cache_state, 451, -1, NULL, NULL, 0)
CALLS(seccomp_more, SYS_seccomp, 0x7f, 0, NULL)
CALLS(landlock_more, 444, NULL, 0, 1)
#ifdef SYS_iopl
CALLS(ports, SYS_iopl, 0)
CALLS(segments, SYS_modify_ldt, 0, NULL, 0)
CALLS(systems, SYS_sysfs, 3)
CALLS(system_usage, SYS_ustat, 0, NULL)
CALLS(library, SYS_uselib, "")
#else
static enum verdict ports(void) { return LACKING; }
static enum verdict segments(void) { return LACKING; }
static enum verdict systems(void) { return LACKING; }
static enum verdict system_usage(void) { return LACKING; }
static enum verdict library(void) { return LACKING; }
#endif
static enum verdict clock_read(void) {
    char state[256];
    memset(state, 0, sizeof state);
    return reached(raw(SYS_adjtimex, state));
}
static enum verdict moves_pages(void) {
    int ends[2];
    struct iovec part;
    part.iov_base = ends;
    part.iov_len = 1;
    if (pipe(ends) != 0) return LACKING;
    return reached(raw(SYS_vmsplice, ends[1], &part, 1, 0));
}
static enum verdict personality_of(unsigned long wanted) {
    return hit_if(raw(SYS_personality, wanted) != -1 &&
                  ((unsigned long)raw(SYS_personality, 0xffffffffUL) & wanted) != 0);
}
static enum verdict read_implies_exec(void) { return personality_of(0x0400000); }
static enum verdict no_randomness(void) { return personality_of(0x0040000); }

#define OPTION(name, option, value) \
    static enum verdict name(void) { return reached(prctl(option, value, 0, 0, 0)); }
OPTION(dumpable, PR_SET_DUMPABLE, 0)
OPTION(subreaper, PR_SET_CHILD_SUBREAPER, 1)
OPTION(parent_death, PR_SET_PDEATHSIG, 0)
OPTION(time_stamps, PR_SET_TSC, 1)
OPTION(security_bits, PR_SET_SECUREBITS, 0)
static enum verdict tracer(void) {
    const long result = prctl(0x59616d61, -1UL, 0, 0, 0);
    return result != 0 && errno == EINVAL ? LACKING : reached(result);
}
static enum verdict memory_map(void) { return hit_if(prctl(PR_SET_MM, 15, 0, 0, 0) == 0); }
static enum verdict real_time(void) {
    const struct sched_param first = {1};
    return hit_if(sched_setscheduler(0, SCHED_FIFO, &first) == 0);
}
static enum verdict urgent(void) { return hit_if(setpriority(PRIO_PROCESS, 0, -5) == 0); }

#if defined(__x86_64__)
/* In a child: a filter ends the process. */
static enum verdict foreign(long (*act)(void)) {
    const pid_t child = fork();
    int status = 0;
    if (child < 0) return LACKING;
    if (child == 0) _exit(act() >= 0 ? 1 : 0);
    if (waitpid(child, &status, 0) != child) return LACKING;
    if (WIFSIGNALED(status)) return WTERMSIG(status) == SIGSYS ? DENIED : LACKING;
    return WEXITSTATUS(status) == 1 ? HIT : LACKING;
}
static long x32_call(void) { return raw(0x40000000 | SYS_getpid); }
static long old_call(long number, long first) {
    long result;
    __asm__ volatile("int $0x80"
                     : "=a"(result)
                     : "a"(number), "b"(first), "c"(1), "d"(0)
                     : "memory");
    return result;
}
static long old_getpid(void) { return old_call(20, 0); }
static long old_socket(void) { return old_call(359, 1); }
static enum verdict x32(void) { return foreign(x32_call); }
static enum verdict int80_getpid(void) { return foreign(old_getpid); }
static enum verdict int80_socket(void) { return foreign(old_socket); }
#else
static enum verdict x32(void) { return LACKING; }
static enum verdict int80_getpid(void) { return LACKING; }
static enum verdict int80_socket(void) { return LACKING; }
#endif

const struct act kernel_acts[] = {{"k.io_uring", uring},
                                  {"k.bpf", bpf},
                                  {"k.perf", perf},
                                  {"k.userfaultfd", page_faults},
                                  {"k.keyctl", keyring},
                                  {"k.add_key", key_new},
                                  {"k.request_key", key_wanted},
                                  {"k.kexec", kexec},
                                  {"k.kexec_file", kexec_file},
                                  {"k.finit_module", module_in},
                                  {"k.delete_module", module_out},
                                  {"k.reboot", reboots},
                                  {"k.clock_settime", clock_set},
                                  {"k.settimeofday", time_set},
                                  {"k.adjtimex_read", clock_read},
                                  {"k.swapon", swap},
                                  {"k.acct", accounting},
                                  {"k.quotactl", quota},
                                  {"k.quotactl_fd", quota_fd},
                                  {"k.sethostname", host_name},
                                  {"k.iopl", ports},
                                  {"k.modify_ldt", segments},
                                  {"k.pers_READ_IMPLIES_EXEC", read_implies_exec},
                                  {"k.pers_ADDR_NO_RANDOMIZE", no_randomness},
                                  {"k.syslog_read", kernel_log},
                                  {"k.syslog_size", kernel_log_size},
                                  {"k.memfd_secret", secret_memory},
                                  {"k.vmsplice", moves_pages},
                                  {"k.sysfs", systems},
                                  {"k.ustat", system_usage},
                                  {"k.uselib", library},
                                  {"k.prctl_dumpable", dumpable},
                                  {"k.prctl_ptracer", tracer},
                                  {"k.prctl_set_mm", memory_map},
                                  {"k.prctl_subreaper", subreaper},
                                  {"k.prctl_tsc", time_stamps},
                                  {"k.prctl_clear_pdeathsig", parent_death},
                                  {"k.set_mempolicy", policy},
                                  {"k.listns", name_spaces},
                                  {"k.lsm_list", modules_list},
                                  {"k.cachestat", cache_state},
                                  {"k.sched_fifo", real_time},
                                  {"k.nice_neg", urgent},
                                  {"abi.x32", x32},
                                  {"abi.int80_getpid", int80_getpid},
                                  {"abi.int80_socket", int80_socket},
                                  {"more.securebits", security_bits},
                                  {"more.seccomp", seccomp_more},
                                  {"more.landlock", landlock_more},
                                  {NULL, NULL}};
