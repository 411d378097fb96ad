/* An agent for the tests of starting and stopping: agent MODE [ARGUMENT]. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

/* 0 when every signal has its default and none is blocked. */
static int signals(void) {
    sigset_t mask;
    int number;
    if (sigprocmask(SIG_SETMASK, NULL, &mask) != 0) return 1;
    for (number = 1; number < 65; ++number) {
        struct sigaction action;
        if (sigaction(number, NULL, &action) != 0) continue; /* libc's own */
        if (action.sa_handler != SIG_DFL || sigismember(&mask, number) == 1) return number;
    }
    return 0;
}

/* Children and grandchildren that outlive their parents and hold all descriptors. */
static int tree(void) {
    int at;
    for (at = 0; at < 3; ++at) {
        if (fork() != 0) continue;
        signal(SIGTERM, SIG_IGN);
        signal(SIGHUP, SIG_IGN);
        setsid();
        if (fork() > 0) _exit(0);
        for (;;) pause();
    }
    if (write(1, "ready\n", 6) != 6) return 1;
    return 0;
}

static int hold(size_t mebibytes, int flags) {
    const size_t size = mebibytes << 20;
    char* memory = mmap(NULL, size, PROT_READ | PROT_WRITE, flags | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED) return 1;
    memset(memory, 1, size);
    if (write(1, "ready\n", 6) != 6) return 1;
    for (;;) pause();
}

static int copies_input(void) {
    char buffer[65536];
    ssize_t got;
    while ((got = read(0, buffer, sizeof buffer)) > 0)
        if (write(1, buffer, (size_t)got) != got) return 1;
    return got == 0 ? 0 : 1;
}

/* 0 when `path` can be read. */
static int reads(const char* path) {
    const int fd = open(path, O_RDONLY | O_CLOEXEC);
    return fd >= 0 ? 0 : errno;
}

/* How many files fit into `folder`, on standard output. */
static int fills(const char* folder) {
    char path[4096], text[32];
    int count = 0, fd, size;
    for (;; ++count) {
        snprintf(path, sizeof path, "%s/%d", folder, count);
        fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
        if (fd < 0) break;
        close(fd);
    }
    size = snprintf(text, sizeof text, "%d\n", count);
    return write(1, text, (size_t)size) == size ? 0 : 1;
}

/* How many bytes a file in `folder` can have. */
static int grows(const char* folder) {
    static char block[65536];
    char path[4096], text[32];
    long bytes = 0;
    ssize_t put;
    int fd, size;
    snprintf(path, sizeof path, "%s/large", folder);
    fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    while (fd >= 0 && (put = write(fd, block, sizeof block)) > 0) bytes += put;
    size = snprintf(text, sizeof text, "%ld\n", bytes);
    return write(1, text, (size_t)size) == size ? 0 : 1;
}

static int writes_output(const char* text) {
    const char* path = getenv("KATO_OUTPUT");
    const int fd = open(path != NULL ? path : "", O_WRONLY | O_TRUNC | O_CLOEXEC);
    return fd >= 0 && write(fd, text, strlen(text)) == (ssize_t)strlen(text) ? 0 : 1;
}

int main(int argc, char** argv) {
    const char* mode = argc > 1 ? argv[1] : "";
    const char* argument = argc > 2 ? argv[2] : "";
    if (strcmp(mode, "exit") == 0) return atoi(argument);
    if (strcmp(mode, "signals") == 0) return signals();
    if (strcmp(mode, "tree") == 0) return tree();
    if (strcmp(mode, "private") == 0) return hold((size_t)atoi(argument), MAP_PRIVATE);
    if (strcmp(mode, "shared") == 0) return hold((size_t)atoi(argument), MAP_SHARED);
    if (strcmp(mode, "copy") == 0) return copies_input();
    if (strcmp(mode, "read") == 0) return reads(argument);
    if (strcmp(mode, "execute") == 0) {
        execl(argument, argument, (char*)NULL);
        return errno;
    }
    if (strcmp(mode, "fill") == 0) return fills(argument);
    if (strcmp(mode, "grow") == 0) return grows(argument);
    if (strcmp(mode, "output") == 0) return writes_output(argument);
    if (strcmp(mode, "mount") == 0)
        return syscall(SYS_mount, "none", "/a/place", "none", 0, 0) == 0 ? 0 : errno;
    if (strcmp(mode, "raise") == 0) return kill(getpid(), atoi(argument));
    if (strcmp(mode, "spin") == 0)
        for (;;) continue;
    if (strcmp(mode, "sleep") == 0)
        for (;;) pause();
    return 2;
}
