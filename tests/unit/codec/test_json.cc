// JSON values: what is accepted, where the first error is, access, and what is left after taking.
#include "codec/json/json.h"

#include <doctest/doctest.h>

using namespace kato;
using json::Document;
using json::Type;

namespace {

std::optional<std::uint64_t> error_offset(std::string_view text) {
    Document document;
    const Status status = document.parse(text);
    if (status.ok()) return std::nullopt;
    CHECK(status.error().code == Code::invalid);
    CHECK_FALSE(document.root().present());
    return status.error().offset;
}

std::string decoded(std::string_view text) {
    Document document;
    REQUIRE(document.parse(text));
    return document.root().text();
}

} // namespace

TEST_CASE("every kind of value is read") {
    Document d;
    REQUIRE(
        d.parse(R"( {"n":null,"t":true,"f":false,"i":-12,"s":"x","a":[1,[],{}],"o":{"k":2}} )"));
    const json::Value root = d.root();
    CHECK(root.is_object());
    CHECK(root.size() == 7);
    CHECK(root.member("n").is_null());
    CHECK(root.member("t").boolean() == true);
    CHECK(root.member("f").boolean() == false);
    CHECK(root.member("i").integer() == -12);
    CHECK(root.member("s").text() == "x");
    CHECK(root.member("a").size() == 3);
    CHECK(root.member("a").first().integer() == 1);
    CHECK(root.member("a").first().next().is_array());
    CHECK(root.member("a").first().next().size() == 0);
    CHECK_FALSE(root.member("a").first().next().next().next().present());
    CHECK(root.member("o").first().key() == "k");
    CHECK_FALSE(root.member("none").present());
    CHECK_FALSE(root.member("none").member("deeper").first().next().present());
    CHECK(root.first().key() == "n");
    CHECK_FALSE(root.next().present());
}

TEST_CASE("a document is reused") {
    Document d;
    REQUIRE(d.parse("[1,2,3]"));
    CHECK_FALSE(d.parse("[1,"));
    REQUIRE(d.parse("{}"));
    CHECK(d.root().size() == 0);
}

TEST_CASE("the first wrong byte is named") {
    CHECK(error_offset("") == 0);
    CHECK(error_offset("  ") == 2);
    CHECK(error_offset("{") == 1);
    CHECK(error_offset("[1,]") == 3);
    CHECK(error_offset("{\"a\":1,}") == 7);
    CHECK(error_offset("{\"a\" 1}") == 5);
    CHECK(error_offset("{a:1}") == 1);
    CHECK(error_offset("[1 2]") == 3);
    CHECK(error_offset("{\"a\":1]") == 6);
    CHECK(error_offset("tru") == 3);
    CHECK(error_offset("trux") == 3);
    CHECK(error_offset("nulll") == 4);
    CHECK(error_offset("{}x") == 2);
    CHECK(error_offset("'a'") == 0);
    CHECK(error_offset("\"a") == 2);
    CHECK(error_offset("\"12345678\x01\"") == 9);
    CHECK(error_offset("\"a\nb\"") == 2);
    CHECK(error_offset("\"a\\xb\"") == 2);
    CHECK(error_offset("\"a\\u12g4\"") == 2);
    CHECK(error_offset("\"a\\u12") == 6);
    CHECK(error_offset("\"a\\") == 3);
    CHECK(error_offset(std::string_view("\"a\0b\"", 5)) == 2);
    CHECK(error_offset(std::string_view("[\0]", 3)) == 1);
}

TEST_CASE("numbers follow the grammar") {
    for (const char* good : {"0", "-0", "10", "1.5", "-1.5e+10", "1E5", "0.0"}) {
        CAPTURE(good);
        CHECK_FALSE(error_offset(good).has_value());
    }
    for (const char* bad : {"01", "-", "+1", ".5", "1.", "1e", "1e+", "0x1", "NaN", "--1"}) {
        CAPTURE(bad);
        CHECK(error_offset(bad).has_value());
    }
}

TEST_CASE("whole numbers that fit are integers") {
    Document d;
    const auto integer = [&](std::string_view text) {
        REQUIRE(d.parse(text));
        return d.root().integer();
    };
    CHECK(integer("9223372036854775807") == INT64_MAX);
    CHECK(integer("-9223372036854775808") == INT64_MIN);
    CHECK(integer("1.0") == 1);
    CHECK(integer("1e3") == 1000);
    CHECK_FALSE(integer("9223372036854775808").has_value());
    CHECK_FALSE(integer("1.5").has_value());
    CHECK_FALSE(integer("1e30").has_value());
    CHECK_FALSE(integer("1e999").has_value());
    CHECK_FALSE(integer("\"1\"").has_value());
}

TEST_CASE("bytes that are not UTF-8 are found, unless something before them is wrong") {
    CHECK(error_offset("\"abc\xFF\"") == 4);
    CHECK(error_offset("\"\xED\xA0\x80\"") == 1); // a surrogate as bytes
    CHECK(error_offset("\"\xC0\x80\"") == 1);
    CHECK(error_offset("[x,\"\xFF\"]") == 1);
    CHECK(error_offset("{} \xFF") == 3);
    CHECK_FALSE(error_offset("\"\xF0\x9F\x98\x80\xC3\xA9\"").has_value());
}

TEST_CASE("strings are decoded, lone surrogates to WTF-8") {
    CHECK(decoded(R"("a\"\\\/\b\f\n\r\tz")") == "a\"\\/\b\f\n\r\tz");
    CHECK(decoded(R"("\u0041\u00e9\u20AC")") == "A\xC3\xA9\xE2\x82\xAC");
    CHECK(decoded(R"("\ud83d\ude00")") == "\xF0\x9F\x98\x80");
    CHECK(decoded(R"("\ud83d")") == "\xED\xA0\xBD");
    CHECK(decoded(R"("\ud83dx\ude00")") == "\xED\xA0\xBDx\xED\xB8\x80");
    CHECK(decoded(R"("\ud83d\u0041")") == "\xED\xA0\xBD"
                                          "A");
    CHECK(decoded(R"("\ud83d\ud83d\ude00")") == "\xED\xA0\xBD\xF0\x9F\x98\x80");
    CHECK(decoded(R"("\u0000")") == std::string(1, '\0'));
}

TEST_CASE("strings are written with the fewest escapes, and read back") {
    const auto written = [](std::string_view text) {
        std::string out;
        json::append_string(out, text);
        std::string again;
        CHECK(json::unescape(std::string_view(out).substr(1, out.size() - 2), again));
        CHECK(again == text);
        return out;
    };
    CHECK(written("plain / text") == "\"plain / text\"");
    CHECK(written("a\"\\\b\f\n\r\tz") == R"("a\"\\\b\f\n\r\tz")");
    CHECK(written(std::string_view("\0\x1F\x7F", 3)) == "\"\\u0000\\u001f\x7F\"");
    CHECK(written("\xED\xA0\xBD") == R"("\ud83d")");
    CHECK(written("0123456\xED\xA0\xBD"
                  "0123456\n") == R"("0123456\ud83d0123456\n")");
    CHECK(written("\xED\x95\x9C\xED\x95\x9C") == "\"\xED\x95\x9C\xED\x95\x9C\""); // not a surrogate
    CHECK(written("\xF0\x9F\x98\x80") == "\"\xF0\x9F\x98\x80\"");
}

TEST_CASE("of several members of one name the last counts, and all are kept") {
    Document d;
    REQUIRE(d.parse(R"({"a":1,"b":2,"\u0061":3})"));
    CHECK(d.root().member("a").integer() == 3);
    CHECK(d.root().minified() == R"({"a":1,"b":2,"\u0061":3})");
    d.root().member("a").take();
    CHECK(d.root().remainder() == R"({"a":1,"b":2})");
}

TEST_CASE("minified keeps every token as it was written") {
    Document d;
    REQUIRE(d.parse(
        "{ \"a\" : [ 1.50 , -0 ,\t1E+2 ] ,\n \"b \\\" c\" : \" \\u0041 \\\\\" , \"c\":{ } }"));
    CHECK(d.root().minified() == R"({"a":[1.50,-0,1E+2],"b \" c":" \u0041 \\","c":{}})");
    CHECK(d.root().member("a").minified() == "[1.50,-0,1E+2]");
    CHECK(d.root().member("c").minified() == "{}");
    CHECK(d.root().remainder() == d.root().minified());
}

TEST_CASE("the remainder is what nobody took") {
    Document d;
    REQUIRE(d.parse(R"({"a":{"x":1,"y":[1,2,{"z":3}]},"b":[],"c":"t"})"));
    const json::Value root = d.root();
    CHECK_FALSE(root.taken());
    root.member("c").take();
    CHECK(root.remainder() == R"({"a":{"x":1,"y":[1,2,{"z":3}]},"b":[]})");
    root.member("a").member("y").first().take();
    root.member("a").member("x").take();
    CHECK(root.remainder() == R"({"a":{"y":[2,{"z":3}]},"b":[]})");
    root.member("a").member("y").first().next().next().member("z").take();
    CHECK(root.remainder() == R"({"a":{"y":[2]},"b":[]})");
    root.member("b").take();
    root.member("a").take();
    CHECK(root.member("a").member("y").first().next().taken());
    CHECK(root.remainder().empty());
    CHECK_FALSE(root.taken());
}

TEST_CASE("nesting up to the limit is read, one level more is refused with its place") {
    const auto nested = [](std::size_t levels) {
        return std::string(levels, '[') + std::string(levels, ']');
    };
    Document d;
    const std::string deepest = nested(json::k_max_depth); // values are pieces of the text
    CHECK(d.parse(deepest));
    CHECK(d.root().remainder() == deepest);
    const Status refused = d.parse(nested(json::k_max_depth + 1));
    REQUIRE_FALSE(refused);
    CHECK(refused.error().code == Code::limit);
    CHECK(refused.error().offset == json::k_max_depth);
    CHECK_FALSE(d.parse(nested(100'000)));
}

TEST_CASE("too many values are refused") {
    std::string text = "[0";
    for (std::size_t i = 0; i < json::k_max_values; ++i) text += ",0";
    text += "]";
    Document d;
    const Status refused = d.parse(text);
    REQUIRE_FALSE(refused);
    CHECK(refused.error().code == Code::limit);
}

TEST_CASE("of glued values the length of the first is known") {
    Document d;
    CHECK_FALSE(d.parse(R"( {"a":1} {"b":2})"));
    CHECK(d.first_value_length() == 8);
    CHECK_FALSE(d.parse(R"({"a":1}garbage)"));
    CHECK(d.first_value_length() == 7);
    CHECK_FALSE(d.parse(R"({"a":1)"));
    CHECK(d.first_value_length() == 0);
    CHECK(d.parse(R"({"a":1})"));
    CHECK(d.first_value_length() == 0);
}

TEST_CASE("any cut of a text is refused and never read beyond") {
    const std::string text =
        R"({"a":[true,false,null,-1.5e3,"\ud83d\ude00\n"],"b":{"c":[]}, "d":"x"})";
    Document d;
    for (std::size_t length = 0; length < text.size(); ++length) {
        const std::vector<char> exact(text.begin(),
                                      text.begin() + static_cast<std::ptrdiff_t>(length));
        CAPTURE(length);
        const Status status = d.parse(std::string_view(exact.data(), exact.size()));
        CHECK_FALSE(status);
        if (!status) CHECK(status.error().offset.value_or(999) <= length);
    }
    CHECK(d.parse(text));
}

TEST_CASE("a string that was set aside is found again, and damage inside it is an error") {
    Document d;
    REQUIRE(d.parse(R"({"a":"","b":["",""]})", {{5, 100, 7}, {16, 107, 9}}));
    REQUIRE(d.root().member("a").spill() != nullptr);
    CHECK(d.root().member("a").spill()->length == 7);
    CHECK(d.root().member("b").first().spill() == nullptr);
    REQUIRE(d.root().member("b").first().next().spill() != nullptr);
    CHECK(d.root().member("b").first().next().spill()->offset == 107);
    CHECK_FALSE(d.parse(R"({"a":""})", {{5, 0, 7, true, false}}));
    CHECK_FALSE(d.parse(R"({"":1})", {{1, 0, 7}})); // a name that long
}
