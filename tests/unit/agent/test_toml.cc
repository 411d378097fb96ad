// TOML: what is understood, and where what is not goes wrong.
#include "agent/toml.h"

#include <doctest/doctest.h>

using namespace kato;
using namespace kato::agent;

namespace {

std::string json(std::string_view text) {
    const auto root = parse_toml(text);
    if (root) return to_json(*root);
    return std::to_string(root.error().line.value_or(0)) + ": " + root.error().message;
}

bool wrong_at(std::string_view text, std::uint64_t line) {
    const auto root = parse_toml(text);
    return !root && root.error().line == line && root.error().code == Code::invalid;
}

} // namespace

TEST_CASE("pairs, tables and comments are read") {
    CHECK(json("") == "{}");
    CHECK(json("a = 1 # b = 2\n\n# c\n[t]\r\nb = true\n[t.u]\nc = \"x\"") ==
          R"({"a":1,"t":{"b":true,"u":{"c":"x"}}})");
    CHECK(json("\xEF\xBB\xBF"
               "a = 1") == R"({"a":1})");
    CHECK(json("\"a b\" = 1\n'c.d' = 2\n3 = 3\n-_ = 4\n") == R"({"a b":1,"c.d":2,"3":3,"-_":4})");
    CHECK(json("a.b.c = 1\na . \"b\" .d = 2\n") == R"({"a":{"b":{"c":1,"d":2}}})");
    CHECK(json("[a.b]\nx = 1\n[a]\ny = 2\n") == R"({"a":{"b":{"x":1},"y":2}})");
}

TEST_CASE("texts are read with their escapes") {
    CHECK(json(R"(a = "\b\t\n\f\r\"\\\u00e9\U0001F600")") == R"({"a":"\b\t\n\f\r\"\\)"
                                                             "\xC3\xA9\xF0\x9F\x98\x80"
                                                             R"("})");
    CHECK(json(R"(a = 'C:\x "y"')") == R"({"a":"C:\\x \"y\""})");
    CHECK(json("a = \"\"\nb = ''\nc = \"#\" # \xC3\xA9") == R"({"a":"","b":"","c":"#"})");
}

TEST_CASE("numbers are read in their spellings") {
    CHECK(json("a = [0, +1, -17, 1_000, 0x1F, 0o17, 0b101, 9223372036854775807]") ==
          R"({"a":[0,1,-17,1000,31,15,5,9223372036854775807]})");
    CHECK(json("a = [0.5, -1.25, +2e3, 1_0.0_1E-2]") == R"({"a":[0.5,-1.25,2e3,10.01E-2]})");
    for (const char* word : {"01",
                             "1_",
                             "_1",
                             "1__0",
                             ".5",
                             "5.",
                             "1e",
                             "1.e3",
                             "0x",
                             "0xG",
                             "-0x1",
                             "0x-1",
                             "+",
                             "-",
                             "--1",
                             "1.2.3",
                             "9223372036854775808",
                             "inf",
                             "-nan",
                             "True",
                             "abc",
                             "1979-05-27",
                             "07:32:00",
                             "0b2",
                             "0o8",
                             "1:2"}) {
        CAPTURE(word);
        CHECK(wrong_at(std::string("\na = ") + word + "\n", 2));
    }
}

TEST_CASE("lists go over lines, tables in braces do not") {
    CHECK(json("a = [ # x\n 1,\n\n 2, # y\n]\nb = []") == R"({"a":[1,2],"b":[]})");
    CHECK(json("a = { b = 1, c.d = [{}], \"e\" = '' }") ==
          R"({"a":{"b":1,"c":{"d":[{}]},"e":""}})");
    CHECK(wrong_at("a = {\n}", 1));
    CHECK(wrong_at("a = { b = 1, }", 1));
    CHECK(wrong_at("a = [1 2]", 1));
    CHECK(wrong_at("a = [1,,2]", 1));
    CHECK(wrong_at("a = [\n1\n", 3));
    CHECK(wrong_at("a = [,]", 1));
}

TEST_CASE("nothing is there twice") {
    for (const char* text :
         {"a = 1\na = 2", "[a]\n[a]", "a.b = 1\na.b = 2", "a = 1\na.b = 2", "a = {}\na.b = 1",
          "a.b = 1\n[a]", "[a]\n[a.b]\n[a.b]", "a = {}\n[a.b]", "a = [{}]\n[a.b]",
          "[t]\na.b = 1\n[t.a]", "[t.a]\n[t]\na.b = 1", "a = { b = 1, b = 2 }"}) {
        CAPTURE(text);
        CHECK(json(text).find("is there twice") != std::string::npos);
    }
}

TEST_CASE("what is not understood is an error in its line") {
    for (const char* text : {"\na",
                             "\na =",
                             "\n= 1",
                             "\na = 1 b = 2",
                             "\na = \"x",
                             "\na = 'x",
                             "\na = \"\\x\"",
                             "\na = \"\\u12\"",
                             "\na = \"\\uD800\"",
                             "\na = \"\\U00110000\"",
                             "\na = \"\\u0000\"",
                             "\na = \"\"\"x\"\"\"",
                             "\na = '''x'''",
                             "\n[a",
                             "\n[]",
                             "\n[a]]",
                             "\n[[a]]",
                             "\n[a.]",
                             "\n[?]",
                             "\na. = 1",
                             "\n.a = 1",
                             "\n\xC3\xA9 = 1",
                             "\na = \xC3\xA9",
                             "\na = \"\xFF\"",
                             "\na = \"\x01\"",
                             "\na = 1\rb = 2",
                             "\na = 0\"x\"",
                             "\na = 9[\"\xEF\xBB\xBB\"",
                             "\n]",
                             "\na = \"x\" \"y\"",
                             "\n# \x7F"}) {
        CAPTURE(text);
        CHECK(wrong_at(text, 2));
    }
}

TEST_CASE("elements know their lines") {
    const auto root = parse_toml("\na = [\n1,\n2]\n[t]\nb = 1\n");
    REQUIRE(root);
    CHECK(root->elements[0].line == 2);
    CHECK(root->elements[0].elements[1].line == 4);
    CHECK(root->elements[1].line == 5);
    CHECK(root->elements[1].elements[0].line == 6);
}

TEST_CASE("depth and number are bounded") {
    std::string lists, keys, many;
    for (int i = 0; i < 100'000; ++i) lists += '[', keys += "a.", many += "1,";
    for (const std::string& text : {"a = " + lists, keys + "a = 1", "[" + keys + "a]",
                                    "a = [" + many + "]", "a = {" + keys + "a = 1}"}) {
        const auto root = parse_toml(text);
        REQUIRE(!root);
        CHECK(root.error().code == Code::limit);
    }
}
