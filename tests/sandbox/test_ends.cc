// Ends: of trees, of hosts, by limits; and that nothing is left behind.
#include "sandbox/run.h"
#include "sandbox/tree.h"
#include "support/files.h"

#include <doctest/doctest.h>

#include <atomic>
#include <csignal>
#include <filesystem>
#include <thread>

#include <fcntl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

using namespace kato;
using namespace kato::sandbox;
using namespace kato::test;

namespace {

std::ptrdiff_t open_descriptors() {
    const std::filesystem::directory_iterator all("/proc/self/fd");
    return std::distance(begin(all), end(all));
}

struct Running {
    Pipe pipe;
    Child child;
};
Running running(Level level, const std::vector<std::string>& command, const Limits& limits = {}) {
    Running out;
    Confinement asked = confinement(level, command);
    asked.limits = limits;
    asked.descriptors[1] = out.pipe.write.get();
    Failure failure;
    Result<Child> child = start(asked, failure);
    REQUIRE_MESSAGE(child.ok(), child.error().message);
    out.child = std::move(*child);
    out.pipe.write = Fd();
    return out;
}

void await_ready(const Running& one) {
    char line[6];
    REQUIRE(readable(one.pipe.read.get(), 10'000));
    REQUIRE(::read(one.pipe.read.get(), line, sizeof line) == 6);
}

} // namespace

TEST_CASE("no descendant survives its program, whatever it did to be left alone") {
    for (const Level level : levels()) {
        Running one = running(level, {agent(), "tree"});
        await_ready(one);
        REQUIRE(readable(one.child.pidfd.get(), 10'000)); // the first process has ended
        const auto end = reap(one.child, true);
        REQUIRE(end.ok());
        CHECK((*end)->code == 0);
        // They held its output: its end is theirs.
        CHECK(receive(one.pipe.read).ended);
    }
}

TEST_CASE("killing reaches the whole tree, also one that is stopped") {
    for (const Level level : levels()) {
        Running one = running(level, {agent(), "sleep"});
        REQUIRE(::kill(one.child.pid, SIGSTOP) == 0);
        kill_tree(one.child);
        CHECK(receive(one.pipe.read).ended);
        const auto end = reap(one.child, true);
        REQUIRE(end.ok());
        CHECK((*end)->signalled);
        CHECK((*end)->code == SIGKILL);
    }
}

TEST_CASE("a child that goes out of scope takes its program along") {
    for (const Level level : levels()) {
        Pipe pipe;
        {
            Running one = running(level, {agent(), "sleep"});
            pipe = std::move(one.pipe);
        }
        CHECK(receive(pipe.read).ended);
    }
}

TEST_CASE("reaping without waiting says that it runs") {
    Running one = running(levels().back(), {agent(), "sleep"});
    const auto end = reap(one.child, false);
    REQUIRE(end.ok());
    CHECK_FALSE(end->has_value());
}

TEST_CASE("when the host is killed the program dies") {
    for (const Level level : levels()) {
        Pipe alive, ready;
        const pid_t host = ::fork();
        REQUIRE(host >= 0);
        if (host == 0) {
            Confinement asked = confinement(level, {agent(), "sleep"});
            asked.descriptors[1] = alive.write.get();
            asked.die_with_thread = true;
            Failure failure;
            Result<Child> child = start(asked, failure);
            if (!child || ::write(ready.write.get(), "x", 1) != 1) ::_exit(1);
            for (;;) ::pause();
        }
        alive.write = Fd();
        REQUIRE(readable(ready.read.get(), 10'000));
        CHECK_FALSE(readable(alive.read.get(), 50)); // it lives
        REQUIRE(::kill(host, SIGKILL) == 0);
        REQUIRE(::waitpid(host, nullptr, 0) == host);
        CHECK(receive(alive.read).ended);
    }
}

TEST_CASE("memory of the whole tree is seen, private and shared") {
    for (const Level level : levels())
        for (const char* kind : {"private", "shared"}) {
            Running one = running(level, {agent(), kind, "64"});
            await_ready(one);
            const Usage usage = tree_usage(one.child, 0);
            CHECK(usage.memory_bytes >= 64 * k_mebibyte);
            CHECK(usage.memory_bytes < 80 * k_mebibyte);
            CHECK(usage.processes == 1);
        }
}

TEST_CASE("processes of a tree are counted, orphans too") {
    for (const Level level : levels()) {
        Running one = running(level, {agent(), "tree"});
        await_ready(one);
        if (level == Level::isolated) continue; // its first process's end is theirs
        CHECK(tree_usage(one.child, 0).processes >= 3);
    }
}

TEST_CASE("limits hold") {
    for (const Level level : levels()) {
        Limits limits;
        limits.memory_bytes = 32 * k_mebibyte;
        Confinement asked = confinement(level, {agent(), "private", "64"});
        asked.limits = limits;
        CHECK(test::run(asked).exit.code == 1); // no memory
        asked = confinement(level, {agent(), "spin"});
        asked.limits.cpu_seconds = 1;
        const Exit spun = test::run(asked).exit;
        CHECK(spun.signalled);
        // The kernel counts by ticks, on a busy machine a few too many.
        CHECK(spun.cpu_us >= 300'000);
        CHECK(spun.cpu_us < 3'000'000);
    }
}

TEST_CASE("scratch space ends by bytes and by files, and is nobody else's") {
    if (levels().back() != Level::isolated) return;
    Confinement asked = confinement(Level::isolated, {agent(), "fill", "/tmp"});
    asked.limits.scratch_bytes = k_mebibyte;
    asked.limits.scratch_files = 100;
    const int files = std::stoi(test::run(asked).output);
    CHECK(files > 90);
    CHECK(files < 100);
    CHECK(std::stoi(test::run(asked).output) == files); // empty again
    asked = confinement(Level::isolated, {agent(), "grow", "/tmp"});
    asked.limits.scratch_bytes = k_mebibyte;
    CHECK(std::stoi(test::run(asked).output) == 1'048'576);
}

TEST_CASE("the exit status is right where the host ignores its children") {
    ::signal(SIGCHLD, SIG_IGN);
    for (const Level level : levels()) {
        Running one = running(level, {agent(), "exit", "5"});
        REQUIRE(readable(one.child.pidfd.get(), 10'000));
        const auto end = reap(one.child, true);
        if (end.ok()) {
            CHECK((*end)->code == 5);
        } else { // before Linux 6.15: said, not guessed
            CHECK(end.error().code == Code::not_found);
        }
    }
    ::signal(SIGCHLD, SIG_DFL);
}

TEST_CASE("a host without standard descriptors starts programs as well") {
    for (const Level level : levels()) {
        Pipe result;
        const pid_t host = ::fork();
        REQUIRE(host >= 0);
        if (host == 0) {
            for (int fd = 0; fd <= 2; ++fd) ::close(fd);
            Pipe pipe; // has the numbers 0 and 1 now
            Confinement asked = confinement(level, {agent(), "fill", "/"});
            asked.descriptors[1] = pipe.write.get();
            Failure failure;
            Result<Child> child = start(asked, failure);
            pipe.write = Fd();
            const bool right = child.ok() && receive(pipe.read).bytes == "0\n";
            ::_exit(right ? 0 : 1);
        }
        int status = -1;
        REQUIRE(::waitpid(host, &status, 0) == host);
        CHECK(status == 0);
    }
}

TEST_CASE("many runs at once do not hold each other's pipes, and leave nothing behind") {
    const int each = long_form() ? 125 : 8;
    (void)levels(); // the probe's own descriptors are gone
    const std::ptrdiff_t before = open_descriptors();
    for (const Level level : levels()) {
        std::atomic<int> wrong{0};
        std::vector<std::thread> threads;
        for (int thread = 0; thread < 8; ++thread)
            threads.emplace_back([&, thread] {
                for (int at = 0; at < each; ++at) {
                    const std::string code = std::to_string((thread * 31 + at) % 100);
                    Pipe pipe;
                    Confinement asked = confinement(level, {agent(), "exit", code});
                    asked.descriptors[1] = pipe.write.get();
                    Failure failure;
                    Result<Child> child = start(asked, failure);
                    pipe.write = Fd();
                    if (!child || !receive(pipe.read, 60'000).ended) {
                        ++wrong;
                        continue;
                    }
                    const auto end = reap(*child, true);
                    if (!end || !*end || (*end)->signalled || (*end)->code != std::stoi(code))
                        ++wrong;
                }
            });
        for (std::thread& thread : threads) thread.join();
        CHECK(wrong == 0);
    }
    CHECK(open_descriptors() == before);
    CHECK(::waitpid(-1, nullptr, WNOHANG) == -1); // no children
}
