#include "sandbox/linux/spawn.h"

#include "sandbox/linux/dumpable.h"

#include <cerrno>
#include <cstring>
#include <memory>
#include <optional>

#include <sched.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

// ThreadSanitizer replaces clone() by a function that takes the child for a copy of the process, and, since
// the child shares our memory, overwrites what it knows of our thread. libc's own has a second name. What
// the child executes itself is never instrumented.
#if defined(__SANITIZE_THREAD__)
#define KATO_OWN_CLONE __clone
#elif defined(__has_feature)
#if __has_feature(thread_sanitizer)
#define KATO_OWN_CLONE __clone
#endif
#endif
#ifdef KATO_OWN_CLONE
extern "C" int __clone(int (*function)(void*), void* stack, int flags, void* argument, ...);
#else
#define KATO_OWN_CLONE ::clone
#endif

namespace kato::sandbox {

namespace {

constexpr std::size_t k_stack_size = std::size_t{64} * 1024;
constexpr int k_namespaces = CLONE_NEWUSER | CLONE_NEWNS | CLONE_NEWPID | CLONE_NEWNET |
                             CLONE_NEWIPC | CLONE_NEWUTS | CLONE_NEWCGROUP;

// No signal handler of the host may run in the child while it shares our memory. The system call,
// since libc's function leaves out two signals of its own.
class BlockSignals {
public:
    BlockSignals() {
        std::memset(&all_, 0xff, sizeof all_);
        ::syscall(SYS_rt_sigprocmask, SIG_BLOCK, &all_, &before_, sizeof all_);
    }
    ~BlockSignals() { ::syscall(SYS_rt_sigprocmask, SIG_SETMASK, &before_, nullptr, sizeof all_); }
    BlockSignals(const BlockSignals&) = delete;
    BlockSignals& operator=(const BlockSignals&) = delete;

private:
    std::uint64_t all_ = 0;
    std::uint64_t before_ = 0;
};

class Spawner {
public:
    Spawner(Plan& plan, Failure& failure) : plan_(plan), failure_(failure) {}
    Spawner(const Spawner&) = delete;
    Spawner& operator=(const Spawner&) = delete;
    // However we leave: a child that has not executed yet uses our memory, and must be gone before
    // its stack is. By pidfd, since a host that ignores its children may have its number again.
    ~Spawner() {
        if (!shares_memory_) return;
        (void)::syscall(SYS_pidfd_send_signal, out_.pidfd.get(), SIGKILL, nullptr, 0);
        (void)reap_quietly(out_.pidfd);
    }

    Result<Spawned> run() {
        int ends[2] = {-1, -1};
        if (::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) != 0)
            return error(Step::prepare, errno);
        control_ = Fd(ends[0]);
        child_end_ = Fd(ends[1]);
        KATO_CHECK(plan_.set_control(child_end_, failure_));
        if (plan_.user().change) keep_.emplace();
        KATO_CHECK(clone());
        KATO_CHECK(follow());
        shares_memory_ = false;
        return std::move(out_);
    }

private:
    Error error(Step step, int number) {
        return failure_error({layer_of(step, plan_.child().isolated), step, number}, {}, failure_);
    }

    Status clone() {
        stack_ = std::make_unique_for_overwrite<std::byte[]>(k_stack_size);
        int flags = CLONE_VM | CLONE_PIDFD | SIGCHLD;
        if (plan_.child().isolated) flags |= k_namespaces;
        int pidfd = -1;
        int number = 0;
        {
            const BlockSignals blocked;
            out_.pid = KATO_OWN_CLONE(kato_sandbox_child, stack_.get() + k_stack_size, flags,
                                      &plan_.child(), &pidfd);
            number = errno;
        }
        if (out_.pid < 0) return error(Step::clone, number);
        out_.pidfd = Fd(pidfd);
        shares_memory_ = true;
        plan_.close_control(); // else its end would never come
        child_end_ = Fd();
        return done();
    }

    Status follow() {
        if (plan_.child().isolated) {
            if (!write_user_map(out_.pid, plan_.user())) return error(Step::map_user, errno);
            const Message go{Word::go, 0, 0, 0};
            if (::send(control_.get(), &go, sizeof go, MSG_NOSIGNAL) != sizeof go)
                return error(Step::map_user, errno);
        }
        bool ready = false;
        for (;;) {
            Message message{};
            KATO_TRY(const bool more, receive(message));
            if (!more) break;
            if (message.word == Word::ready) ready = true;
            if (message.word == Word::failed)
                return error(static_cast<Step>(message.step), message.os_error);
        }
        // The program executes, or the child was killed before it could.
        if (!ready) return error(Step::prepare, ECHILD);
        return done();
    }

    // False at the end of the stream.
    Result<bool> receive(Message& message) {
        alignas(cmsghdr) char space[CMSG_SPACE(2 * sizeof(int))];
        iovec part{&message, sizeof message};
        msghdr header{};
        header.msg_iov = &part;
        header.msg_iovlen = 1;
        header.msg_control = space;
        header.msg_controllen = sizeof space;
        ssize_t got = 0;
        do got = ::recvmsg(control_.get(), &header, MSG_CMSG_CLOEXEC);
        while (got < 0 && errno == EINTR);
        if (got < 0 && errno != ECONNRESET) return error(Step::send_descriptors, errno);
        if (got <= 0) return false;
        if (got != sizeof message) return error(Step::send_descriptors, EBADMSG);
        if (message.word == Word::descriptors) take_descriptors(header, message.flags);
        return true;
    }

    void take_descriptors(msghdr& header, std::uint32_t flags) {
        const cmsghdr* control = CMSG_FIRSTHDR(&header);
        if (control == nullptr || control->cmsg_type != SCM_RIGHTS) return;
        int received[2] = {-1, -1};
        std::memcpy(received, CMSG_DATA(control), control->cmsg_len - CMSG_LEN(0));
        const int* next = received;
        if ((flags & k_has_listener) != 0) out_.listener = Fd(*next++);
        if ((flags & k_has_output) != 0) out_.output = Fd(*next++);
    }

    Plan& plan_;
    Failure& failure_;
    Fd control_;
    Fd child_end_;
    std::unique_ptr<std::byte[]> stack_; // must outlive the child's use of our memory
    std::optional<KeepDumpable> keep_;   // and be at work until then
    bool shares_memory_ = false;
    Spawned out_;
};

} // namespace

Result<Spawned> spawn(Plan& plan, Failure& failure) { return Spawner(plan, failure).run(); }

bool reap_quietly(const Fd& pidfd) {
    siginfo_t info{};
    int result = 0;
    do result = ::waitid(P_PIDFD, static_cast<id_t>(pidfd.get()), &info, WEXITED | __WALL);
    while (result != 0 && errno == EINTR);
    return result == 0;
}

} // namespace kato::sandbox
