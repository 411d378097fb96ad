// UTF-8 and WTF-8: what is valid, what replaces the rest.
#include "base/text.h"

#include <doctest/doctest.h>

using namespace kato;

namespace {

const std::string k_replacement = "\xEF\xBF\xBD";

std::string repeated(int count) {
    std::string out;
    for (int i = 0; i < count; ++i) out += k_replacement;
    return out;
}

} // namespace

TEST_CASE("well-formed UTF-8 is valid to its end") {
    for (const std::string_view text :
         {std::string_view(""), std::string_view("plain"), std::string_view("\0nul", 4),
          std::string_view("\xC3\xA9"), std::string_view("\xE6\x97\xA5\xE6\x9C\xAC"),
          std::string_view("\xF0\x9F\x98\x80"), std::string_view("\xF4\x8F\xBF\xBF")})
        CHECK(is_utf8(text));
}

TEST_CASE("ill-formed sequences end the valid prefix") {
    CHECK(utf8_prefix("ab\x80") == 2);               // a tail alone
    CHECK(utf8_prefix("\xC0\x80") == 0);             // overlong
    CHECK(utf8_prefix("\xE0\x9F\xBF") == 0);         // overlong
    CHECK(utf8_prefix("a\xED\xA0\x80") == 1);        // a surrogate
    CHECK(utf8_prefix("\xF4\x90\x80\x80") == 0);     // beyond U+10FFFF
    CHECK(utf8_prefix("x\xE6\x97") == 1);            // cut short
    CHECK(utf8_prefix("\xF8\x88\x80\x80\x80") == 0); // five bytes
}

TEST_CASE("each maximal ill-formed subsequence becomes one U+FFFD") {
    CHECK(to_valid_utf8("a\xFF"
                        "b") == "a" + repeated(1) + "b");
    CHECK(to_valid_utf8("\x80\x80") == repeated(2));
    CHECK(to_valid_utf8("\xF0\x9F\x98") == repeated(1)); // cut short
    CHECK(to_valid_utf8("\xF0\x9F\x98!") == repeated(1) + "!");
    CHECK(to_valid_utf8("\xE0\x80\x80") == repeated(3)); // overlong
    CHECK(to_valid_utf8("\xED\xA0\x80") == repeated(1)); // a lone surrogate as WTF-8
    CHECK(to_valid_utf8("fine \xE6\x97\xA5") == "fine \xE6\x97\xA5");
}

TEST_CASE("what was made valid is valid, for every pair of bytes after a lead") {
    for (int lead : {0x41, 0xC3, 0xE0, 0xE6, 0xED, 0xF0, 0xF4, 0xFF})
        for (int b = 0; b < 256; ++b)
            for (int c : {0x00, 0x41, 0x80, 0x9F, 0xA0, 0xBF, 0xC0, 0xFF}) {
                const std::string bytes = {static_cast<char>(lead), static_cast<char>(b),
                                           static_cast<char>(c)};
                const std::string valid = to_valid_utf8(bytes);
                if (!is_utf8(valid)) FAIL_CHECK("not valid after " << lead << " " << b << " " << c);
                if (is_utf8(bytes) && valid != bytes) FAIL_CHECK("valid bytes changed");
            }
}

TEST_CASE("code points survive writing and reading, surrogates too") {
    for (const std::uint32_t c : {0x0U, 0x7FU, 0x80U, 0x7FFU, 0x800U, 0xD83DU, 0xDC00U, 0xFFFDU,
                                  0xFFFFU, 0x10000U, 0x10FFFFU}) {
        std::string bytes = "x";
        append_utf8(bytes, c);
        std::size_t pos = 1;
        CHECK(next_code_point(bytes, pos) == c);
        CHECK(pos == bytes.size());
    }
}

TEST_CASE("ill-formed bytes read as U+FFFD one at a time") {
    std::size_t pos = 0;
    const std::string_view bytes = "\xE6\x97"
                                   "a";
    CHECK(next_code_point(bytes, pos) == 0xFFFD);
    CHECK(pos == 1);
    CHECK(next_code_point(bytes, pos) == 0xFFFD);
    CHECK(next_code_point(bytes, pos) == 'a');
    CHECK(pos == 3);
}

TEST_CASE("texts are compared whatever the case, in every script that has one") {
    CHECK(fold_case("Kato IS") == "kato is");
    CHECK(fold_case("\u00C4RGER \u0416\u0401 \u03A3\u03AF\u03C3\u03C5\u03C6\u03BF\u03C2 \uFF21") ==
          "\u00E4rger \u0436\u0451 \u03C3\u03AF\u03C3\u03C5\u03C6\u03BF\u03C3 \uFF41");
    CHECK(fold_case("\u0160\u0159\u00D7\u5B57\u00DF") == "\u0161\u0159\u00D7\u5B57\u00DF");
    CHECK(fold_case("a\xFFZ") == "a\uFFFDz"); // never fails
}
