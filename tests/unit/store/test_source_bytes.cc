// Stretches of a source are read across its pieces; what is not there is an error, never other bytes.
#include "store/source_bytes.h"

#include "base/base64.h"
#include "store/purge.h"
#include "unit/store/scene.h"

#include <doctest/doctest.h>
#include <fmt/format.h>

using namespace kato;
using namespace kato::test;

namespace {

// Text of several chunks with a base64 run in its middle, which is retained as a blob.
std::string source() {
    std::string out;
    for (int i = 0; out.size() < 900'000; ++i) {
        out += fmt::format("line {} of the source, {}\n", i, i * 7919);
        if (i == 9000) {
            std::string bytes;
            for (int n = 0; n < 20'000; ++n) bytes += static_cast<char>(n * 31 >> 3);
            out += base64_encode(bytes) + "\n";
        }
    }
    return out;
}

} // namespace

TEST_CASE("any stretch of a source is what was imported") {
    Scene scene;
    const std::string bytes = source();
    scene.import({.records = {}, .rest = bytes});
    const auto db = scene.database();
    REQUIRE(value_of(db->integer("SELECT count(*) FROM source_piece")) > 3);
    REQUIRE(value_of(db->integer("SELECT count(*) FROM source_piece WHERE blob IS NOT NULL")) == 1);
    const std::int64_t n = value_of(db->integer("SELECT n FROM source"));
    SourceBytes reader(*db);
    for (std::size_t start = 0; start < bytes.size(); start += 9973) {
        for (const std::size_t length : {std::size_t{1}, std::size_t{5000}, std::size_t{300'000}}) {
            if (start + length > bytes.size()) continue;
            std::string got = "before";
            require_ok(reader.read(n, start, length, got));
            CHECK(got == "before" + bytes.substr(start, length));
        }
    }
    std::string out;
    const Status beyond = reader.read(n, bytes.size() - 10, 11, out);
    REQUIRE(!beyond);
    CHECK(beyond.error().code == Code::corrupt);
    CHECK(!reader.read(n + 1, 0, 1, out));
}

TEST_CASE("a stretch that was purged cannot be read") {
    Scene scene;
    scene.import({.records = {}, .rest = source()});
    const auto db = scene.database();
    const std::int64_t n = value_of(db->integer("SELECT n FROM source"));
    Compressor compressor;
    require_ok(blank_ranges(*db, compressor, n, {{1000, 50, 0}}));
    SourceBytes reader(*db);
    std::string out;
    require_ok(reader.read(n, 0, 1000, out));
    require_ok(reader.read(n, 1050, 100, out));
    CHECK(!reader.read(n, 999, 2, out));
    CHECK(!reader.read(n, 1049, 2, out));
    CHECK(!reader.read(n, 900, 1000, out));
}

TEST_CASE("a text whose place is damaged is an error, never another text") {
    Scene scene;
    const std::string bytes = source();
    scene.import({.records = {}, .rest = bytes});
    const auto db = scene.database();
    require_ok(db->exec("PRAGMA foreign_keys = OFF;"
                        "INSERT INTO body SELECT 1, randomblob(32), 5000, n, 100, 5000, 0 "
                        "FROM source"));
    BodyReader reader(*db);
    CHECK(value_of(reader.read(1)) == bytes.substr(100, 5000));
    for (const char* damage :
         {"length = 4999", "length = 5001", "length = 0", "length = -1", "start = -1",
          "start = 9223372036854775807", "start = NULL, length = NULL", "size = -1",
          "source = NULL", "source = 99", "start = 899000",
          "size = 1000000000, length = 1000000000", "size = -1, length = -1", "size = 5001"}) {
        CAPTURE(damage);
        Transaction transaction(*db);
        require_ok(transaction.begin());
        require_ok(db->exec(fmt::format("UPDATE body SET {}", damage).c_str()));
        const auto text = reader.read(1);
        REQUIRE(!text);
        CHECK(text.error().code == Code::corrupt);
    }
    CHECK(!reader.read(2));
}
