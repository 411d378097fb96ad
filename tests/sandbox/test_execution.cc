// What is executed: the file that was checked, and only what was granted.
#include "sandbox/linux/landlock.h"
#include "sandbox/linux/plan.h"
#include "sandbox/linux/spawn.h"
#include "sandbox/run.h"
#include "support/files.h"

#include <doctest/doctest.h>

#include <cerrno>
#include <filesystem>

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/wait.h>

using namespace kato;
using namespace kato::sandbox;
using namespace kato::test;

namespace {

void open_to_all(const std::filesystem::path& path) {
    std::filesystem::permissions(path, static_cast<std::filesystem::perms>(0755));
}

} // namespace

TEST_CASE("an interpreter that was not granted is not executed") {
    TempDir folder;
    open_to_all(folder.path());
    const std::string script = (folder / "script").string();
    write_file(script, "#!/bin/sh\nexit 0\n");
    open_to_all(script);
    for (const Level level : levels()) {
        Confinement asked = confinement(level, {agent(), "execute", script});
        asked.grants.push_back({script, k_read | k_execute, "test"});
        CHECK(test::run(asked).exit.code == (level == Level::isolated ? ENOENT : EACCES));
        // With it, the script runs: what is missing above is the interpreter alone.
        for (const Grant& grant : confinement(level, {"/bin/sh"}).grants)
            asked.grants.push_back(grant);
        CHECK(test::run(asked).exit.code == 0);
    }
}

TEST_CASE("a program that is swapped after it was checked is not executed") {
    TempDir folder;
    open_to_all(folder.path());
    const std::filesystem::path path = folder / "program";
    for (const Level level : levels()) {
        CAPTURE(static_cast<int>(level));
        std::filesystem::copy_file(agent(), path);
        std::filesystem::copy_file("/bin/true", folder / "other");
        const Confinement asked = confinement(level, {path.string(), "exit", "7"});
        PlanOptions options;
        options.level = level;
        options.landlock_abi = landlock_abi();
        Failure failure;
        const Result<std::unique_ptr<Plan>> plan = Plan::make(asked, options, failure);
        REQUIRE(plan.ok());
        std::filesystem::rename(folder / "other", path);
        const Result<Spawned> spawned = spawn(**plan, failure);
        if (level == Level::isolated) { // which mounts by path, and looks again
            REQUIRE_FALSE(spawned.ok());
            CHECK(failure.step == Step::open_source);
            CHECK(failure.os_error == ESTALE);
        } else { // which executes the descriptor
            REQUIRE(spawned.ok());
            siginfo_t info{};
            REQUIRE(::waitid(P_PIDFD, static_cast<id_t>(spawned->pidfd.get()), &info, WEXITED) ==
                    0);
            CHECK(info.si_status == 7);
        }
        std::filesystem::remove(path);
    }
}

TEST_CASE("a folder that was granted for writing takes files, what is beside it does not") {
    TempDir folder;
    std::filesystem::create_directory(folder / "out");
    // A root host's program is nobody, where it can be.
    std::filesystem::permissions(folder.path(), static_cast<std::filesystem::perms>(0755));
    std::filesystem::permissions(folder / "out", static_cast<std::filesystem::perms>(0777));
    const std::string out = (folder / "out").string();
    for (const Level level : levels()) {
        CAPTURE(static_cast<int>(level));
        Confinement asked =
            confinement(level, {"sh", "-c",
                                "echo text >" + out + "/file; read -r a <" + out +
                                    "/file; echo $a; echo x >" + out + "/../beside"});
        asked.grants.push_back({out, k_read | k_write, "test"});
        const Fd null(::open("/dev/null", O_WRONLY | O_CLOEXEC));
        asked.descriptors[2] = null.get();
        const Ran ran = test::run(asked);
        CHECK(ran.output == "text\n");
        CHECK(ran.exit.code != 0);
        CHECK(read_file(folder / "out" / "file") == "text\n");
        CHECK_FALSE(std::filesystem::exists(folder / "beside"));
        std::filesystem::remove(folder / "out" / "file");
    }
}
