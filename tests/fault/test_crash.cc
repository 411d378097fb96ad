// The process ends at every write in turn, with and without losing what was not synced: the store
// opens again, is sound, and holds all of the change or none of it.
#include "program.h"
#include "shim_vfs.h"
#include "support/files.h"
#include "workspace.h"

#include <doctest/doctest.h>

#include <sys/wait.h>
#include <unistd.h>

#include <thread>

namespace {

using namespace kato::test;

constexpr int k_done = 0;
constexpr int k_refused = 1;

std::uint64_t next(std::uint64_t n) { return n < 60 || long_form() ? n + 1 : n + 7; }

// In a process of its own, which ends at its `n`th act. Gives its exit code.
int run_and_crash(const Operation& what, const std::filesystem::path& workspace,
                  const FileFault& fault) {
    const pid_t child = ::fork();
    REQUIRE(child >= 0);
    if (child == 0) {
        set_file_fault(fault);
        kato_store* store = open_or_throw(workspace);
        const kato_status status = what.run(store);
        kato_store_close(store);
        ::_exit(status >= 0 ? k_done : k_refused); // the parent's test run goes on in the parent
    }
    int status = 0;
    REQUIRE(::waitpid(child, &status, 0) == child);
    REQUIRE(WIFEXITED(status));
    return WEXITSTATUS(status);
}

void try_all(const std::string& name, bool lose_unsynced) {
    TempDir folder;
    const auto base = folder / "base";
    const auto tried = folder / "tried";
    set_file_fault({});
    prepare(folder / "inputs", base);
    const std::vector<Operation> all = operations(folder / "inputs");
    const Operation& what = operation(all, name);
    const std::string before = sound_state(base);
    copy_workspace(base, tried);
    REQUIRE(run_and_crash(what, tried, {}) == k_done);
    const std::string after = sound_state(tried);
    CHECK((before != after) == what.writes);

    FileFault fault;
    fault.end_process = true;
    fault.lose_unsynced = lose_unsynced;
    int ended = k_crashed;
    int halves = 0;
    for (fault.at = 1; ended == k_crashed; fault.at = next(fault.at)) {
        CAPTURE(fault.at);
        copy_workspace(base, tried);
        ended = run_and_crash(what, tried, fault);
        REQUIRE((ended == k_crashed || ended == k_done));
        const std::string now = sound_state(tried);
        if (what.in_steps && now != before && now != after) {
            REQUIRE(run_and_crash(what, tried, {}) == k_done);
            REQUIRE_MESSAGE(sound_state(tried) == after, "it cannot be completed");
        } else {
            REQUIRE_MESSAGE((now == before || now == after), "it was done by halves");
        }
        if (ended == k_done) REQUIRE_MESSAGE(now == after, "it was done, and is not there");
        halves += now == before ? 1 : 0;
    }
    if (what.writes) CHECK(halves > 0); // it did crash before the commit, too
}

} // namespace

void kato::test::before_all() { install_shim_vfs(); }

#define KATO_OPERATION(name)                                       \
    TEST_CASE("the process ends: " name) { try_all(name, false); } \
    TEST_CASE("the machine ends: " name) { try_all(name, true); }

KATO_OPERATION("import")
KATO_OPERATION("import_archive")
KATO_OPERATION("import_canonical")
KATO_OPERATION("append")
KATO_OPERATION("create")
KATO_OPERATION("rename")
KATO_OPERATION("tag")
KATO_OPERATION("delete")
KATO_OPERATION("purge")
KATO_OPERATION("reindex")

TEST_CASE("what a call has reported as done survives the loss of what was not synced") {
    TempDir folder;
    set_file_fault({});
    prepare(folder / "inputs", folder / "base");
    const std::vector<Operation> all = operations(folder / "inputs");
    for (const char* name : {"append", "import", "rename", "delete"}) {
        CAPTURE(name);
        const Operation& what = operation(all, name);
        copy_workspace(folder / "base", folder / "tried");
        const std::string path = (folder / "tried").string();
        const pid_t child = ::fork();
        REQUIRE(child >= 0);
        if (child == 0) {
            FileFault remembers;
            remembers.lose_unsynced = true;
            set_file_fault(remembers);
            kato_store* store = open_or_throw(path);
            if (what.run(store) < 0) ::_exit(k_refused);
            lose_unsynced();
            ::_exit(k_crashed); // with the store open
        }
        int status = 0;
        REQUIRE(::waitpid(child, &status, 0) == child);
        REQUIRE(WEXITSTATUS(status) == k_crashed);
        const std::string lost = sound_state(folder / "tried");
        copy_workspace(folder / "base", folder / "tried");
        REQUIRE(run_and_crash(what, folder / "tried", {}) == k_done);
        CHECK(lost.size() == sound_state(folder / "tried").size()); // times and ids differ
    }
}

TEST_CASE("what a call has reported as done: an import, though another call came into it") {
    TempDir folder;
    set_file_fault({});
    prepare(folder / "inputs", folder / "base");
    const std::vector<Operation> all = operations(folder / "inputs");
    const std::string input = (folder / "inputs" / "kiln.jsonl").string();
    const auto run = [&](bool loses) {
        copy_workspace(folder / "base", folder / "tried");
        const pid_t child = ::fork();
        REQUIRE(child >= 0);
        if (child == 0) {
            FileFault remembers;
            remembers.lose_unsynced = true;
            set_file_fault(remembers);
            struct Between {
                kato_store* store;
                const Operation& tag;
            } between{open_or_throw(folder / "tried"), operation(all, "tag")};
            if (between.tag.run(between.store) < 0) ::_exit(k_refused);
            kato_import_options options = KATO_IMPORT_OPTIONS_INIT;
            options.user_data = &between;
            // The tag is there already: another thread's change, which writes nothing, comes before
            // the import ends.
            options.row = [](void* user, const char*, std::size_t) {
                const auto& call = *static_cast<const Between*>(user);
                kato_status status = KATO_OK;
                std::thread([&] { status = call.tag.run(call.store); }).join();
                return status;
            };
            kato_import_report* report = nullptr;
            if (kato_import_path(between.store, input.c_str(), KATO_NTS, &options, &report,
                                 nullptr) < 0)
                ::_exit(k_refused);
            if (loses) lose_unsynced();
            ::_exit(k_crashed);
        }
        int status = 0;
        REQUIRE(::waitpid(child, &status, 0) == child);
        REQUIRE(WEXITSTATUS(status) == k_crashed);
        return sound_state(folder / "tried").size();
    };
    CHECK(run(true) == run(false));
}
