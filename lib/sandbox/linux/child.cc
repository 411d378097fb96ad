// The child's side of a start: from clone to execution, in the parent's memory. Raw system calls
// only; nothing here may allocate, lock, or touch errno or thread-local storage. Compiled by itself,
// without sanitizers, coverage and stack protector; a test looks at the symbols it needs.
#include "sandbox/linux/child_plan.h"
#include "sandbox/linux/filter_rules.h"
#include "sandbox/linux/kernel.h"
#include "sandbox/linux/raw_call.h"
#include "sandbox/step.h"

#include <fcntl.h>
#include <linux/capability.h>
#include <linux/mount.h>
#include <linux/prctl.h>
#include <linux/seccomp.h>
#include <linux/securebits.h>
#include <sys/socket.h>
#include <sys/syscall.h>

namespace kato::sandbox {

namespace {

constexpr int k_again = 11;  // EAGAIN
constexpr int k_exists = 17; // EEXIST
constexpr int k_stale = 116; // ESTALE: not the file that the parent found
constexpr int k_last_signal = 64;

struct KernelStat { // what newfstatat fills, as far as we read it
    std::uint64_t device;
    std::uint64_t inode;
    std::uint64_t rest[32];
};
struct KernelSignalAction {
    std::uint64_t handler;
    std::uint64_t flags;
    std::uint64_t restorer;
    std::uint64_t mask;
};

struct ControlMessage { // a cmsghdr with room for two descriptors
    std::size_t length;
    int level;
    int type;
    int descriptors[2];
};
constexpr std::size_t k_control_head = offsetof(ControlMessage, descriptors);

[[noreturn]] void leave() {
    for (;;) call(SYS_exit_group, 127);
}

class Child {
public:
    explicit Child(ChildPlan& plan) : plan_(plan) {}

    [[noreturn]] void run() {
        close_descriptors();
        if (plan_.isolated) await_go();
        check(Step::session, call(SYS_setsid));
        place_descriptors();
        if (plan_.isolated) open_sources();
        drop_bounding_set();
        become_user();
        if (plan_.isolated) {
            make_root();
            fill_root();
            seal_root();
            enter_root();
        }
        settle();
        restrict_files();
        install_filter();
        if (plan_.self_test) test_self();
        say(Word::ready, Step::none, 0, 0, nullptr, 0);
        const std::uint64_t none = 0;
        call(SYS_rt_sigprocmask, 2 /* SIG_SETMASK */, &none, nullptr, 8);
        fail(Step::execute, call(SYS_execveat, k_program_descriptor, "", plan_.arguments,
                                 plan_.environment, AT_EMPTY_PATH));
    }

private:
    [[noreturn]] void fail(Step step, long result) {
        say(Word::failed, step, static_cast<int>(-result), 0, nullptr, 0);
        leave();
    }

    long check(Step step, long result) {
        if (result < 0) fail(step, result);
        return result;
    }

    void say(Word word, Step step, int os_error, std::uint32_t flags, const int* descriptors,
             std::size_t count) {
        Message message;
        message.word = word;
        message.step = static_cast<std::uint32_t>(step);
        message.os_error = os_error;
        message.flags = flags;
        iovec part;
        part.iov_base = &message;
        part.iov_len = sizeof message;
        ControlMessage control;
        msghdr header;
        header.msg_name = nullptr;
        header.msg_namelen = 0;
        header.msg_iov = &part;
        header.msg_iovlen = 1;
        header.msg_control = nullptr;
        header.msg_controllen = 0;
        header.msg_flags = 0;
        if (count > 0) {
            control.level = SOL_SOCKET;
            control.type = SCM_RIGHTS;
            control.length = k_control_head + count * sizeof(int);
            control.descriptors[0] = descriptors[0];
            control.descriptors[1] = count > 1 ? descriptors[1] : -1;
            header.msg_control = &control;
            header.msg_controllen = k_control_head + count * sizeof(int);
        }
        call(SYS_sendmsg, plan_.control, &header, MSG_NOSIGNAL);
    }

    void close_descriptors() {
        unsigned from = 0;
        for (const int kept : plan_.keep) {
            const unsigned number = static_cast<unsigned>(kept);
            if (number > from)
                check(Step::close_descriptors, call(k_nr_close_range, from, number - 1, 0));
            from = number + 1;
        }
        check(Step::close_descriptors, call(k_nr_close_range, from, ~0U, 0));
    }

    // The parent has mapped our user. End of stream: it is dead.
    void await_go() {
        Message message;
        message.word = Word::failed;
        const long got = check(Step::map_user, call(SYS_recvfrom, plan_.control, &message,
                                                    sizeof message, 0, nullptr, nullptr));
        if (got != sizeof message || message.word != Word::go) leave();
    }

    void place_descriptors() {
        for (int number = 0; number < 5; ++number)
            if (plan_.descriptors[number] >= 0)
                check(Step::place_descriptors,
                      call(SYS_dup3, plan_.descriptors[number], number, 0));
        // Taken for now, or something else that we open would get the number.
        if (plan_.snapshot_descriptor >= 0)
            check(Step::place_descriptors,
                  call(SYS_dup3, plan_.control, plan_.snapshot_descriptor, O_CLOEXEC));
        if (plan_.program >= 0)
            check(Step::place_descriptors,
                  call(SYS_dup3, plan_.program, k_program_descriptor, O_CLOEXEC));
    }

    // Now, because they must be opened in the mount namespace and before a root covers them, and
    // with the permissions of the host's user.
    void open_sources() {
        for (PlannedMount& mount : plan_.mounts) {
            const unsigned recursive = mount.folder ? AT_RECURSIVE : 0;
            const long tree =
                check(Step::open_source, call(k_nr_open_tree, AT_FDCWD, mount.source,
                                              OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC | recursive));
            mount.tree = static_cast<int>(tree);
            KernelStat info;
            info.device = info.inode = 0; // the analyzer does not see the kernel write
            check(Step::open_source, call(SYS_newfstatat, tree, "", &info, AT_EMPTY_PATH));
            if (info.device != mount.device || info.inode != mount.inode)
                fail(Step::open_source, -k_stale);
        }
    }

    // Without the privilege there is nothing to drop, and no_new_privs keeps it so.
    void drop_bounding_set() {
        for (int capability = 0; capability <= 63; ++capability)
            if (call(SYS_prctl, PR_CAPBSET_DROP, capability, 0, 0, 0) < 0) break;
        constexpr unsigned bits = SECBIT_NOROOT | SECBIT_NOROOT_LOCKED | SECBIT_NO_SETUID_FIXUP |
                                  SECBIT_NO_SETUID_FIXUP_LOCKED | SECBIT_KEEP_CAPS_LOCKED |
                                  SECBIT_NO_CAP_AMBIENT_RAISE | SECBIT_NO_CAP_AMBIENT_RAISE_LOCKED;
        const long set = call(SYS_prctl, PR_SET_SECUREBITS, bits, 0, 0, 0);
        if (plan_.isolated || plan_.become_user) check(Step::capabilities, set);
    }

    void become_user() {
        if (plan_.become_user) check(Step::become_user, call(SYS_setgroups, 0, nullptr));
        if (!plan_.become_user && !plan_.isolated) return;
        check(Step::become_user, call(SYS_setresgid, plan_.group, plan_.group, plan_.group));
        check(Step::become_user, call(SYS_setresuid, plan_.user, plan_.user, plan_.user));
    }

    int make_memory(Step step, const PlannedMemory& memory, std::uint64_t attributes) {
        const long context = check(step, call(k_nr_fsopen, "tmpfs", FSOPEN_CLOEXEC));
        configure(step, context, "size", memory.size);
        if (memory.files != nullptr) configure(step, context, "nr_inodes", memory.files);
        configure(step, context, "mode", "0755");
        check(step, call(k_nr_fsconfig, context, FSCONFIG_CMD_CREATE, nullptr, nullptr, 0));
        const long mount = check(step, call(k_nr_fsmount, context, FSMOUNT_CLOEXEC, attributes));
        call(SYS_close, context);
        return static_cast<int>(mount);
    }

    void configure(Step step, long context, const char* key, const char* value) {
        check(step, call(k_nr_fsconfig, context, FSCONFIG_SET_STRING, key, value, 0));
    }

    // On top of "/": nobody sees it there, only its descriptor leads to it.
    void make_root() {
        call(SYS_umask, 0);
        root_ = make_memory(Step::make_root, plan_.root, k_mount_no_suid | k_mount_no_devices);
        check(Step::make_root,
              call(k_nr_move_mount, root_, "", AT_FDCWD, "/", MOVE_MOUNT_F_EMPTY_PATH));
    }

    void fill_root() {
        for (const char* folder : plan_.folders) {
            const long made = call(SYS_mkdirat, root_, folder, 0755);
            if (made != -k_exists) check(Step::fill_root, made);
        }
        for (const PlannedLink& link : plan_.links)
            check(Step::fill_root, call(SYS_symlinkat, link.target, root_, link.path));
        for (const char* file : plan_.files)
            call(SYS_close, make_file(Step::fill_root, root_, file, 0444));
        for (const PlannedMount& mount : plan_.mounts)
            if (!mount.separate) attach(mount.tree, mount.path);
        for (const PlannedCopy& copy : plan_.copies) copy_file(copy);
        if (plan_.snapshot_descriptor >= 0) {
            const long opened = check(Step::copy_file, call(SYS_openat, root_, plan_.snapshot_path,
                                                            O_RDONLY | O_CLOEXEC | O_NOFOLLOW, 0));
            check(Step::place_descriptors, call(SYS_dup3, opened, plan_.snapshot_descriptor, 0));
            call(SYS_close, opened);
        }
    }

    long make_file(Step step, long folder, const char* path, unsigned mode) {
        return check(step, call(SYS_openat, folder, path,
                                O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, mode));
    }

    void attach(int tree, const char* path) {
        check(Step::mount_source,
              call(k_nr_move_mount, tree, "", root_, path, MOVE_MOUNT_F_EMPTY_PATH));
        call(SYS_close, tree);
    }

    void copy_file(const PlannedCopy& copy) {
        const long made = make_file(Step::copy_file, root_, copy.path, copy.mode);
        std::int64_t offset = 0; // of ours: the descriptor's is shared with other runs
        while (check(Step::copy_file, call(SYS_sendfile, made, copy.source, &offset, 1 << 30)) > 0)
            continue;
        call(SYS_close, made);
    }

    void set_attributes(int tree, unsigned flags, std::uint64_t attributes) {
        MountAttributes wanted;
        wanted.set = attributes;
        wanted.clear = 0;
        wanted.propagation = 0;
        wanted.user_namespace = 0;
        check(Step::seal_root,
              call(k_nr_mount_setattr, tree, "", AT_EMPTY_PATH | flags, &wanted, sizeof wanted));
    }

    // One call for the root and what is mounted in it; then what has rules of its own.
    void seal_root() {
        set_attributes(root_, AT_RECURSIVE,
                       k_mount_read_only | k_mount_no_suid | k_mount_no_devices);
        for (const PlannedMount& mount : plan_.mounts) {
            if (!mount.separate) continue;
            set_attributes(mount.tree, mount.folder ? AT_RECURSIVE : 0, mount.attributes);
            attach(mount.tree, mount.path);
        }
        constexpr std::uint64_t data = k_mount_no_suid | k_mount_no_devices | k_mount_no_execution;
        if (plan_.scratch.path != nullptr)
            attach(make_memory(Step::seal_root, plan_.scratch, data), plan_.scratch.path);
        if (plan_.output.path != nullptr) {
            const int memory = make_memory(Step::seal_root, plan_.output, data);
            const long made = check(Step::seal_root,
                                    call(SYS_openat, memory, plan_.output_path,
                                         O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600));
            output_ = static_cast<int>(made);
            attach(memory, plan_.output.path);
        }
    }

    void enter_root() {
        check(Step::enter_root, call(SYS_fchdir, root_));
        check(Step::enter_root, call(SYS_pivot_root, ".", "."));
        check(Step::enter_root, call(SYS_umount2, ".", 2 /* MNT_DETACH */));
        call(SYS_close, root_);
        check(Step::host_name, call(SYS_sethostname, "kato", 4));
    }

    void settle() {
        check(Step::enter_root, call(SYS_chdir, "/"));
        for (const PlannedLimit& limit : plan_.limits) {
            const std::uint64_t both[2] = {limit.value, limit.hard};
            check(Step::limits, call(SYS_prlimit64, 0, limit.resource, both, nullptr));
        }
        if (plan_.die_with_thread)
            check(Step::parent_death, call(SYS_prctl, PR_SET_PDEATHSIG, 9 /* SIGKILL */, 0, 0, 0));
        char byte;
        const long state =
            call(SYS_recvfrom, plan_.control, &byte, 1, MSG_PEEK | MSG_DONTWAIT, nullptr, nullptr);
        if (state != -k_again) fail(Step::host_alive, state); // 0: it died before the line above
        drop_capabilities();
        check(Step::no_new_privileges, call(SYS_prctl, PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0));
        call(SYS_umask, 077);
        default_signals();
    }

    void drop_capabilities() {
        call(SYS_prctl, PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0);
        __user_cap_header_struct header;
        header.version = _LINUX_CAPABILITY_VERSION_3;
        header.pid = 0;
        std::uint64_t none[3];
        none[0] = none[1] = none[2] = 0; // an initializer would be memset
        check(Step::capabilities, call(SYS_capset, &header, none));
    }

    // Execution resets handlers by itself, but not what the host ignores.
    void default_signals() {
        KernelSignalAction action;
        action.handler = 0;
        action.flags = 0;
        action.restorer = 0;
        action.mask = 0;
        for (int number = 1; number <= k_last_signal; ++number)
            call(SYS_rt_sigaction, number, &action, nullptr, 8);
    }

    void restrict_files() {
        for (const PlannedRule& rule : plan_.rules) {
            const long opened = check(Step::add_rule, call(SYS_openat, AT_FDCWD, rule.path,
                                                           O_PATH | O_CLOEXEC | O_NOFOLLOW, 0));
            LandlockPath path;
            path.allowed = rule.rights;
            path.parent_fd = static_cast<std::int32_t>(opened);
            check(Step::add_rule,
                  call(k_nr_landlock_add_rule, plan_.ruleset, k_landlock_path_rule, &path, 0));
            call(SYS_close, opened);
        }
        check(Step::restrict_self, call(k_nr_landlock_restrict_self, plan_.ruleset, 0));
    }

    void install_filter() {
        const long installed =
            check(Step::install_filter,
                  call(SYS_seccomp, SECCOMP_SET_MODE_FILTER, plan_.filter_flags, &plan_.filter));
        int sent[2];
        std::size_t count = 0;
        std::uint32_t flags = 0;
        if (plan_.audited) {
            sent[count++] = static_cast<int>(installed);
            flags |= k_has_listener;
        }
        if (output_ >= 0) {
            sent[count++] = output_;
            flags |= k_has_output;
        }
        if (count > 0) say(Word::descriptors, Step::none, 0, flags, sent, count);
        // All of them are close-on-exec; this is for the one that somebody forgot.
        check(Step::close_descriptors, call(k_nr_close_range, 5, ~0U, 4 /* CLOSE_RANGE_CLOEXEC */));
    }

    // Landlock refuses the one, the filter the other: if not, nothing else may be believed.
    [[noreturn]] void test_self() {
        const long root = call(SYS_openat, AT_FDCWD, "/", O_RDONLY | O_DIRECTORY | O_CLOEXEC, 0);
        if (root != -13 /* EACCES */) fail(Step::self_test, root < 0 ? root : 0);
        // With a listener the answer would be the parent's, who waits for us.
        const long made = plan_.audited ? -1 : call(SYS_socket, AF_UNIX, SOCK_STREAM, 0);
        if (made != -1 /* EPERM */) fail(Step::self_test, made < 0 ? made : 0);
        say(Word::ready, Step::none, 0, 0, nullptr, 0);
        leave();
    }

    ChildPlan& plan_;
    int root_ = -1;
    int output_ = -1;
};

} // namespace

} // namespace kato::sandbox

extern "C" int kato_sandbox_child(void* plan) {
    kato::sandbox::Child(*static_cast<kato::sandbox::ChildPlan*>(plan)).run();
}
