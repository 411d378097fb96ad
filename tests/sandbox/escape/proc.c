/* The folders proc, dev, sys and etc: what they tell and where they lead. */
#define _GNU_SOURCE
#include "act.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* Of the parent. At `isolated` it has no number: nothing to open. */
static const char* parent(const char* file) {
    static char path[64];
    snprintf(path, sizeof path, "/proc/%d/%s", (int)getppid(), file);
    return path;
}
static enum verdict follows(const char* path) {
    char target[4096];
    return hit_if(readlink(path, target, sizeof target) > 0);
}

#define READS(name, path) \
    static enum verdict name(void) { return opens(path, O_RDONLY); }
#define WRITES(name, path) \
    static enum verdict name(void) { return opens(path, O_WRONLY); }
#define READS_AND_WRITES(name, path) \
    static enum verdict name(void) { return opens(path, O_RDWR); }

READS(self_root, "/proc/self/root/etc/passwd")
READS(self_environ, "/proc/self/environ")
READS(first_environ, "/proc/1/environ")
READS(first_cmdline, "/proc/1/cmdline")
READS(ppid_environ, parent("environ"))
static enum verdict ppid_cwd(void) { return follows(parent("cwd")); }
static enum verdict ppid_fd(void) { return lists(parent("fd")); }
READS(ppid_mem, parent("mem"))
static enum verdict ppid_root(void) { return follows(parent("root")); }
WRITES(self_mem_write, "/proc/self/mem")
static enum verdict list_pids(void) { return lists("/proc"); }
WRITES(core_pattern_w, "/proc/sys/kernel/core_pattern")
WRITES(sysrq_w, "/proc/sysrq-trigger")
READS(kcore, "/proc/kcore")
READS(kallsyms, "/proc/kallsyms")
READS(cmdline, "/proc/cmdline")
READS(mountinfo, "/proc/self/mountinfo")
READS(boot_id, "/proc/sys/kernel/random/boot_id")
READS(kmsg, "/dev/kmsg")
READS(vda, "/dev/vda")
READS(mem, "/dev/mem")
READS_AND_WRITES(ptmx, "/dev/ptmx")
READS_AND_WRITES(tty, "/dev/tty")
READS_AND_WRITES(console, "/dev/console")
READS_AND_WRITES(fuse, "/dev/fuse")
READS_AND_WRITES(tun, "/dev/net/tun")
READS_AND_WRITES(userfaultfd, "/dev/userfaultfd")
READS_AND_WRITES(vsock, "/dev/vsock")
READS(loop0, "/dev/loop0")
static enum verdict class_net(void) { return lists("/sys/class/net"); }
WRITES(uevent_helper_w, "/sys/kernel/uevent_helper")
static enum verdict cgroup_procs_w(void) {
    if (opens("/sys/fs/cgroup/unified/cgroup.procs", O_WRONLY) == HIT) return HIT;
    return opens("/sys/fs/cgroup/cgroup.procs", O_WRONLY);
}
READS(machine_id, "/etc/machine-id")
READS(resolv_conf, "/etc/resolv.conf")
READS(proc_sysvipc, "/proc/sysvipc/shm")

const struct act proc_acts[] = {{"proc.self_root", self_root},
                                {"proc.self_environ", self_environ},
                                {"proc.1_environ", first_environ},
                                {"proc.1_cmdline", first_cmdline},
                                {"proc.ppid_environ", ppid_environ},
                                {"proc.ppid_cwd", ppid_cwd},
                                {"proc.ppid_fd", ppid_fd},
                                {"proc.ppid_mem", ppid_mem},
                                {"proc.ppid_root", ppid_root},
                                {"proc.self_mem_write", self_mem_write},
                                {"proc.list_pids", list_pids},
                                {"proc.core_pattern_w", core_pattern_w},
                                {"proc.sysrq_w", sysrq_w},
                                {"proc.kcore", kcore},
                                {"proc.kallsyms", kallsyms},
                                {"proc.cmdline", cmdline},
                                {"proc.mountinfo", mountinfo},
                                {"proc.boot_id", boot_id},
                                {"dev.kmsg", kmsg},
                                {"dev.vda", vda},
                                {"dev.mem", mem},
                                {"dev.ptmx", ptmx},
                                {"dev.tty", tty},
                                {"dev.console", console},
                                {"dev.fuse", fuse},
                                {"dev.tun", tun},
                                {"dev.userfaultfd", userfaultfd},
                                {"dev.vsock", vsock},
                                {"dev.loop0", loop0},
                                {"sys.class_net", class_net},
                                {"sys.uevent_helper_w", uevent_helper_w},
                                {"sys.cgroup_procs_w", cgroup_procs_w},
                                {"etc.machine_id", machine_id},
                                {"etc.resolv_conf", resolv_conf},
                                {"ipc.proc_sysvipc", proc_sysvipc},
                                {NULL, NULL}};
