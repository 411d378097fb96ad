/* escape ID NAME=VALUE...: tries one act; the exit status is the verdict. escape --list: all ids. */
#define _GNU_SOURCE
#include "act.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const struct act* const groups[] = {file_acts,    folder_acts,    proc_acts,    mount_acts,
                                           process_acts, execution_acts, network_acts, kernel_acts,
                                           leak_acts,    resource_acts};

static char** parameters;

const char* text_of(const char* name) {
    const size_t size = strlen(name);
    char** one;
    for (one = parameters; *one != NULL; ++one)
        if (strncmp(*one, name, size) == 0 && (*one)[size] == '=') return *one + size + 1;
    return "";
}

long number_of(const char* name) { return atol(text_of(name)); }

static const char* joined(const char* folder, const char* name) {
    static char paths[8][4096];
    static unsigned next;
    char* path = paths[next++ % 8];
    if (snprintf(path, sizeof paths[0], "%s/%s", folder, name) >= (int)sizeof paths[0])
        path[0] = '\0';
    return path;
}

const char* at(const char* relative) { return joined(text_of("base"), relative); }

const char* in_output(const char* name) {
    static char folder[4096];
    const char* output = getenv("KATO_OUTPUT");
    snprintf(folder, sizeof folder, "%s", output != NULL ? output : at("out/output"));
    *strrchr(folder, '/') = '\0';
    return joined(folder, name);
}

enum verdict hit_if(int condition) { return condition ? HIT : DENIED; }

enum verdict reached(long result) {
    if (result >= 0) return HIT;
    if (errno == ENOSYS) return LACKING;
    return hit_if(errno != EPERM && errno != EACCES);
}

enum verdict opens(const char* path, int flags) {
    const int fd = open(path, flags | O_NONBLOCK | O_NOCTTY | O_CLOEXEC, 0600);
    if (fd >= 0) close(fd);
    return hit_if(fd >= 0);
}

enum verdict lists(const char* path) {
    DIR* folder = opendir(path);
    int count = 0;
    if (folder == NULL) return DENIED;
    while (readdir(folder) != NULL) ++count;
    closedir(folder);
    return hit_if(count > 2);
}

long raw(long number, ...) {
    long arguments[6];
    size_t at;
    va_list list;
    va_start(list, number);
    for (at = 0; at < 6; ++at) arguments[at] = va_arg(list, long);
    va_end(list);
    return syscall(number, arguments[0], arguments[1], arguments[2], arguments[3], arguments[4],
                   arguments[5]);
}

int main(int argc, char** argv) {
    size_t group;
    const struct act* act;
    if (argc < 2) return 2;
    parameters = argv + 2;
    if (strcmp(argv[1], "exit") == 0) return HIT; /* executed by an act: it could */
    for (group = 0; group < sizeof groups / sizeof *groups; ++group) {
        for (act = groups[group]; act->id != NULL; ++act) {
            if (strcmp(argv[1], "--list") == 0) puts(act->id);
            if (strcmp(argv[1], act->id) == 0) return (int)act->run();
        }
    }
    return strcmp(argv[1], "--list") == 0 ? 0 : 2;
}
