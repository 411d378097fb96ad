// Digests against the published vectors, and hexadecimal text.
#include "base/hash.h"

#include <doctest/doctest.h>

using namespace kato;

TEST_CASE("SHA-256 gives the digests of FIPS 180-4") {
    CHECK(to_hex(sha256("")) == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    CHECK(to_hex(sha256("abc")) ==
          "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

TEST_CASE("SHA-256 does not depend on how the bytes are cut") {
    const std::string bytes(1000, 'x');
    for (const std::size_t cut : {0UL, 1UL, 63UL, 64UL, 65UL, 999UL, 1000UL}) {
        Sha256 hash;
        hash.update(std::string_view(bytes).substr(0, cut));
        hash.update(std::string_view(bytes).substr(cut));
        CHECK(hash.finish() == sha256(bytes));
    }
}

TEST_CASE("BLAKE2b differs by its length, not only by cutting") {
    const std::string long_hash = to_hex(blake256("abc"));
    CHECK(long_hash.size() == 64);
    CHECK(long_hash.substr(0, 32) != to_hex(blake128("abc")));
    Blake128 hash;
    hash.update("a");
    hash.update("bc");
    CHECK(hash.finish() == blake128("abc"));
}

TEST_CASE("hexadecimal text is read exactly") {
    Key128 key{};
    CHECK(from_hex("000102030405060708090a0b0c0d0eFF", key));
    CHECK(key[15] == 0xFF);
    CHECK(to_hex(key) == "000102030405060708090a0b0c0d0eff");
    CHECK_FALSE(from_hex("000102030405060708090a0b0c0d0e", key));     // short
    CHECK_FALSE(from_hex("000102030405060708090a0b0c0d0eff00", key)); // long
    CHECK_FALSE(from_hex("000102030405060708090a0b0c0d0e-1", key));   // not a digit
}
