// The pool of reading connections: many users, an index that comes, goes and is replaced.
#include "store_fixture.h"

#include "store/readers.h"

#include <doctest/doctest.h>

#include <filesystem>
#include <thread>

using namespace kato;
using namespace kato::test;

namespace {

struct Pool : StoreFixture {
    Pool() {
        Import import(*this);
        import.chat("x");
        import.say({.chat = "x", .name = "a", .text = "word"});
        import.commit();
    }
    Readers readers(bool read_only = false) {
        return must(Readers::open({file("kato.db"), file("index.db"), 1000, read_only}));
    }
    static std::int64_t events(const Readers::Lease& lease) {
        return must(lease.db().integer("SELECT count(*) FROM event"));
    }
    void remove_index() {
        for (const char* suffix : {"", "-wal", "-shm"})
            std::filesystem::remove(file("index.db") + suffix);
    }
};

} // namespace

TEST_CASE_FIXTURE(Pool, "a connection reads and cannot write") {
    const Readers pool = readers();
    const Readers::Lease lease = must(pool.acquire());
    CHECK(events(lease) == 1);
    CHECK(lease.has_index());
    CHECK(!lease.db().exec("DELETE FROM event"));
    CHECK(!lease.db().exec("DELETE FROM idx.meta"));
    CHECK(events(lease) == 1);
}

TEST_CASE_FIXTURE(Pool, "a connection is used again, and sees what was written since") {
    const Readers pool = readers();
    sqlite3* first = nullptr;
    {
        const Readers::Lease lease = must(pool.acquire());
        first = lease.db().handle();
        must_do(lease.db().begin("BEGIN")); // left open
        CHECK(events(lease) == 1);
    }
    Import import(*this, "more");
    import.chat("x");
    import.say({.chat = "x", .name = "b", .text = "more"});
    import.commit();
    const Readers::Lease lease = must(pool.acquire());
    CHECK(lease.db().handle() == first);
    CHECK(events(lease) == 2);
    const Readers::Lease second = must(pool.acquire());
    CHECK(second.db().handle() != first);
}

TEST_CASE_FIXTURE(Pool, "a lease may outlast its pool, and be moved") {
    std::optional<Readers> pool = readers();
    Readers::Lease lease = must(pool->acquire());
    pool.reset();
    Readers::Lease other = std::move(lease);
    CHECK(events(other) == 1);
}

TEST_CASE_FIXTURE(Pool, "an index that is missing, comes or is replaced is noticed") {
    close();
    remove_index();
    const Readers pool = readers();
    CHECK(!must(pool.acquire()).has_index());
    CHECK(events(must(pool.acquire())) == 1);
    open(); // makes a new one
    CHECK(must(pool.acquire()).has_index());
    close();
    remove_index();
    CHECK(!must(pool.acquire()).has_index());
    open();
    {
        const Readers::Lease lease = must(pool.acquire());
        REQUIRE(lease.has_index());
        CHECK(must(lease.db().integer("SELECT count(*) FROM idx.fts WHERE fts MATCH 'word'")) == 1);
    }
}

TEST_CASE_FIXTURE(Pool, "a damaged index or one of another version is none") {
    close();
    remove_index();
    write_file(file("index.db"),
               "this is no database, though it is long enough to look like a file of some kind");
    CHECK(!must(readers().acquire()).has_index());
    remove_index();
    {
        auto db = must(Db::open(file("index.db"), SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, 0));
        must_do(db->exec("CREATE TABLE meta (a); CREATE TABLE fts (a); PRAGMA user_version = 999"));
    }
    CHECK(!must(readers().acquire()).has_index());
    CHECK(events(must(readers().acquire())) == 1);
}

TEST_CASE_FIXTURE(Pool, "a read-only store opens where nothing can be written beside it") {
    close();
    for (const char* suffix : {"-wal", "-shm"}) {
        std::filesystem::remove(file("kato.db") + suffix);
        std::filesystem::remove(file("index.db") + suffix);
    }
    // Also for a user who may write everywhere: the shared memory's place is taken by a link to itself.
    std::filesystem::create_symlink("kato.db-shm", file("kato.db-shm"));
    std::filesystem::create_symlink("index.db-shm", file("index.db-shm"));
    CHECK(!Readers::open({file("kato.db"), file("index.db"), 0, false}));
    const Readers pool = readers(true);
    const Readers::Lease lease = must(pool.acquire());
    CHECK(events(lease) == 1);
    CHECK(lease.has_index());
}

TEST_CASE_FIXTURE(Pool, "many threads read at once") {
    const Readers pool = readers();
    std::vector<std::thread> threads;
    std::array<std::int64_t, 8> sums{};
    for (std::size_t t = 0; t < sums.size(); ++t)
        threads.emplace_back([&, t] {
            for (int i = 0; i < 50; ++i) {
                auto lease = pool.acquire();
                if (lease) sums[t] += lease->db().integer("SELECT count(*) FROM event").value();
            }
        });
    for (std::thread& thread : threads) thread.join();
    for (const std::int64_t sum : sums) CHECK(sum == 50);
}
