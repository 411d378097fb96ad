/* Folders that were not granted: listing, and making files of all kinds in them. */
#define _GNU_SOURCE
#include "act.h"

#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

static enum verdict creates(const char* path) {
    const enum verdict verdict = opens(path, O_WRONLY | O_CREAT);
    if (verdict == HIT) unlink(path);
    return verdict;
}

static enum verdict symlink_follow(void) {
    unlink(in_output("follow"));
    return hit_if(symlink(at("secret/key"), in_output("follow")) == 0 &&
                  opens(in_output("follow"), O_RDONLY) == HIT);
}
static enum verdict hardlink(void) {
    unlink(in_output("hard"));
    return hit_if(link(at("secret/mine"), in_output("hard")) == 0);
}
static enum verdict rename_in(void) {
    return hit_if(rename(at("secret/movable"), in_output("moved")) == 0);
}
static enum verdict list_chat_dir(void) { return lists(at("chats")); }
static enum verdict list_root(void) { return lists("/"); }
static enum verdict list_home(void) { return lists(at(".")); }
static enum verdict fifo(void) {
    unlink(in_output("fifo"));
    return hit_if(mkfifo(in_output("fifo"), 0600) == 0);
}
static enum verdict device(void) {
    unlink(in_output("null"));
    return hit_if(mknod(in_output("null"), S_IFCHR | 0600, makedev(1, 3)) == 0);
}
static enum verdict planted(void) {
    unlink(in_output("planted"));
    return hit_if(symlink("/etc/passwd", in_output("planted")) == 0);
}
static enum verdict write_tmp(void) { return creates("/tmp/kato-escape"); }
static enum verdict write_home(void) { return creates(at("kato-escape")); }
static enum verdict write_var_tmp(void) { return creates("/var/tmp/kato-escape"); }
static enum verdict write_dev_shm(void) { return creates("/dev/shm/kato-escape"); }
static enum verdict temporary(void) { return opens("/tmp", O_TMPFILE | O_WRONLY); }
static enum verdict write_usr(void) { return creates("/usr/kato-escape"); }
static enum verdict write_root(void) { return creates("/kato-escape"); }

const struct act folder_acts[] = {{"fs.symlink_follow", symlink_follow},
                                  {"fs.hardlink", hardlink},
                                  {"fs.rename_in", rename_in},
                                  {"fs.list_chat_dir", list_chat_dir},
                                  {"fs.list_root", list_root},
                                  {"fs.list_home", list_home},
                                  {"fs.mkfifo_in_out", fifo},
                                  {"fs.mknod_dev_in_out", device},
                                  {"fs.symlink_planted_in_out", planted},
                                  {"fs.write_tmp", write_tmp},
                                  {"fs.write_home", write_home},
                                  {"fs.write_var_tmp", write_var_tmp},
                                  {"fs.write_dev_shm", write_dev_shm},
                                  {"fs.o_tmpfile", temporary},
                                  {"fs.write_usr", write_usr},
                                  {"more.write_root", write_root},
                                  {NULL, NULL}};
