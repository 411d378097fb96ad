// Retained bytes: cut by content, stored once, base64 as the blob it decodes to, given back exactly.
#include "store/retain.h"

#include "base/base64.h"
#include "unit/store/scene.h"

#include <doctest/doctest.h>

#include <random>
#include <set>

using namespace kato;
using namespace kato::test;

namespace {

std::string noise(std::size_t size, unsigned seed) {
    std::mt19937 random(seed);
    std::string out(size, '\0');
    for (char& c : out) c = static_cast<char>(random() & 0xFFU);
    return out;
}

std::string words(std::size_t size, unsigned seed) {
    std::mt19937 random(seed);
    std::string out;
    while (out.size() < size)
        out += "word" + std::to_string(random() % 1000) + (random() % 9 == 0 ? "\n" : " ");
    out.resize(size);
    return out;
}

std::vector<Piece> cut(std::string_view bytes, std::size_t step) {
    RetainingThread thread;
    Retainer retainer(thread, 0);
    std::vector<Piece> pieces;
    const auto take = [&] {
        for (Piece& piece : retainer.take()) pieces.push_back(std::move(piece));
    };
    for (std::size_t at = 0; at < bytes.size(); at += step) {
        retainer.feed(bytes.substr(at, step));
        take();
    }
    retainer.finish();
    take();
    CHECK(retainer.size() == bytes.size());
    CHECK(retainer.sha256() == sha256(bytes));
    return pieces;
}

std::string joined(const std::vector<Piece>& pieces) {
    std::string out;
    for (const Piece& piece : pieces) {
        const std::string bytes =
            piece.is_blob ? base64_encode(piece.data)
                          : value_of(decompress(piece.data, static_cast<std::size_t>(piece.size)));
        CHECK(bytes.size() == piece.size);
        if (!piece.is_blob) CHECK(blake256(bytes) == piece.key);
        out += bytes;
    }
    return out;
}

std::set<Digest> keys(const std::vector<Piece>& pieces) {
    std::set<Digest> out;
    for (const Piece& piece : pieces)
        if (!piece.is_blob) out.insert(piece.key);
    return out;
}

std::size_t blobs(const std::vector<Piece>& pieces) {
    std::size_t count = 0;
    for (const Piece& piece : pieces) count += piece.is_blob ? 1 : 0;
    return count;
}

} // namespace

TEST_CASE("bytes come back exactly, however they are fed") {
    const std::string image = base64_encode(noise(20'000, 1));
    const std::vector<std::string> sources = {
        "",
        "x",
        words(70'000, 2),
        noise(3 << 20, 3),
        words(9'000, 4) + image + "\"," + words(300'000, 5) + image,
        image,
        image + "==",
        std::string(5000, 'A') + "=", // base64 characters, but not base64
        words(2 << 20, 6) + image + words(1 << 20, 7),
    };
    for (const std::string& source : sources)
        for (const std::size_t step : {std::size_t{1} << 20, std::size_t{4093}, source.size() + 1})
            CHECK(joined(cut(source, step)) == source);
}

TEST_CASE("how the bytes are fed does not matter for the pieces") {
    const std::string source = words(3 << 20, 8);
    CHECK(keys(cut(source, 1 << 20)) == keys(cut(source, 10'007)));
}

TEST_CASE("what is put in front or in the middle leaves the other chunks as they were") {
    const std::string source = words(8 << 20, 9);
    const std::set<Digest> before = keys(cut(source, 1 << 20));
    std::string changed = "one more conversation first\n" + source;
    changed.insert(changed.size() / 2, "and one in the middle\n");
    std::size_t again = 0;
    for (const Digest& key : keys(cut(changed, 1 << 20))) again += before.count(key);
    CHECK(before.size() > 8);
    CHECK(again + 6 >= before.size());
}

TEST_CASE("base64 of 4 KiB and more is stored as what it decodes to, shorter or odd runs are not") {
    const std::string image = base64_encode(noise(6'001, 10));
    CHECK(blobs(cut("{\"data\":\"" + image + "\"}", 100)) == 1);
    CHECK(blobs(cut(base64_encode(noise(3'000, 11)), 100)) == 0);
    std::string odd = base64_encode(noise(6'001, 12));
    odd[odd.size() - 3] = '/'; // bits that padding cuts off
    odd.back() = '=';
    CHECK(joined(cut(odd, 1000)) == odd);
    std::string with_lines = image;
    with_lines.insert(200, "\n");
    CHECK(joined(cut(with_lines, 1000)) == with_lines);
}

TEST_CASE("a long run of base64 is stored in parts of bounded size") {
    const std::string image = base64_encode(noise(20 << 20, 13));
    const std::vector<Piece> pieces = cut("\"" + image + "\"", 1 << 20);
    CHECK(blobs(pieces) == 2);
    CHECK(joined(pieces) == "\"" + image + "\"");
}

TEST_CASE("the hash of a marked beginning tells whether a source has only grown") {
    const std::string source = words(100'000, 14);
    for (const std::size_t mark : {std::size_t{1}, std::size_t{50'000}, source.size()}) {
        RetainingThread thread;
        Retainer retainer(thread, mark);
        retainer.feed(std::string_view(source).substr(0, 30'000));
        retainer.feed(std::string_view(source).substr(30'000));
        retainer.finish();
        REQUIRE(retainer.has_prefix());
        CHECK(retainer.prefix_sha256() == sha256(std::string_view(source).substr(0, mark)));
    }
    RetainingThread thread;
    Retainer shorter(thread, source.size() + 1);
    shorter.feed(source);
    shorter.finish();
    CHECK(!shorter.has_prefix());
}

TEST_CASE("equal bytes of several sources are stored once, and each source comes back") {
    Scene scene;
    const std::string shared = words(2 << 20, 15) + "\"" + base64_encode(noise(9'000, 16)) + "\"";
    Told one = {.name = "1", .location = "/1", .rest = shared + "end of the first"};
    Told two = {.name = "2", .location = "/2", .rest = "x" + shared};
    scene.import(one);
    const std::int64_t before = scene.count("SELECT count(*) FROM chunk");
    scene.import(two);
    CHECK(scene.count("SELECT count(*) FROM chunk") <= before + 4);
    CHECK(scene.count("SELECT count(*) FROM blob") == 1);
    for (const Told* told : {&one, &two})
        for (const SourceView& source : value_of(scene.store->sources({}))) {
            if (source.reference.name != told->name) continue;
            std::string bytes;
            CHECK(value_of(scene.store->read_source(*parse_uuid(source.reference.id),
                                                    [&](std::string_view part) {
                                                        bytes += part;
                                                        return done();
                                                    })));
            CHECK(bytes == told->bytes());
        }
    CHECK(scene.verified());
}
