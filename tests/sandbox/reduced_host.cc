// Hosts that lack something: the right level, the right report, or a clear refusal, in a process of
// its own each. usage: reduced_host MODE; 77 where the lack cannot be made.
#include "sandbox/probe.h"
#include "sandbox/run.h"

#define DOCTEST_CONFIG_IMPLEMENT
#include <doctest/doctest.h>

#include <cerrno>
#include <cstddef>
#include <iostream>
#include <iterator>

#include <fcntl.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace {

using namespace kato;
using namespace kato::sandbox;

constexpr int k_skip = 77;
int g_failures = 0; // this program tests one thing

void expect(bool condition, const char* what) {
    if (condition) return;
    ++g_failures;
    std::cout << "FAIL " << what << '\n';
}

// As a container's filter would: the call fails with `error`, or its listener exists already.
bool refuse_call(long number, int error) {
    const bool listen = number < 0;
    sock_filter program[] = {
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, nr)),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, static_cast<std::uint32_t>(number), 0, 1),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | static_cast<std::uint32_t>(error)),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
    };
    const sock_fprog filter{static_cast<unsigned short>(std::size(program)), program};
    if (::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) return false;
    const long flags = listen ? SECCOMP_FILTER_FLAG_NEW_LISTENER : 0;
    const long made = ::syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, flags, &filter);
    if (made >= 0 && listen) ::fcntl(static_cast<int>(made), F_SETFD, FD_CLOEXEC);
    return made >= 0;
}

Confinement request(Level level) { return test::confinement(level, {test::agent(), "exit", "3"}); }

bool runs(const Confinement& asked) {
    Failure failure;
    Result<Child> child = start(asked, failure);
    if (!child) std::cout << child.error().message << '\n';
    if (!child) return false;
    const auto end = reap(*child, true);
    return end.ok() && (*end)->code == 3;
}

Failure refusal(const Confinement& asked) {
    Failure failure;
    const Result<Child> child = start(asked, failure);
    expect(!child.ok(), "it was started");
    if (!child) expect(child.error().code == Code::unsupported, "the error's code");
    if (!child) std::cout << child.error().message << "; " << child.error().hint << '\n';
    return failure;
}

void only_confined(Layer layer) {
    const Host& host = probe();
    expect(host.best == Level::confined, "the best level is `confined`");
    expect(!host.userns, "no user namespaces");
    expect(!host.missing.empty() && !host.missing.front().fix.empty(), "a fix is named");
    expect(runs(request(Level::automatic)), "`automatic` runs");
    expect(refusal(request(Level::isolated)).layer == layer, "the layer of the refusal");
}

void nothing(Layer layer) {
    expect(probe().best == Level::automatic, "there is no level");
    expect(refusal(request(Level::automatic)).layer == layer, "the layer, of `automatic`");
    expect(refusal(request(Level::confined)).layer == layer, "the layer, of `confined`");
}

bool put(const char* path, const std::string& text) {
    const Fd fd(::open(path, O_WRONLY | O_CLOEXEC));
    return fd && ::write(fd.get(), text.data(), text.size()) == static_cast<ssize_t>(text.size());
}

// In which we are root, and the user we were outside.
bool own_namespaces(int flags) {
    const uid_t user = ::geteuid();
    return ::unshare(flags) == 0 && put("/proc/self/setgroups", "deny") &&
           put("/proc/self/uid_map", "0 " + std::to_string(user) + " 1");
}

int run(const std::string& mode) {
    if (mode == "no-userns") {
        if (!own_namespaces(CLONE_NEWUSER)) return k_skip;
        if (!put("/proc/sys/user/max_user_namespaces", "0")) return k_skip;
        only_confined(Layer::namespaces);
    } else if (mode == "maps-refused") { // a read-only /proc: no user can be mapped
        if (!own_namespaces(CLONE_NEWUSER | CLONE_NEWNS) ||
            ::mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0 ||
            ::mount("/proc", "/proc", nullptr, MS_BIND | MS_REC, nullptr) != 0 ||
            ::mount(nullptr, "/proc", nullptr, MS_BIND | MS_REMOUNT | MS_RDONLY, nullptr) != 0)
            return k_skip;
        only_confined(Layer::namespaces);
    } else if (mode == "no-landlock") {
        if (!refuse_call(444, ENOSYS)) return k_skip;
        nothing(Layer::landlock);
    } else if (mode == "landlock-refused") {
        if (!refuse_call(446, EPERM)) return k_skip;
        nothing(Layer::landlock);
    } else if (mode == "no-mounts") {
        if (!refuse_call(428, EPERM)) return k_skip;
        only_confined(Layer::namespaces);
    } else if (mode == "no-clone3") {
        if (!refuse_call(435, ENOSYS)) return k_skip;
        expect(runs(request(Level::automatic)), "it runs");
    } else if (mode == "no-openat2") {
        if (!refuse_call(437, ENOSYS)) return k_skip;
        expect(runs(request(Level::automatic)), "it runs");
    } else if (mode == "listener") {
        if (!refuse_call(-1, 0)) return k_skip;
        expect(!probe().notif_listener_free, "the listener is taken");
        Confinement asked = request(Level::automatic);
        asked.audit = Audit::denials;
        expect(refusal(asked).layer == Layer::seccomp, "an audit that is required is refused");
        asked.audit_required = false;
        expect(runs(asked), "without it the program runs");
    } else if (mode == "many-descriptors") {
        rlimit limit{};
        if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return k_skip;
        limit.rlim_cur = limit.rlim_max;
        if (::setrlimit(RLIMIT_NOFILE, &limit) != 0) return k_skip;
        for (int at = 0; at < 3000; ++at)
            if (::open("/dev/null", O_RDONLY) < 0) break; // not close-on-exec
        expect(runs(request(Level::automatic)), "it runs");
    } else {
        return 2;
    }
    return g_failures == 0 ? 0 : 1;
}

} // namespace

int main(int argc, char** argv) {
    doctest::Context context; // run.cc uses its checks
    context.setAsDefaultForAssertsOutOfTestCases();
    try {
        return argc == 2 ? run(argv[1]) : 2;
    } catch (const std::exception& error) {
        std::cerr << error.what() << '\n';
        return 99;
    }
}
