// Files that cannot be opened, written or synced, at every such act in turn: the call fails with a
// clear status, and the store is as it was before or as it would be after.
#include "program.h"
#include "shim_vfs.h"
#include "support/files.h"
#include "workspace.h"

#include <doctest/doctest.h>
#include <sqlite3.h>

namespace {

using namespace kato::test;

std::uint64_t next(std::uint64_t n) { return n < 60 || long_form() ? n + 1 : n + 7; }

// What a caller can do something about: a full disk, no permission; never "it worked".
bool is_clear(kato_status status) {
    return status == KATO_E_IO || status == KATO_E_DENIED || status == KATO_E_BUSY;
}

// What was done by halves is done when it is done again.
void complete(const Operation& what, const std::filesystem::path& workspace,
              const std::string& after) {
    kato_store* store = open_or_throw(workspace);
    const kato_status status = what.run(store);
    kato_store_close(store);
    REQUIRE(status == KATO_OK);
    REQUIRE_MESSAGE(sound_state(workspace) == after, "it cannot be completed");
}

void try_all(const std::string& name, FileAct act, int code, bool for_ever) {
    TempDir folder;
    const auto base = folder / "base";
    const auto tried = folder / "tried";
    set_file_fault({});
    prepare(folder / "inputs", base);
    const std::vector<Operation> all = operations(folder / "inputs");
    const Operation& what = operation(all, name);
    const std::string before = sound_state(base);
    copy_workspace(base, tried);
    kato_store* store = open_or_throw(tried);
    REQUIRE(what.run(store) >= 0);
    kato_store_close(store);
    const std::string after = sound_state(tried);

    bool happened = false;
    for (std::uint64_t n = 1; n == 1 || happened; n = next(n)) {
        CAPTURE(n);
        set_file_fault({});
        copy_workspace(base, tried);
        store = open_or_throw(tried);
        set_file_fault({act, n, for_ever, code});
        const kato_status status = what.run(store);
        kato_store_close(store);
        happened = file_fault_happened();
        set_file_fault({});
        CAPTURE(status);
        const std::string now = sound_state(tried);
        if (status >= 0) {
            REQUIRE_MESSAGE(now == after, "it was done, and is not there");
        } else {
            REQUIRE(happened);
            REQUIRE(is_clear(status));
            if (what.in_steps)
                complete(what, tried, after);
            else
                REQUIRE_MESSAGE((now == before || now == after), "it was done by halves");
        }
    }
}

// What fails in an import, its commit above all, must not come up again in what follows it.
void fail_once_and_go_on(int code) {
    TempDir folder;
    const auto tried = folder / "tried";
    set_file_fault({});
    prepare(folder / "inputs", folder / "base");
    const std::vector<Operation> all = operations(folder / "inputs");
    bool happened = false;
    for (std::uint64_t n = 1; n == 1 || happened; n = next(n)) {
        CAPTURE(n);
        set_file_fault({});
        copy_workspace(folder / "base", tried);
        kato_store* store = open_or_throw(tried);
        set_file_fault({FileAct::write, n, false, code});
        const kato_status status = operation(all, "import").run(store);
        happened = file_fault_happened();
        set_file_fault({});
        if (status < 0) {
            CHECK(operation(all, "tag").run(store) == KATO_OK);
            CHECK(operation(all, "import").run(store) == KATO_OK);
        }
        kato_store_close(store);
        REQUIRE(!sound_state(tried).empty());
    }
}

} // namespace

void kato::test::before_all() { install_shim_vfs(); }

#define KATO_OPERATION(name)                                      \
    TEST_CASE("files fail once: " name) {                         \
        try_all(name, FileAct::write, SQLITE_FULL, false);        \
        try_all(name, FileAct::write, SQLITE_IOERR_WRITE, false); \
        try_all(name, FileAct::sync, SQLITE_IOERR_FSYNC, false);  \
        try_all(name, FileAct::open, SQLITE_CANTOPEN, false);     \
    }                                                             \
    TEST_CASE("files fail for ever: " name) {                     \
        try_all(name, FileAct::write, SQLITE_FULL, true);         \
        try_all(name, FileAct::write, SQLITE_IOERR_WRITE, true);  \
        try_all(name, FileAct::sync, SQLITE_IOERR_FSYNC, true);   \
        try_all(name, FileAct::open, SQLITE_CANTOPEN, true);      \
    }

TEST_CASE("files fail once, and the same store goes on: import") {
    fail_once_and_go_on(SQLITE_FULL);
    fail_once_and_go_on(SQLITE_IOERR_WRITE);
}

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
