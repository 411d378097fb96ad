// Out of memory, at every allocation in turn: the call says so, leaks nothing, and the store is as it
// was before or as it would be after.
#include "failing_memory.h"
#include "program.h"
#include "support/files.h"
#include "workspace.h"

#include <doctest/doctest.h>

namespace {

using namespace kato::test;

// What everybody does all the time is tried at each of the first allocations and then at a sample, the
// rest at fewer; with KATO_TEST_LONG=1 all is tried at each.
bool is_frequent(const std::string& name) {
    return name == "open" || name == "import" || name == "export" || name == "search";
}

std::uint64_t next(const std::string& name, std::uint64_t n) {
    if (long_form()) return n + 1;
    if (is_frequent(name)) return n < 500 ? n + 1 : n + 37;
    return n < 60 ? n + 1 : n + 97;
}

struct Setting {
    TempDir folder;
    std::vector<Operation> all;
    std::filesystem::path base;
    std::filesystem::path tried;

    Setting() : base(folder / "base"), tried(folder / "tried") {
        prepare(folder / "inputs", base);
        all = operations(folder / "inputs");
    }
};

// Runs the operation with allocation `at` failing; gives its status and whether memory ran out.
kato_status attempt(const Operation& what, const std::filesystem::path& workspace, std::uint64_t at,
                    bool for_ever, bool& failed) {
    kato_store* store = open_or_throw(workspace);
    kato_status status = KATO_OK;
    {
        const FailingMemory memory(at, for_ever);
        status = what.run(store);
        kato_store_close(store); // may need none
        failed = memory.failed();
    }
    return status;
}

void try_all(const std::string& name, bool for_ever) {
    Setting s;
    const Operation& what = operation(s.all, name);
    const std::string before = sound_state(s.base);
    bool failed = false;
    copy_workspace(s.base, s.tried);
    REQUIRE(attempt(what, s.tried, UINT64_MAX, false, failed) >=
            0); // also primes what is made once
    const std::string after = sound_state(s.tried);
    CHECK((before != after) == what.writes);

    std::uint64_t n = 1;
    std::uint64_t tries = 0;
    do {
        CAPTURE(n);
        copy_workspace(s.base, s.tried);
        const kato_status status = attempt(what, s.tried, n, for_ever, failed);
        CAPTURE(status);
        const std::string now = sound_state(s.tried);
        if (status >= 0) {
            REQUIRE_MESSAGE(now == after, "it was done, and is not there");
        } else {
            REQUIRE(failed);
            REQUIRE(status == KATO_E_NOMEM);
            if (what.in_steps) {
                bool again = false;
                REQUIRE(attempt(what, s.tried, UINT64_MAX, false, again) == KATO_OK);
                REQUIRE_MESSAGE(sound_state(s.tried) == after, "it cannot be completed");
            } else {
                REQUIRE_MESSAGE((now == before || (what.goes_on && now == after)),
                                "it was not done, and changed something");
            }
        }
        ++tries;
        n = next(name, n);
    } while (failed);
    MESSAGE(name, std::string(for_ever ? ", for ever: " : ", once: "), tries,
            std::string(" tries, up to allocation "), n);
}

// When there is memory again, the same handle does what it could not do.
void try_again(const std::string& name) {
    Setting s;
    const Operation& what = operation(s.all, name);
    bool failed = false;
    copy_workspace(s.base, s.tried);
    REQUIRE(attempt(what, s.tried, UINT64_MAX, false, failed) >= 0);
    const std::string after = sound_state(s.tried);
    for (std::uint64_t n = 1; n == 1 || failed; n += long_form()         ? 1
                                                     : is_frequent(name) ? 11
                                                                         : 101) {
        CAPTURE(n);
        copy_workspace(s.base, s.tried);
        kato_store* store = open_or_throw(s.tried);
        kato_status status = KATO_OK;
        {
            const FailingMemory memory(n, true);
            status = what.run(store);
            failed = memory.failed();
        }
        if (status < 0) {
            status = what.run(store);
            // What was purged before the memory ran out is not there any more.
            if (what.goes_on && status == KATO_E_NOT_FOUND) status = KATO_OK;
        }
        kato_store_close(store);
        REQUIRE(status >= 0);
        REQUIRE(sound_state(s.tried) == after);
    }
}

// Opening is the operation itself: `make` also makes the workspace.
void try_opening(bool make, bool for_ever) {
    TempDir folder;
    const auto base = folder / "base";
    const auto tried = folder / "tried";
    if (!make) prepare(folder / "inputs", base);
    kato_store_close(open_or_throw(folder / "primes"));
    const std::string before = make ? std::string() : sound_state(base);
    kato_store_options options = KATO_STORE_OPTIONS_INIT;
    options.flags = KATO_STORE_CREATE;
    const std::string path = tried.string();
    bool failed = false;
    for (std::uint64_t n = 1; n == 1 || failed; n = next(make ? "make" : "open", n)) {
        CAPTURE(n);
        std::filesystem::remove_all(tried);
        if (!make) copy_workspace(base, tried);
        kato_store* store = nullptr;
        kato_status status = KATO_OK;
        {
            const FailingMemory memory(n, for_ever);
            kato_error* error = nullptr;
            status = kato_store_open(path.c_str(), KATO_NTS, &options, &store, &error);
            kato_error_free(error);
            kato_store_close(store);
            failed = memory.failed();
        }
        CAPTURE(status);
        if (status != KATO_OK) {
            REQUIRE(failed);
            REQUIRE(status == KATO_E_NOMEM);
            REQUIRE(store == nullptr);
        }
        const std::string now = sound_state(tried);
        if (!make) REQUIRE(now == before);
    }
}

} // namespace

void kato::test::before_all() { install_failing_memory(); }

TEST_CASE("memory runs out once: open") { try_opening(false, false); }
TEST_CASE("memory runs out for ever: open") { try_opening(false, true); }
TEST_CASE("memory runs out once: make") { try_opening(true, false); }
TEST_CASE("memory runs out for ever: make") { try_opening(true, true); }

#define KATO_OPERATION(name)                                              \
    TEST_CASE("memory runs out once: " name) { try_all(name, false); }    \
    TEST_CASE("memory runs out for ever: " name) { try_all(name, true); } \
    TEST_CASE("memory was out and is back: " name) { try_again(name); }

KATO_OPERATION("import")
KATO_OPERATION("import_unchanged")
KATO_OPERATION("import_archive")
KATO_OPERATION("import_canonical")
KATO_OPERATION("export")
KATO_OPERATION("export_markdown")
KATO_OPERATION("export_html")
KATO_OPERATION("export_json")
KATO_OPERATION("export_openai")
KATO_OPERATION("export_original")
KATO_OPERATION("search")
KATO_OPERATION("walk")
KATO_OPERATION("stats")
KATO_OPERATION("verify")
KATO_OPERATION("policy")
KATO_OPERATION("grant")
KATO_OPERATION("append")
KATO_OPERATION("create")
KATO_OPERATION("rename")
KATO_OPERATION("tag")
KATO_OPERATION("delete")
KATO_OPERATION("purge")
KATO_OPERATION("reindex")
