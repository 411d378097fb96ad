/* Taking more than a fair share: each stops by itself. */
#define _GNU_SOURCE
#include "act.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

static enum verdict unlimited(int resource) {
    struct rlimit limit;
    return hit_if(getrlimit((__rlimit_resource_t)resource, &limit) == 0 &&
                  limit.rlim_cur == RLIM_INFINITY);
}
static enum verdict as_unlimited(void) { return unlimited(RLIMIT_AS); }
static enum verdict fsize_unlimited(void) { return unlimited(RLIMIT_FSIZE); }
static enum verdict cpu_unlimited(void) { return unlimited(RLIMIT_CPU); }
static enum verdict core_allowed(void) {
    struct rlimit limit;
    return hit_if(getrlimit(RLIMIT_CORE, &limit) == 0 && limit.rlim_max != 0);
}
static enum verdict raise_nofile(void) {
    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return LACKING;
    limit.rlim_max += 1;
    return hit_if(setrlimit(RLIMIT_NOFILE, &limit) == 0);
}

static enum verdict fork_300(void) {
    static pid_t children[300];
    int count = 0, at;
    while (count < 300) {
        children[count] = fork();
        if (children[count] == 0) {
            pause();
            _exit(0);
        }
        if (children[count] < 0) break;
        ++count;
    }
    for (at = 0; at < count; ++at) kill(children[at], SIGKILL);
    while (wait(NULL) > 0) continue;
    return hit_if(count == 300);
}
static enum verdict mem_700M(void) {
    const size_t size = (size_t)700 * 1024 * 1024;
    size_t at;
    char* memory = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED) return DENIED;
    for (at = 0; at < size; at += 4096) memory[at] = 1;
    return HIT;
}
static enum verdict fds_4000(void) {
    int count;
    for (count = 0; count < 4000; ++count)
        if (dup(0) < 0) return DENIED;
    return HIT;
}

static int output(void) {
    const char* path = getenv("KATO_OUTPUT");
    return open(path != NULL ? path : in_output("output"), O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
}
static enum verdict writes_96M(int fd) {
    static char block[1 << 20];
    int count;
    if (fd < 0) return DENIED;
    signal(SIGXFSZ, SIG_IGN);
    for (count = 0; count < 96; ++count)
        if (write(fd, block, sizeof block) != (ssize_t)sizeof block) return DENIED;
    return HIT;
}
static enum verdict disk_96M(void) {
    const int fd = output();
    const enum verdict verdict = writes_96M(fd);
    if (fd >= 0 && ftruncate(fd, 0) != 0) return LACKING;
    return verdict;
}
static enum verdict sparse_1T(void) {
    const int fd = output();
    enum verdict verdict;
    signal(SIGXFSZ, SIG_IGN);
    verdict = hit_if(fd >= 0 && ftruncate(fd, (off_t)1 << 40) == 0);
    if (verdict == HIT && ftruncate(fd, 0) != 0) return LACKING;
    return verdict;
}
static enum verdict memfd_96M(void) { return writes_96M((int)raw(SYS_memfd_create, "escape", 0)); }
static enum verdict files_3000(void) {
    char name[32];
    int count;
    for (count = 0; count < 3000; ++count) {
        int fd;
        snprintf(name, sizeof name, "many-%d", count);
        fd = open(in_output(name), O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
        if (fd < 0) return DENIED;
        close(fd);
    }
    return HIT;
}

const struct act resource_acts[] = {{"res.as_unlimited", as_unlimited},
                                    {"res.fsize_unlimited", fsize_unlimited},
                                    {"res.cpu_unlimited", cpu_unlimited},
                                    {"res.core_allowed", core_allowed},
                                    {"res.raise_nofile", raise_nofile},
                                    {"res.fork_300", fork_300},
                                    {"res.mem_700M", mem_700M},
                                    {"res.fds_4000", fds_4000},
                                    {"res.disk_96M", disk_96M},
                                    {"res.sparse_1T", sparse_1T},
                                    {"res.memfd_96M", memfd_96M},
                                    {"res.files_3000", files_3000},
                                    {NULL, NULL}};
