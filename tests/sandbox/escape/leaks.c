/* What leaks from the host: descriptors, environment, identity, memory shared between processes. */
#define _GNU_SOURCE
#include "act.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <mqueue.h>
#include <stdlib.h>
#include <string.h>
#include <sys/msg.h>
#include <sys/prctl.h>
#include <sys/shm.h>
#include <sys/syscall.h>
#include <sys/sysinfo.h>
#include <unistd.h>

extern char** environ;

static enum verdict inherited_fds(void) {
    int fd;
    for (fd = 5; fd < 4096; ++fd)
        if (fcntl(fd, F_GETFD) >= 0) return HIT;
    return DENIED;
}
static enum verdict cwd(void) {
    char path[4096];
    return hit_if(getcwd(path, sizeof path) != NULL && strcmp(path, "/") != 0);
}
static enum verdict env_secret(void) { return hit_if(getenv("KATO_TEST_SECRET") != NULL); }
static enum verdict env_many(void) {
    int count = 0;
    while (environ[count] != NULL) ++count;
    return hit_if(count > 6);
}
static enum verdict hostname(void) {
    char name[256] = "";
    return hit_if(gethostname(name, sizeof name - 1) == 0 && strcmp(name, text_of("host")) == 0);
}
static enum verdict uid0(void) { return hit_if(getuid() == 0 || geteuid() == 0); }
static enum verdict caps(void) {
    struct __user_cap_header_struct header = {_LINUX_CAPABILITY_VERSION_3, 0};
    struct __user_cap_data_struct sets[2];
    memset(sets, 0, sizeof sets);
    if (raw(SYS_capget, &header, sets) != 0) return DENIED;
    return hit_if((sets[0].effective | sets[0].permitted | sets[0].inheritable | sets[1].effective |
                   sets[1].permitted | sets[1].inheritable) != 0);
}
static enum verdict no_nnp(void) { return hit_if(prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) != 1); }
static enum verdict no_seccomp(void) { return hit_if(prctl(PR_GET_SECCOMP, 0, 0, 0, 0) != 2); }
static enum verdict same_session(void) { return hit_if(getsid(0) == (pid_t)number_of("session")); }
static enum verdict system_information(void) {
    struct sysinfo information;
    return hit_if(sysinfo(&information) == 0 && information.uptime > 0);
}
static enum verdict groups(void) {
    gid_t list[256];
    const int count = getgroups(256, list);
    int at;
    for (at = 0; at < count; ++at)
        if (list[at] != 65534 && list[at] != getegid()) return HIT;
    return DENIED;
}

static enum verdict shm_host(void) {
    return hit_if(shmat((int)number_of("shm"), NULL, SHM_RDONLY) != (void*)-1);
}
static enum verdict msg_host(void) { return hit_if(msgget((key_t)number_of("msg_key"), 0) >= 0); }
static enum verdict shm_own(void) {
    return hit_if(shmget(IPC_PRIVATE, 4096, IPC_CREAT | 0600) >= 0);
}
static enum verdict shm_posix(void) { return opens(text_of("posix_shm"), O_RDONLY); }
static enum verdict mq_host(void) {
    const mqd_t queue = mq_open(text_of("queue"), O_RDONLY | O_NONBLOCK);
    return queue == (mqd_t)-1 && errno == ENOSYS ? LACKING : hit_if(queue != (mqd_t)-1);
}

const struct act leak_acts[] = {{"leak.inherited_fds", inherited_fds},
                                {"leak.cwd", cwd},
                                {"leak.env_secret", env_secret},
                                {"leak.env_many", env_many},
                                {"leak.hostname", hostname},
                                {"leak.uid0", uid0},
                                {"leak.caps", caps},
                                {"leak.no_nnp", no_nnp},
                                {"leak.no_seccomp", no_seccomp},
                                {"leak.same_session", same_session},
                                {"leak.sysinfo", system_information},
                                {"ipc.sysv_shm_host", shm_host},
                                {"ipc.msgget_host", msg_host},
                                {"ipc.sysv_shm_new", shm_own},
                                {"ipc.posix_shm_host", shm_posix},
                                {"ipc.mq_open_host", mq_host},
                                {"more.groups", groups},
                                {NULL, NULL}};
