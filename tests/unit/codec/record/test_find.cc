// Finding texts: the same answers as the standard library's, in time also where that one takes hours.
#include "codec/record/find.h"

#include <doctest/doctest.h>

#include <random>
#include <string>

using namespace kato;

TEST_CASE("texts are found where the standard library finds them") {
    const unsigned seed = std::random_device()();
    MESSAGE("seed ", seed);
    std::mt19937 random(seed);
    const auto text_of = [&](std::size_t size) {
        std::string out;
        for (std::size_t i = 0; i != size; ++i) out += static_cast<char>('a' + random() % 2);
        return out;
    };
    for (int round = 0; round != 2000; ++round) {
        const std::string text = text_of(random() % 40);
        const std::string needle = text_of(random() % 6);
        const std::size_t from = random() % 45;
        CAPTURE(text);
        CAPTURE(needle);
        CAPTURE(from);
        CHECK(record::find_text(text, needle, from) == text.find(needle, from));
    }
}

TEST_CASE("a needle that almost fits everywhere costs no more than any other") {
    const std::string text(8'000'000, 'a');
    CHECK(record::find_text(text, std::string(1'000'000, 'a') + "b") == std::string::npos);
}
