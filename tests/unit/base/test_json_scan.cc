// The search for what ends or interrupts a JSON string, against one byte after the other.
#include "base/json_scan.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <random>
#include <string>

using namespace kato;

namespace {

std::size_t one_by_one(const std::string& text, std::size_t from) {
    const auto special = [](char c) {
        return c == '"' || c == '\\' || static_cast<unsigned char>(c) < 0x20;
    };
    return static_cast<std::size_t>(
        std::find_if(text.begin() + static_cast<std::ptrdiff_t>(from), text.end(), special) -
        text.begin());
}

std::size_t found(const std::string& text, std::size_t from) {
    const char* const begin = text.data();
    return static_cast<std::size_t>(json::find_special(begin + from, begin + text.size()) - begin);
}

} // namespace

TEST_CASE("every byte is told from the special ones, wherever it stands") {
    for (const std::size_t size : {1, 7, 8, 9, 15, 16, 17, 31, 33, 40}) {
        for (std::size_t at = 0; at != size; ++at) {
            for (int byte = 0; byte != 256; ++byte) {
                std::string text(size, 'a');
                text[at] = static_cast<char>(byte);
                REQUIRE(found(text, 0) == one_by_one(text, 0));
            }
        }
    }
}

TEST_CASE("the first of several is found, from any place on") {
    std::mt19937 random(1);
    for (int round = 0; round != 2000; ++round) {
        std::string text(random() % 70, '\0');
        for (char& c : text)
            c = static_cast<char>(random() % 8 == 0 ? random() : 0x20 + random() % 0xE0);
        for (std::size_t from = 0; from <= text.size(); ++from)
            REQUIRE(found(text, from) == one_by_one(text, from));
    }
}
