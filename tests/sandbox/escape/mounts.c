/* Terminals, mounts and namespaces. Arguments are such that nothing changes where it is allowed. */
#define _GNU_SOURCE
#include "act.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#ifndef TIOCLINUX
#define TIOCLINUX 0x541C
#endif

/* What is not a terminal is an answer of the handler. */
static enum verdict tiocsti(void) { return reached(raw(SYS_ioctl, 0, TIOCSTI, "x")); }
static enum verdict tioclinux(void) { return reached(raw(SYS_ioctl, 0, TIOCLINUX, "\6")); }
static enum verdict tiocsti_high(void) {
    return reached(raw(SYS_ioctl, 0, TIOCSTI | (1L << 32), "x"));
}

static enum verdict do_mount(void) {
    return reached(raw(SYS_mount, "none", "/", "no-such-system", 0, 0));
}
static enum verdict do_umount(void) { return reached(raw(SYS_umount2, "/no/such/place", 0)); }
static enum verdict do_chroot(void) { return reached(raw(SYS_chroot, "/")); }
static enum verdict do_pivot_root(void) {
    return reached(raw(SYS_pivot_root, "/no/such/place", "/no/such/place"));
}
static enum verdict do_open_tree(void) { return reached(raw(428, AT_FDCWD, "/", 1)); }
static enum verdict do_fsopen(void) { return reached(raw(430, "tmpfs", 0)); }
static enum verdict do_move_mount(void) { return reached(raw(429, -1, "", -1, "", 0)); }
static enum verdict do_mount_setattr(void) { return reached(raw(442, -1, "", 0, "", 8)); }
static enum verdict do_listmount(void) { return reached(raw(458, 0, 0, 0, 0)); }

static enum verdict unshares(int flags) {
    const long result = raw(SYS_unshare, flags);
    return result != 0 && errno == EINVAL ? LACKING : hit_if(result == 0);
}
static enum verdict unshare_user(void) { return unshares(CLONE_NEWUSER); }
static enum verdict unshare_net(void) { return unshares(CLONE_NEWNET); }
static enum verdict unshare_time(void) { return unshares(0x80); }

static enum verdict child_made(long pid) {
    if (pid == 0) _exit(0);
    if (pid < 0 && errno == ENOSYS) return LACKING;
    if (pid > 0) waitpid((pid_t)pid, NULL, 0);
    return hit_if(pid > 0);
}
static enum verdict clone_user(void) {
    return child_made(raw(SYS_clone, CLONE_NEWUSER | SIGCHLD, 0, 0, 0, 0));
}
/* The high half is not the kernel's, and must not be the filter's. */
static enum verdict clone_user_high(void) {
    return child_made(raw(SYS_clone, CLONE_NEWUSER | SIGCHLD | (1L << 40), 0, 0, 0, 0));
}
static enum verdict clone_parent(void) {
    return child_made(raw(SYS_clone, CLONE_PARENT | SIGCHLD, 0, 0, 0, 0));
}
static enum verdict clone3_user(void) {
    unsigned long long arguments[8] = {CLONE_NEWUSER, 0, 0, 0, SIGCHLD, 0, 0, 0};
    return child_made(raw(435, arguments, sizeof arguments));
}
static enum verdict setns_first(void) {
    const int space = open("/proc/1/ns/mnt", O_RDONLY | O_CLOEXEC);
    return hit_if(space >= 0 && setns(space, 0) == 0);
}
static enum verdict setns_pidfd(void) {
    const int victim = (int)raw(434, number_of("victim"), 0);
    return hit_if(victim >= 0 && reached(setns(victim, CLONE_NEWUTS)) == HIT);
}

const struct act mount_acts[] = {{"tty.TIOCSTI", tiocsti},
                                 {"tty.TIOCLINUX", tioclinux},
                                 {"tty.TIOCSTI_highbits", tiocsti_high},
                                 {"mnt.mount", do_mount},
                                 {"mnt.umount", do_umount},
                                 {"mnt.chroot", do_chroot},
                                 {"mnt.pivot_root", do_pivot_root},
                                 {"mnt.open_tree", do_open_tree},
                                 {"mnt.fsopen", do_fsopen},
                                 {"mnt.move_mount", do_move_mount},
                                 {"mnt.mount_setattr", do_mount_setattr},
                                 {"mnt.listmount", do_listmount},
                                 {"ns.unshare_user", unshare_user},
                                 {"ns.clone_user", clone_user},
                                 {"more.clone_user_highbits", clone_user_high},
                                 {"more.clone_parent", clone_parent},
                                 {"ns.clone3_user", clone3_user},
                                 {"ns.unshare_net", unshare_net},
                                 {"ns.unshare_time", unshare_time},
                                 {"ns.setns_proc1", setns_first},
                                 {"ns.setns_pidfd", setns_pidfd},
                                 {NULL, NULL}};
