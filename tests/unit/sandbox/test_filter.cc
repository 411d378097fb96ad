// The system-call filter, run on tables of calls and arguments by a machine of our own.
#include "bpf_machine.h"
#include "sandbox/linux/calls.h"
#include "sandbox/linux/filter.h"
#include "sandbox/linux/filter_rules.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cerrno>
#include <set>
#include <string>

#include <linux/audit.h>
#include <linux/seccomp.h>

using namespace kato::sandbox;
using kato::test::FilteredCall;
using kato::test::run_filter;

namespace {

using Values = std::initializer_list<std::uint64_t>;

constexpr std::uint32_t k_allow = SECCOMP_RET_ALLOW;
constexpr std::uint32_t k_refuse = SECCOMP_RET_ERRNO | EPERM;
constexpr std::uint32_t k_absent = SECCOMP_RET_ERRNO | ENOSYS;
constexpr std::uint32_t k_kill = SECCOMP_RET_KILL_PROCESS;
constexpr std::uint32_t k_tell = SECCOMP_RET_USER_NOTIF;

const std::vector<sock_filter>& plain() {
    static const std::vector<sock_filter> filter = build_filter({Audit::none, true});
    return filter;
}

std::uint32_t action(std::string_view name, std::array<std::uint64_t, 6> arguments = {}) {
    const auto number = call_number(name);
    REQUIRE_MESSAGE(number, std::string(name));
    return run_filter(plain(), {*number, arguments});
}

template <class List> bool contains(const List& list, std::string_view name) {
    return std::find(list.begin(), list.end(), name) != list.end();
}

} // namespace

TEST_CASE("every number does what the rules say, and nothing else is allowed") {
    std::set<std::string_view> ruled;
    for (const CallRule& rule : ruled_calls()) ruled.insert(rule.call);
    int allowed = 0;
    for (std::int32_t number = 0; number <= k_newest_call; ++number) {
        const std::string_view name = call_name(number);
        CAPTURE(number);
        CAPTURE(std::string(name));
        if (ruled.count(name) != 0) continue; // by arguments, below
        const bool wanted = contains(allowed_calls(), name) || contains(signal_calls(), name);
        const std::uint32_t expected = wanted                           ? k_allow
                                       : contains(absent_calls(), name) ? k_absent
                                                                        : k_refuse;
        CHECK(run_filter(plain(), {number, {}}) == expected);
        allowed += wanted ? 1 : 0;
    }
    CHECK(allowed > 150);
    CHECK(allowed < 230);
}

#if defined(__x86_64__) // which has every call that the rules name
TEST_CASE("every name in the rules is a system call's, and stands in one list") {
    std::set<std::string_view> seen;
    for (const auto list : {allowed_calls(), signal_calls(), absent_calls()})
        for (const std::string_view name : list) {
            CAPTURE(std::string(name));
            CHECK(call_number(name));
            CHECK(seen.insert(name).second);
        }
    for (const CallRule& rule : ruled_calls()) {
        CAPTURE(std::string(rule.call));
        CHECK(call_number(rule.call));
        CHECK(seen.insert(rule.call).second);
    }
    for (const std::string_view name : path_calls()) CHECK(contains(allowed_calls(), name));
}

TEST_CASE("calls of another processor and of x32 end the process") {
    CHECK(run_filter(plain(), {0, {}, AUDIT_ARCH_I386}) == k_kill);
    CHECK(run_filter(plain(), {0, {}, AUDIT_ARCH_AARCH64}) == k_kill);
    CHECK(run_filter(plain(), {0x40000000, {}}) == k_kill);
    CHECK(run_filter(plain(), {0x40000000 | 39, {}}) == k_kill);
    CHECK(run_filter(plain(), {static_cast<std::int64_t>(0x80000000), {}}) == k_absent);
}
#endif

TEST_CASE("numbers above the newest known do not exist") {
    CHECK(run_filter(plain(), {k_newest_call, {}}) == k_refuse);
    CHECK(run_filter(plain(), {k_newest_call + 1, {}}) == k_absent);
    CHECK(run_filter(plain(), {100'000, {}}) == k_absent);
    CHECK(run_filter(plain(), {-1, {}}) == k_absent);
}

TEST_CASE("clone makes threads and processes, no namespaces, whatever the high half says") {
    CHECK(action("clone", {0x11}) == k_allow);     // SIGCHLD
    CHECK(action("clone", {0x3d0f00}) == k_allow); // a thread of glibc
    CHECK(action("clone", {0xffffffff00000011}) == k_allow);
    for (const std::uint64_t flag :
         Values{0x00020000, 0x02000000, 0x04000000, 0x08000000, 0x10000000, 0x20000000, 0x40000000,
                0x00008000, 0x00002000}) {
        CAPTURE(flag);
        CHECK(action("clone", {flag | 0x11}) == k_refuse);
        CHECK(action("clone", {flag | 0x100000011}) == k_refuse);
    }
}

TEST_CASE("prctl takes the options of the list") {
    for (const std::uint64_t option : Values{2, 3, 15, 16, 21, 23, 38, 39}) {
        CAPTURE(option);
        CHECK(action("prctl", {option}) == k_allow);
        CHECK(action("prctl", {option | 0x100000000}) == k_allow); // the kernel sees the same
    }
    // PDEATHSIG, DUMPABLE, SECCOMP, CAPBSET_DROP, TSC, SECUREBITS, MM, SUBREAPER, AMBIENT, PTRACER
    for (const std::uint64_t option : Values{1, 4, 22, 24, 26, 28, 35, 36, 47, 0x59616d61}) {
        CAPTURE(option);
        CHECK(action("prctl", {option}) == k_refuse);
    }
}

TEST_CASE("fcntl has no leases, notifications, owners and seals") {
    for (const std::uint64_t command : Values{0, 1, 2, 3, 4, 5, 6, 7, 36, 37, 38, 1030})
        CHECK(action("fcntl", {0, command}) == k_allow);
    for (const std::uint64_t command : Values{8, 10, 15, 1024, 1026, 1031, 1033}) {
        CHECK(action("fcntl", {0, command}) == k_refuse);
        CHECK(action("fcntl", {0, command | 0x100000000}) == k_refuse);
    }
}

TEST_CASE("ioctl does not type into terminals, not even with a high half") {
    CHECK(action("ioctl", {1, 0x5401}) == k_allow);
    for (const std::uint64_t command : Values{0x5412, 0x541c, 0x5404, 0x540e}) {
        CHECK(action("ioctl", {0, command}) == k_refuse);
        CHECK(action("ioctl", {0, command | 0x100000000}) == k_refuse);
    }
}

TEST_CASE("limits, affinity and priority are one's own") {
    for (const std::string_view name : {"prlimit64", "sched_setaffinity"}) {
        CHECK(action(name, {0}) == k_allow);
        CHECK(action(name, {1}) == k_refuse);
        CHECK(action(name, {0x100000000}) == k_allow); // a pid has 32 bits
    }
    CHECK(action("setpriority", {0, 0, 10}) == k_allow);
    CHECK(action("setpriority", {0, 7, 10}) == k_refuse);
    CHECK(action("setpriority", {2, 0, 10}) == k_refuse); // the user's
}

TEST_CASE("sockets are connected pairs") {
    CHECK(action("socketpair", {1, 1}) == k_allow);
    CHECK(action("socketpair", {1, 1 | 02000000 | 04000}) == k_allow); // CLOEXEC, NONBLOCK
    CHECK(action("socketpair", {1, 5}) == k_allow);
    CHECK(action("socketpair", {1, 2}) == k_refuse); // could send to any name
    CHECK(action("socketpair", {2, 1}) == k_refuse);
    CHECK(action("socket", {1, 1}) == k_refuse);
    CHECK(action("sendto", {3, 1, 1, 0, 0, 0}) == k_allow);
    CHECK(action("sendto", {3, 1, 1, 0, 0x1000, 16}) == k_refuse);
    CHECK(action("sendto", {3, 1, 1, 0, 0x700000000000, 16}) == k_refuse); // low half zero
}

TEST_CASE("execveat is the set-up's alone; personality can be asked") {
    CHECK(action("execveat", {k_program_descriptor, 1, 1, 1, 0x1000}) == k_allow);
    CHECK(action("execveat", {k_program_descriptor, 1, 1, 1, 0}) == k_refuse);
    CHECK(action("execveat", {3, 1, 1, 1, 0x1000}) == k_refuse);
    CHECK(action("execveat", {static_cast<std::uint64_t>(-100), 1, 1, 1, 0}) == k_refuse);
    CHECK(action("personality", {0xffffffff}) == k_allow);
    CHECK(action("personality", {0x0400000}) == k_refuse);
}

TEST_CASE("with an audit what is refused is told, and what exists not stays so") {
    const auto denials = build_filter({Audit::denials, true});
    const auto files = build_filter({Audit::files, true});
    const auto of = [](const std::vector<sock_filter>& filter, std::string_view name) {
        return run_filter(filter, {*call_number(name), {}});
    };
    CHECK(of(denials, "mount") == k_tell);
    CHECK(of(denials, "openat") == k_allow);
    CHECK(of(denials, "clone3") == k_absent);
    CHECK(of(denials, "read") == k_allow);
    CHECK(of(files, "openat") == k_tell);
    CHECK(of(files, "execve") == k_tell);
    CHECK(of(files, "read") == k_allow);
    // The set-up's own, between the filter and the program: its parent is not serving yet.
    for (const auto* filter : {&denials, &files}) {
        CHECK(run_filter(*filter, {*call_number("execveat"),
                                   {k_program_descriptor, 1, 1, 1, 0x1000}}) == k_allow);
        for (const std::string_view name :
             {"sendmsg", "close_range", "rt_sigprocmask", "exit_group", "write", "close"})
            CHECK(of(*filter, name) == k_allow);
    }
}

TEST_CASE("without scopes of the kernel there are no signals to others") {
    const auto filter = build_filter({Audit::none, false});
    for (const std::string_view name : signal_calls())
        CHECK(run_filter(filter, {*call_number(name), {}}) == k_refuse);
}

TEST_CASE("a filter is short enough for the kernel") { CHECK(plain().size() < 4096); }
