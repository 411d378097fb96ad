// Replaces fsync and fdatasync of the whole program: these tests end processes, not machines, and wait
// for no disk. What a lost write would do is the shim VFS's matter.
extern "C" {
int fsync(int fd);
int fdatasync(int fd);
int fsync(int) { return 0; }
int fdatasync(int) { return 0; }
}
