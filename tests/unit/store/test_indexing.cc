// The index is derived: whatever happens to it, the store wins and the search is right again.
#include "store/indexing.h"

#include "unit/store/scene.h"

#include <doctest/doctest.h>

#include <fstream>

using namespace kato;
using namespace kato::test;

namespace {

Told log(int from, int to) {
    Told told = {.name = std::to_string(from), .location = "/" + std::to_string(from)};
    for (int i = from; i < to; ++i)
        told.records.push_back({.name = "r" + std::to_string(i),
                                .text = "common number" + std::to_string(i),
                                .time = i});
    return told;
}

// The files of index.db, kept aside and put back.
struct Snapshot {
    explicit Snapshot(const Scene& of) : scene(of) {
        for (const char* name : {"index.db", "index.db-wal"})
            if (std::filesystem::exists(scene.root / name))
                files.emplace_back(name, read_file(scene.root / name));
    }
    void put_back() const {
        for (const char* name : {"index.db", "index.db-wal", "index.db-shm"})
            std::filesystem::remove(scene.root / name);
        for (const auto& [name, bytes] : files) write_file(scene.root / name, bytes);
    }
    const Scene& scene;
    std::vector<std::pair<const char*, std::string>> files;
};

} // namespace

TEST_CASE("an index that was deleted or damaged is built again when the store is opened") {
    Scene scene;
    scene.import(log(0, 50));
    scene.close();
    SUBCASE("deleted") { std::filesystem::remove(scene.root / "index.db"); }
    SUBCASE("deleted with its log") {
        for (const char* name : {"index.db", "index.db-wal", "index.db-shm"})
            std::filesystem::remove(scene.root / name);
    }
    SUBCASE("not a database") { write_file(scene.root / "index.db", std::string(9000, 'x')); }
    SUBCASE("empty") { write_file(scene.root / "index.db", ""); }
    SUBCASE("cut off") { std::filesystem::resize_file(scene.root / "index.db", 5000); }
    SUBCASE("of another version") {
        require_ok(scene.database("index.db")->exec("PRAGMA user_version = 999999"));
    }
    scene.open();
    CHECK(scene.found("common").size() == 50);
    CHECK(scene.found("number7").size() == 1);
    CHECK(scene.verified());
}

TEST_CASE("an index that is deleted while the store is open is built again by the next change") {
    Scene scene;
    scene.import(log(0, 10));
    for (const char* name : {"index.db", "index.db-wal", "index.db-shm"})
        std::filesystem::remove(scene.root / name);
    scene.import(log(10, 12));
    CHECK(scene.found("common").size() == 12);
    CHECK(scene.verified());
}

TEST_CASE("what the index missed in a crash is made up for when the store is opened") {
    Scene scene;
    scene.import(log(0, 10));
    require_ok(scene.store->delete_chat(value_of(scene.store->create_chat("", "")).id, false));
    scene.close();
    const Snapshot before(scene);
    scene.open();
    SUBCASE("new events") { scene.import(log(10, 20)); }
    SUBCASE("changes of old ones") {
        Told newer = log(0, 3);
        newer.location = "/newer";
        for (Said& said : newer.records) {
            said.text += " changed";
            said.time = 100;
        }
        scene.import(newer);
    }
    SUBCASE("a deleted chat") { require_ok(scene.store->delete_chat(chat_of("c"), false)); }
    SUBCASE("a deleted chat that was restored") {
        require_ok(scene.store->delete_chat(chat_of("c"), false));
        require_ok(scene.store->restore_chat(chat_of("c")));
    }
    SUBCASE("a purge") { require_ok(scene.store->delete_chat(chat_of("c"), true)); }
    const auto right = scene.found("common");
    const auto changed = scene.found("changed");
    scene.close();
    before.put_back(); // as if only the store had been committed
    scene.open();
    CHECK(scene.found("common") == right);
    CHECK(scene.found("changed") == changed);
    CHECK(scene.verified());
}

TEST_CASE("an index that knows more than the store, or another one, is built anew") {
    Scene scene;
    scene.import(log(0, 10));
    scene.close();
    const std::string store = read_file(scene.root / "kato.db");
    scene.open();
    scene.import(log(10, 20));
    scene.close();
    for (const char* name : {"kato.db-wal", "kato.db-shm"})
        std::filesystem::remove(scene.root / name);
    write_file(scene.root / "kato.db", store); // a backup
    scene.open();
    CHECK(scene.found("common").size() == 10);
    CHECK(scene.found("number15").empty());
    CHECK(scene.verified());
}

TEST_CASE("an index that missed changes which are no longer listed is built anew") {
    Scene scene;
    scene.import(log(0, 10));
    scene.close();
    const Snapshot before(scene);
    scene.open();
    require_ok(scene.store->delete_chat(chat_of("c"), false));
    scene.close();
    require_ok(scene.database()->exec("DELETE FROM index_change"));
    before.put_back();
    scene.open();
    CHECK(scene.found("common").empty());
    CHECK(scene.verified());
}

TEST_CASE("reindex builds the index anew, tells how far it is and can be stopped") {
    Scene scene;
    scene.import(log(0, 3000));
    std::uint64_t last = 0;
    std::uint64_t total = 0;
    require_ok(scene.store->reindex(
        {}, [&](std::uint64_t done_, std::uint64_t total_, const std::string&) {
            CHECK(done_ >= last);
            last = done_;
            total = total_;
            return done();
        }));
    CHECK(last == total);
    CHECK(total == 3000);
    const Status stopped = scene.store->reindex([] { return true; }, {});
    REQUIRE(!stopped);
    CHECK(stopped.error().code == Code::cancelled);
    CHECK(scene.count("SELECT count(*) FROM event") == 3000);
    SearchOptions options;
    CHECK(value_of(scene.store->search("common", options)).matches == 3000);
}
