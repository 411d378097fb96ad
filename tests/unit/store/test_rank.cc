// The rank of a match against FTS5's own.
#include "store/rank.h"

#include "unit/store/scene.h"

#include <doctest/doctest.h>

#include <fmt/format.h>

#include <string>
#include <vector>

using namespace kato;
using namespace kato::test;

namespace {

struct Texts {
    std::unique_ptr<Db> db;
    Texts() {
        db = value_of(Db::open(":memory:", SQLITE_OPEN_READWRITE, 0));
        require_ok(register_rank(*db));
        require_ok(db->exec("CREATE VIRTUAL TABLE fts USING fts5 (text, content = '')"));
        for (int i = 1; i <= 200; ++i) {
            std::string text;
            for (int word = 0; word < i % 13 + 1; ++word)
                text += fmt::format("w{} ", (i * 7 + word * word) % (3 + word));
            if (i % 10 == 0) text += "the end of the road";
            Query insert(*db, "INSERT INTO fts (rowid, text) VALUES (?, ?)");
            require_ok(insert.bind(1, std::int64_t{i}).bind_text(2, text).run());
        }
    }
    static std::vector<double> all(Query& query) {
        std::vector<double> out;
        while (value_of(query.step())) out.push_back(query.real(0));
        return out;
    }
    std::vector<double> ours(const std::string& match, std::int64_t phrases,
                             std::size_t matches = 0) {
        Query query(*db,
                    "SELECT kato_bm25(fts, ?2, ?3) FROM fts WHERE fts MATCH ?1 ORDER BY rowid");
        query.bind_text(1, match).bind(2, phrases).bind(3, static_cast<std::int64_t>(matches));
        return all(query);
    }
    std::vector<double> theirs(const std::string& match) {
        Query query(*db, "SELECT bm25(fts) FROM fts WHERE fts MATCH ? ORDER BY rowid");
        return all(query.bind_text(1, match));
    }
};

void check_equal(const std::vector<double>& a, const std::vector<double>& b) {
    REQUIRE(a.size() == b.size());
    REQUIRE(!a.empty());
    for (std::size_t i = 0; i < a.size(); ++i) CHECK(a[i] == doctest::Approx(b[i]).epsilon(1e-12));
}

} // namespace

TEST_CASE_FIXTURE(Texts, "a single phrase ranks as FTS5 ranks it") {
    for (const std::string match : {"w0", "w2", "\"the end\"", "ro*"}) {
        const std::vector<double> expected = theirs(match);
        check_equal(ours(match, 1, expected.size()), expected);
    }
}

TEST_CASE_FIXTURE(Texts, "several phrases rank as FTS5 ranks them") {
    check_equal(ours("w1 OR \"end of\"", 2), theirs("w1 OR \"end of\""));
    check_equal(ours("w1 w2 w3", 3), theirs("w1 w2 w3"));
}

TEST_CASE_FIXTURE(Texts, "phrases that only narrow a query have no weight") {
    const std::vector<double> both = ours("w1 AND w2", 2);
    const std::vector<double> first = ours("w1 AND w2", 1, theirs("w1").size());
    REQUIRE(both.size() == first.size());
    for (std::size_t i = 0; i < both.size(); ++i) CHECK(both[i] < first[i]);
    for (const double nothing : ours("w1 AND w2", 0)) CHECK(nothing == 0);
}

TEST_CASE_FIXTURE(Texts, "a rank with other arguments is refused") {
    Query few(*db, "SELECT kato_bm25(fts, 1) FROM fts WHERE fts MATCH 'w1'");
    CHECK(!few.step());
    Query many(*db, "SELECT kato_bm25(fts, 1, 2, 3) FROM fts WHERE fts MATCH 'w1'");
    CHECK(!many.step());
}
