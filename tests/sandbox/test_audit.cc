// What the filter tells a supervisor.
#include "sandbox/notice.h"
#include "sandbox/probe.h"
#include "sandbox/run.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cerrno>

#include <fcntl.h>
#include <poll.h>
#include <sys/syscall.h>
#include <unistd.h>

using namespace kato;
using namespace kato::sandbox;
using namespace kato::test;

namespace {

struct Served {
    Exit exit;
    std::vector<Notice> notices;
};

// A supervisor: denies, except for what `allowed` grants.
template <class Allowed> Served serve(const Confinement& asked, Allowed allowed) {
    Failure failure;
    Result<Child> child = start(asked, failure);
    REQUIRE_MESSAGE(child.ok(), child.error().message);
    REQUIRE(child->notify);
    Served out;
    for (int rounds = 0; rounds < 10'000; ++rounds) {
        pollfd wanted[2] = {{child->pidfd.get(), POLLIN, 0}, {child->notify.get(), POLLIN, 0}};
        REQUIRE(::poll(wanted, 2, 10'000) > 0);
        if (wanted[0].revents != 0) break; // the end first: nobody waits for an answer any more
        Result<std::optional<Notice>> notice = next_notice(child->notify.get());
        REQUIRE_MESSAGE(notice.ok(), notice.error().message);
        if (!*notice) continue;
        const Status answered = allowed(**notice) ? proceed(child->notify.get(), **notice)
                                                  : deny(child->notify.get(), **notice, EPERM);
        REQUIRE_MESSAGE(answered.ok(), answered.error().message);
        out.notices.push_back(std::move(**notice));
    }
    const auto end = reap(*child, true);
    REQUIRE(end.ok());
    out.exit = **end;
    return out;
}

bool host_can_audit() {
    if (probe().notif_listener_free) return true;
    MESSAGE("something listens to this process's system calls already");
    return false;
}

} // namespace

TEST_CASE("a refused call is told with its number, arguments and path") {
    if (!host_can_audit()) return;
    for (const Level level : levels()) {
        Confinement asked = confinement(level, {agent(), "mount"});
        asked.audit = Audit::denials;
        const Served served = serve(asked, [](const Notice&) { return false; });
        CHECK(served.exit.code == EPERM);
        REQUIRE(served.notices.size() == 1);
        const Notice& notice = served.notices[0];
        CHECK(notice.call == "mount");
        CHECK(notice.number == SYS_mount);
        CHECK_FALSE(notice.on_path);
        CHECK(notice.readable);
        CHECK(notice.path == "/a/place");
    }
}

TEST_CASE("a call that the filter refuses cannot be let through") {
    if (!host_can_audit()) return;
    Notice notice;
    CHECK_FALSE(proceed(-1, notice).ok());
}

TEST_CASE("acts on paths are told and decided, with Landlock below") {
    if (!host_can_audit()) return;
    for (const Level level : levels()) {
        CAPTURE(static_cast<int>(level));
        Confinement asked = confinement(level, {agent(), "read", "/etc/hostname"});
        asked.audit = Audit::files;
        const auto refused = serve(asked, [](const Notice& notice) {
            return notice.on_path && notice.readable && notice.path != "/etc/hostname";
        });
        CHECK(refused.exit.code == EPERM);
        CHECK(std::any_of(refused.notices.begin(), refused.notices.end(), [](const Notice& notice) {
            return notice.on_path && notice.path == "/etc/hostname" && notice.call == "openat";
        }));
        // Even a supervisor that lets everything through does not open what was not granted.
        const auto floor = serve(asked, [](const Notice& notice) { return notice.on_path; });
        CHECK(floor.exit.code == (level == Level::isolated ? ENOENT : EACCES));
    }
}

TEST_CASE("a program whose supervisor is gone does not hang") {
    if (!host_can_audit()) return;
    for (const Level level : levels()) {
        Confinement asked = confinement(level, {agent(), "mount"});
        asked.audit = Audit::denials;
        Failure failure;
        Result<Child> child = start(asked, failure);
        REQUIRE(child.ok());
        child->notify = Fd();
        REQUIRE(readable(child->pidfd.get(), 10'000));
        const auto end = reap(*child, true);
        REQUIRE(end.ok());
        CHECK((*end)->code == ENOSYS);
    }
}
