/* Files that were not granted: reading, changing, and what can be learnt about them. */
#define _GNU_SOURCE
#include "act.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/inotify.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/xattr.h>
#include <unistd.h>

#ifndef O_PATH
#define O_PATH 010000000
#endif

static enum verdict read_granted_chat(void) {
    char text[64] = "";
    const char* path = getenv("KATO_CHAT");
    const ssize_t got = pread(3, text, sizeof text - 1, 0);
    if (got <= 0 || strstr(text, "granted") == NULL) return DENIED;
    return path == NULL ? HIT : opens(path, O_RDONLY);
}
static enum verdict write_granted_out(void) {
    const char* path = getenv("KATO_OUTPUT");
    if (write(4, "output", 6) != 6) return DENIED;
    return path == NULL ? HIT : opens(path, O_WRONLY | O_TRUNC);
}
static enum verdict connected_pair(void) {
    int ends[2];
    char byte = 0;
    if (socketpair(AF_UNIX, SOCK_STREAM, 0, ends) != 0) return DENIED;
    return hit_if(write(ends[0], "x", 1) == 1 && read(ends[1], &byte, 1) == 1 && byte == 'x');
}

static enum verdict read_other_chat(void) { return opens(at("chats/other.jsonl"), O_RDONLY); }
static enum verdict read_etc_passwd(void) { return opens("/etc/passwd", O_RDONLY); }
static enum verdict dotdot(void) { return opens(at("chats/../secret/key"), O_RDONLY); }
static enum verdict stat_metadata(void) {
    struct stat info;
    return hit_if(stat(at("secret/key"), &info) == 0);
}
static enum verdict access_exists(void) { return hit_if(access(at("secret/key"), F_OK) == 0); }
static enum verdict errno_oracle(void) {
    int there, absent;
    if (opens(at("secret/key"), O_RDONLY) == HIT) return HIT;
    there = errno;
    if (opens(at("secret/absent"), O_RDONLY) == HIT) return HIT;
    absent = errno;
    return hit_if(there != absent);
}
static enum verdict change_mode(void) { return hit_if(chmod(at("secret/mine"), 0644) == 0); }
static enum verdict fchmodat2(void) {
    const long result = raw(452, AT_FDCWD, at("secret/mine"), 0644, 0);
    return result != 0 && errno == ENOSYS ? LACKING : hit_if(result == 0);
}
static enum verdict change_owner(void) {
    return hit_if(chown(at("secret/mine"), (uid_t)-1, (gid_t)-1) == 0);
}
static enum verdict change_time(void) {
    return hit_if(utimensat(AT_FDCWD, at("secret/mine"), NULL, 0) == 0);
}
static enum verdict cut(void) { return hit_if(truncate(at("secret/mine"), 1) == 0); }
static enum verdict set_attribute(void) {
    return hit_if(setxattr(at("secret/mine"), "user.kato", "x", 1, 0) == 0);
}
static enum verdict setxattrat(void) {
    struct {
        unsigned long long value;
        unsigned size, flags;
    } arguments = {0, 1, 0};
    long result;
    arguments.value = (unsigned long long)(size_t) "x";
    result = raw(463, AT_FDCWD, at("secret/mine"), 0, "user.kato", &arguments, sizeof arguments);
    return result != 0 && errno == ENOSYS ? LACKING : hit_if(result == 0);
}
static enum verdict getxattr_oracle(void) {
    char value[8];
    int there, absent;
    there = getxattr(at("secret/key"), "user.none", value, sizeof value) >= 0 ? 0 : errno;
    absent = getxattr(at("secret/absent"), "user.none", value, sizeof value) >= 0 ? 0 : errno;
    return hit_if(there != absent);
}
static enum verdict file_getattr(void) {
    char attributes[64];
    const long result = raw(468, AT_FDCWD, at("secret/key"), attributes, 24, 0);
    if (result != 0 && errno == ENOSYS) return LACKING;
    return hit_if(result == 0 || (errno != EPERM && errno != EACCES && errno != ENOENT));
}

static const char* chat_path(void) {
    const char* path = getenv("KATO_CHAT");
    return path != NULL ? path : at("chats/this.jsonl");
}
static enum verdict chat_open_rw(void) { return opens(chat_path(), O_RDWR); }
static enum verdict chat_trunc(void) { return hit_if(truncate(chat_path(), 0) == 0); }
static enum verdict chat_unlink(void) { return hit_if(unlink(chat_path()) == 0); }
/* By effect: a lock on a file that the host has not got is nobody's trouble. */
static enum verdict chat_flock_ex(void) {
    struct stat info;
    if (fstat(3, &info) != 0 || flock(3, LOCK_EX | LOCK_NB) != 0) return DENIED;
    return hit_if((long)info.st_ino == number_of("chat_inode"));
}
static enum verdict chat_lease(void) { return hit_if(fcntl(3, F_SETLEASE, F_RDLCK) == 0); }
static enum verdict ro_fd_reopen_rw(void) { return opens("/proc/self/fd/3", O_RDWR); }

static enum verdict o_path(void) { return opens(at("secret/key"), O_PATH); }
static enum verdict chdir_secret(void) { return hit_if(chdir(at("secret")) == 0); }
static enum verdict file_handle(void) {
    struct {
        struct file_handle head;
        unsigned char bytes[128];
    } handle;
    int mount = 0;
    const int folder = open("/", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    memset(&handle, 0, sizeof handle);
    handle.head.handle_bytes = 128;
    if (name_to_handle_at(AT_FDCWD, at("secret/key"), &handle.head, &mount, 0) != 0) return DENIED;
    return hit_if(open_by_handle_at(folder, &handle.head, O_RDONLY) >= 0);
}
static enum verdict inotify_watch(void) {
    const int watcher = inotify_init1(IN_CLOEXEC);
    return hit_if(watcher >= 0 && inotify_add_watch(watcher, at("secret/key"), IN_OPEN) >= 0);
}
static enum verdict fanotify(void) { return reached(raw(SYS_fanotify_init, 0x200, O_RDONLY)); }

const struct act file_acts[] = {{"ctl.read_granted_chat", read_granted_chat},
                                {"ctl.write_granted_out", write_granted_out},
                                {"ctl.socketpair", connected_pair},
                                {"fs.read_other_chat", read_other_chat},
                                {"fs.read_etc_passwd", read_etc_passwd},
                                {"fs.dotdot", dotdot},
                                {"fs.stat_metadata", stat_metadata},
                                {"fs.access_exists", access_exists},
                                {"fs.errno_oracle", errno_oracle},
                                {"fs.chmod", change_mode},
                                {"fs.fchmodat2", fchmodat2},
                                {"fs.chown", change_owner},
                                {"fs.utime", change_time},
                                {"fs.truncate", cut},
                                {"fs.setxattr", set_attribute},
                                {"fs.setxattrat", setxattrat},
                                {"fs.getxattr_oracle", getxattr_oracle},
                                {"fs.file_getattr", file_getattr},
                                {"fs.chat_open_rw", chat_open_rw},
                                {"fs.chat_trunc", chat_trunc},
                                {"fs.chat_unlink", chat_unlink},
                                {"fs.chat_flock_ex", chat_flock_ex},
                                {"fs.chat_lease", chat_lease},
                                {"fs.ro_fd_reopen_rw", ro_fd_reopen_rw},
                                {"fs.o_path", o_path},
                                {"fs.chdir_secret", chdir_secret},
                                {"fs.file_handle", file_handle},
                                {"fs.inotify_watch", inotify_watch},
                                {"fs.fanotify", fanotify},
                                {NULL, NULL}};
