// Starting: what the program gets, what is reported, and which requests are refused.
#include "sandbox/run.h"
#include "sandbox/snapshot.h"
#include "support/files.h"

#include <doctest/doctest.h>

#include <cerrno>
#include <csignal>
#include <filesystem>

#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <unistd.h>

using namespace kato;
using namespace kato::sandbox;
using namespace kato::test;

namespace {

std::string field(const Enforced& enforced, std::string_view wanted) {
    for (const auto& [key, value] : fields(enforced))
        if (key == wanted) return value;
    return "no such field";
}

Failure failure_of(const Confinement& confinement) {
    Failure failure;
    const Result<Child> child = start(confinement, failure);
    REQUIRE_FALSE(child.ok());
    CHECK_FALSE(child.error().message.empty());
    return failure;
}

} // namespace

TEST_CASE("a filter reads the snapshot and writes its output") {
    for (const Level level : levels()) {
        CAPTURE(static_cast<int>(level));
        const std::string bytes(300'000, 'k');
        const Fd chat = snapshot(bytes);
        Confinement asked = confinement(level, {agent(), "copy"});
        asked.snapshot = chat.get();
        asked.snapshot_descriptor = 0;
        for (int time = 0; time < 2; ++time) { // the snapshot stays at its beginning
            const Ran ran = test::run(asked);
            CHECK_FALSE(ran.exit.signalled);
            CHECK(ran.exit.code == 0);
            CHECK(ran.output == bytes);
            if (level == Level::confined) ::lseek(chat.get(), 0, SEEK_SET);
        }
    }
}

TEST_CASE("a snapshot cannot be changed") {
    const Fd chat = snapshot("abc");
    CHECK(::pwrite(chat.get(), "x", 1, 0) < 0);
    CHECK(::ftruncate(chat.get(), 0) != 0);
}

TEST_CASE("exit codes and signals arrive") {
    for (const Level level : levels()) {
        CAPTURE(static_cast<int>(level));
        CHECK(test::run(confinement(level, {agent(), "exit", "7"})).exit.code == 7);
        const Exit killed = test::run(confinement(level, {agent(), "raise", "9"})).exit;
        // The first process of a namespace cannot kill itself.
        if (level == Level::confined) CHECK(killed.signalled);
        if (level == Level::isolated) CHECK(killed.code == 0);
    }
}

TEST_CASE("signals are as they are by default, whatever the host has made of them") {
    ::signal(SIGPIPE, SIG_IGN);
    ::signal(SIGUSR1, SIG_IGN);
    sigset_t blocked, before;
    ::sigemptyset(&blocked);
    ::sigaddset(&blocked, SIGTERM);
    ::pthread_sigmask(SIG_BLOCK, &blocked, &before);
    for (const Level level : levels())
        CHECK(test::run(confinement(level, {agent(), "signals"})).exit.code == 0);
    ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
    ::signal(SIGPIPE, SIG_DFL);
    ::signal(SIGUSR1, SIG_DFL);
}

TEST_CASE("the report says what is enforced") {
    for (const Level level : levels()) {
        CAPTURE(static_cast<int>(level));
        const Enforced enforced = test::run(confinement(level, {agent(), "exit", "0"})).enforced;
        const bool isolated = level == Level::isolated;
        CHECK(enforced.level == level);
        CHECK(enforced.landlock_abi >= 3);
        for (const char* name : {"fs_read", "fs_write", "fs_exec", "net_tcp", "net_udp", "net_unix",
                                 "vsock", "signals", "ipc", "limits.cpu"})
            CHECK_MESSAGE(field(enforced, name) == "true", name);
        CHECK(field(enforced, "fs_metadata_hidden") == (isolated ? "true" : "false"));
        CHECK(field(enforced, "pid_ns") == (isolated ? "true" : "false"));
        CHECK(field(enforced, "kill_tree") == (isolated ? "exact" : "pgrp"));
        CHECK(field(enforced, "limits.procs") == (isolated ? "exact" : "user-wide"));
        CHECK(field(enforced, "limits.wall") == "false"); // nobody supervises
        CHECK(field(enforced, "audit") == "none");
        CHECK(field(enforced, "host_death") == "none"); // not asked for
        CHECK(field(enforced, "seccomp") == "kato-1");
        CHECK(field(enforced, "user") == (::geteuid() == 0 ? "nobody" : "host"));
    }
}

TEST_CASE("what cannot be done is refused before anything runs") {
    const Level level = levels().back();
    const Confinement good = confinement(level, {agent(), "exit", "0"});
    Confinement asked = good;
    asked.program = "no/slash/at/the/beginning";
    CHECK(failure_of(asked).step == Step::check_request);
    asked.program = "/no/such/program";
    CHECK(failure_of(asked).layer == Layer::request);
    CHECK(failure_of(asked).os_error == ENOENT);
    for (const char* place : {"/", "/proc", "/proc/self/status", "/sys/class", "/dev", "/dev/mem",
                              "/dev/tty", "relative", ""}) {
        CAPTURE(place);
        asked = good;
        asked.grants.push_back({place, k_read, "test"});
        CHECK(failure_of(asked).step == Step::open_grant);
    }
    asked = good;
    asked.arguments.emplace_back("a\0b", 3);
    CHECK(failure_of(asked).layer == Layer::request);
    const Fd chat = snapshot("x");
    asked = good;
    asked.snapshot = chat.get();
    asked.descriptors[3] = 1;
    CHECK(failure_of(asked).layer == Layer::request);
    asked = good;
    asked.level = Level::confined;
    asked.limits.scratch_bytes = k_mebibyte;
    CHECK(failure_of(asked).layer == Layer::request);
}

TEST_CASE("a program that cannot be executed is an error of starting, under any audit") {
    TempDir folder;
    std::filesystem::permissions(folder.path(), static_cast<std::filesystem::perms>(0755));
    const std::string path = (folder / "program").string();
    write_file(path, "no program at all\n");
    ::chmod(path.c_str(), 0755);
    for (const Level level : levels())
        for (const Audit audit : {Audit::none, Audit::denials, Audit::files}) {
            Confinement asked = confinement(level, {agent(), "exit", "0"});
            asked.program = path;
            asked.audit = audit;
            const Failure failure = failure_of(asked);
            CHECK(failure.layer == Layer::start);
            CHECK(failure.step == Step::execute);
            CHECK(failure.os_error == ENOEXEC);
        }
}

TEST_CASE("a file that only its owner can read is run as well") {
    TempDir folder; // 0700
    const std::string path = (folder / "agent.sh").string();
    write_file(path, "#!/bin/sh\necho private\n");
    ::chmod(path.c_str(), 0700);
    for (const Level level : levels()) {
        const Ran ran = test::run(confinement(level, {path}));
        CHECK(ran.output == "private\n");
        // A root host cannot give its user up where that is needed to read; the report says so.
        if (level == Level::confined) CHECK(ran.enforced.user == User::host);
    }
    if (::geteuid() != 0 || levels().back() != Level::isolated) return;
    write_file(path, std::string(17 * k_mebibyte, '#')); // too large to be copied
    Confinement asked = confinement(Level::isolated, {agent(), "exit", "0"});
    asked.grants.push_back({path, k_read, "test"});
    Failure failure;
    const Result<Child> child = start(asked, failure);
    REQUIRE_FALSE(child.ok());
    CHECK(child.error().hint.find("chmod") != std::string::npos);
}

TEST_CASE("the output file is read through a descriptor from before the start") {
    for (const Level level : levels()) {
        TempDir folder;
        Confinement asked = confinement(level, {agent(), "output", "written"});
        asked.output_file = true;
        asked.output_path = (folder / "output").string();
        write_file(asked.output_path, "");
        Failure failure;
        Result<Child> child = start(asked, failure);
        REQUIRE_MESSAGE(child.ok(), child.error().message);
        const auto end = reap(*child, true);
        REQUIRE(end.ok());
        CHECK((*end)->code == 0);
        char text[16] = "";
        CHECK(::pread(child->output.get(), text, sizeof text, 0) == 7);
        CHECK(std::string(text) == "written");
        CHECK(read_file(asked.output_path) == (level == Level::confined ? "written" : ""));
    }
}

TEST_CASE("a grant holds for the file that was decided about, not for one that took its place") {
    TempDir folder;
    std::filesystem::permissions(folder.path(), static_cast<std::filesystem::perms>(0755));
    std::filesystem::create_directory(folder / "notes");
    for (const char* name : {"notes/a", "other"}) {
        write_file(folder / name, "x");
        ::chmod((folder / name).c_str(), 0644);
    }
    const std::string path = std::filesystem::canonical(folder / "notes/a").string();
    const FileIdentity decided = file_identity(path);
    const auto error_of = [&](Level level) {
        Confinement asked = confinement(level, {agent(), "read", path});
        asked.grants.push_back({path, k_read, "test", decided});
        Failure failure;
        Result<Child> child = start(asked, failure);
        if (child.ok()) return static_cast<int>((*reap(*child, true))->code);
        CHECK(failure.layer == Layer::request);
        CHECK(failure.step == Step::open_grant);
        CHECK(child.error().hint.empty() == (failure.os_error != ESTALE));
        return 1000 + failure.os_error;
    };
    for (const Level level : levels()) {
        CHECK(error_of(level) == 0);
        // The same file, but by way of a link: somebody is turning names.
        std::filesystem::rename(folder / "notes", folder / "real");
        std::filesystem::create_symlink("real", folder / "notes");
        CHECK(error_of(level) == 1000 + ESTALE);
        std::filesystem::remove(folder / "notes");
        std::filesystem::rename(folder / "real", folder / "notes");
        // Another file under its name.
        std::filesystem::rename(folder / "notes/a", folder / "kept");
        std::filesystem::rename(folder / "other", folder / "notes/a");
        CHECK(error_of(level) == 1000 + ESTALE);
        std::filesystem::rename(folder / "notes/a", folder / "other");
        std::filesystem::create_symlink("../other", folder / "notes/a");
        CHECK(error_of(level) == 1000 + ESTALE);
        std::filesystem::remove(folder / "notes/a");
        CHECK(error_of(level) == 1000 + ENOENT);
        std::filesystem::rename(folder / "kept", folder / "notes/a");
        CHECK(error_of(level) == 0);
    }
}

TEST_CASE("what is granted can be read, what is beside it cannot") {
    TempDir folder;
    std::filesystem::permissions(folder.path(), static_cast<std::filesystem::perms>(0755));
    write_file(folder / "granted", "x");
    write_file(folder / "other", "x");
    ::chmod((folder / "granted").c_str(), 0644);
    ::chmod((folder / "other").c_str(), 0644);
    std::filesystem::create_symlink(folder / "granted", folder / "link");
    for (const Level level : levels()) {
        const auto error_of = [&](const char* name) {
            Confinement asked = confinement(level, {agent(), "read", (folder / name).string()});
            asked.grants.push_back({(folder / "link").string(), k_read, "test"});
            return test::run(asked).exit.code;
        };
        CHECK(error_of("granted") == 0);
        CHECK(error_of("link") == 0);
        CHECK(error_of("other") == (level == Level::isolated ? ENOENT : EACCES));
    }
}

TEST_CASE("the host stays as it was") {
    const int dumpable = ::prctl(PR_GET_DUMPABLE, 0, 0, 0, 0);
    char folder[4096];
    REQUIRE(::getcwd(folder, sizeof folder) != nullptr);
    const std::string before = folder;
    for (const Level level : levels()) (void)test::run(confinement(level, {agent(), "exit", "0"}));
    CHECK(::prctl(PR_GET_DUMPABLE, 0, 0, 0, 0) == dumpable);
    REQUIRE(::getcwd(folder, sizeof folder) != nullptr);
    CHECK(folder == before);
}
