// Base64: what is accepted, and pieces of any length.
#include "base/base64.h"

#include <doctest/doctest.h>

using namespace kato;

TEST_CASE("base64 decodes what encodes back to the same text, and nothing else") {
    for (const std::string bytes : {"", "a", "ab", "abc", "abcd", "\xFF\xFE\xFD"}) {
        const auto back = base64_decode_exact(base64_encode(bytes));
        REQUIRE(back);
        CHECK(*back == bytes);
    }
    CHECK(base64_encode("light w") == "bGlnaHQgdw==");
    for (const char* text : {"YQ", "YQ=", "YR==", "YWJ=", "YQ==YQ==", "YW=J",
                             "====", "Y===", "YW Jj", "YW-_", "Y", "YQ==="})
        CHECK_MESSAGE(!base64_decode_exact(text), text);
}

TEST_CASE("base64 in pieces is the same as at once") {
    const std::string text = base64_encode("pieces of any length, cut anywhere!");
    for (std::size_t step = 1; step < text.size(); ++step) {
        Base64Decoder decoder;
        std::string bytes;
        for (std::size_t at = 0; at < text.size(); at += step)
            REQUIRE(decoder.add(std::string_view(text).substr(at, step), bytes));
        CHECK(decoder.finish());
        CHECK(bytes == "pieces of any length, cut anywhere!");
    }
}
