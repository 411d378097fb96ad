/* Executing what was not granted: other programs, memory, files of its own making. */
#define _GNU_SOURCE
#include "act.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

static char* exit_arguments[] = {(char*)"escape", (char*)"exit", NULL};

/* All of our own program's bytes, or -1. */
static int copied_to(int target) {
    char buffer[4096];
    ssize_t got;
    const int source = open(text_of("self"), O_RDONLY | O_CLOEXEC);
    if (source < 0 || target < 0) return -1;
    while ((got = read(source, buffer, sizeof buffer)) > 0)
        if (write(target, buffer, (size_t)got) != got) return -1;
    return got == 0 ? target : -1;
}

static enum verdict bin_sh(void) {
    execl("/bin/sh", "sh", "-c", "exit 10", NULL);
    return DENIED;
}
static enum verdict executes_at(void) {
    char* arguments[] = {(char*)"sh", (char*)"-c", (char*)"exit 10", NULL};
    raw(SYS_execveat, AT_FDCWD, "/bin/sh", arguments, NULL, 0);
    return DENIED;
}
static enum verdict from_memory(unsigned flags) {
    const int fd = (int)raw(SYS_memfd_create, "escape", flags);
    if (fd < 0 && errno == EINVAL) return LACKING;
    if (copied_to(fd) < 0) return DENIED;
    raw(SYS_execveat, fd, "", exit_arguments, NULL, AT_EMPTY_PATH);
    return DENIED;
}
static enum verdict memory(void) { return from_memory(0); }
static enum verdict memory_exec(void) { return from_memory(0x10); }
static enum verdict memory_sealed(void) { return from_memory(0x8); }

static enum verdict from_out_dir(void) {
    const char* path = in_output("program");
    const int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0700);
    if (copied_to(fd) < 0) return DENIED;
    close(fd);
    execv(path, exit_arguments);
    return DENIED;
}
/* Over the file that it may write. */
static enum verdict from_output(void) {
    const char* path = getenv("KATO_OUTPUT");
    const int fd = open(path != NULL ? path : "", O_WRONLY | O_TRUNC | O_CLOEXEC);
    if (copied_to(fd) < 0) return DENIED;
    close(fd);
    chmod(path, 0700);
    execv(path, exit_arguments);
    return DENIED;
}
/* Our own reserved number, which the filter lets execute. */
static enum verdict reserved_number(void) {
    const int fd = open("/bin/sh", O_PATH);
    char* arguments[] = {(char*)"sh", (char*)"-c", (char*)"exit 10", NULL};
    if (fd < 0 || dup2(fd, 9) != 9) return DENIED;
    raw(SYS_execveat, 9, "", arguments, NULL, AT_EMPTY_PATH);
    return DENIED;
}
static enum verdict loader(void) {
    execl("/lib64/ld-linux-x86-64.so.2", "ld.so", text_of("self"), "exit", NULL);
    return DENIED;
}
static enum verdict setuid_program(void) {
    execl(at("secret/setuid"), "escape", "leak.became_root", NULL);
    return DENIED;
}
static enum verdict became_root(void) { return hit_if(getuid() != 0 && geteuid() == 0); }
static enum verdict self_write(void) { return opens("/proc/self/exe", O_WRONLY); }
static enum verdict writable_code(void) {
    return hit_if(mmap(NULL, 4096, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS,
                       -1, 0) != MAP_FAILED);
}

const struct act execution_acts[] = {{"exec.bin_sh", bin_sh},
                                     {"exec.execveat", executes_at},
                                     {"exec.memfd", memory},
                                     {"exec.memfd_exec_flag", memory_exec},
                                     {"exec.memfd_noexec_seal", memory_sealed},
                                     {"exec.from_out_dir", from_out_dir},
                                     {"exec.ld_so", loader},
                                     {"exec.setuid_effective", setuid_program},
                                     {"leak.became_root", became_root},
                                     {"exec.self_exe_w", self_write},
                                     {"exec.wx_mmap", writable_code},
                                     {"more.exec_output", from_output},
                                     {"more.exec_reserved_number", reserved_number},
                                     {NULL, NULL}};
