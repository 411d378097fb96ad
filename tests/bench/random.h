// The bench corpus's random numbers: the same seed gives the same numbers with every compiler.
#pragma once

#include <cstdint>

namespace bench {

// SplitMix64 (Steele, Lea, Flood 2014).
class Random {
public:
    explicit Random(std::uint64_t seed) : state_(seed) {}

    std::uint64_t next() {
        state_ += 0x9E3779B97F4A7C15U;
        std::uint64_t z = state_;
        z = (z ^ (z >> 30U)) * 0xBF58476D1CE4E5B9U;
        z = (z ^ (z >> 27U)) * 0x94D049BB133111EBU;
        return z ^ (z >> 31U);
    }

    // 0 to `bound` - 1; `bound` is small against 2^64, so the bias does not show.
    std::uint64_t below(std::uint64_t bound) { return next() % bound; }
    std::uint64_t between(std::uint64_t low, std::uint64_t high) {
        return low + below(high - low + 1);
    }
    bool chance(unsigned percent) { return below(100) < percent; }

    // Small values often, large ones seldom, as lengths of texts are: `typical` is the median, and
    // one in about a hundred is twenty times as large.
    std::uint64_t length(std::uint64_t typical) {
        std::uint64_t value = typical / 4 + below(typical * 3 / 2 + 1);
        while (value < typical * 64 && chance(23)) value *= 2;
        return value;
    }

    // An index below `count` that prefers small ones: about Zipf's law, as words are distributed.
    std::uint64_t zipf(std::uint64_t count) {
        std::uint64_t bits = 0;
        for (std::uint64_t n = count; n > 1; n >>= 1U) ++bits;
        const std::uint64_t level = below(bits + 1);
        const std::uint64_t low = level == 0 ? 0 : (1ULL << (level - 1));
        const std::uint64_t high = level == 0 ? 1 : (1ULL << level);
        const std::uint64_t index = low + below(high - low);
        return index < count ? index : count - 1;
    }

private:
    std::uint64_t state_;
};

} // namespace bench
