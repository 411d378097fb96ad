// Finds the bytes that matter inside JSON strings, eight or (with SSE2) sixteen at a time.
#pragma once

#include <bit>
#include <cstdint>
#include <cstring>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

namespace kato::json {

// The first quote, backslash or control character (< 0x20) in [p, end), or end.
inline const char* find_special(const char* p, const char* end) {
#if defined(__SSE2__)
    const __m128i quotes = _mm_set1_epi8('"');
    const __m128i slashes = _mm_set1_epi8('\\');
    const __m128i last_control = _mm_set1_epi8(0x1F);
    while (end - p >= 16) {
        __m128i bytes;
        std::memcpy(&bytes, p, sizeof bytes);
        const __m128i controls = _mm_cmpeq_epi8(_mm_min_epu8(bytes, last_control), bytes);
        const __m128i marks = _mm_or_si128(
            controls, _mm_or_si128(_mm_cmpeq_epi8(bytes, quotes), _mm_cmpeq_epi8(bytes, slashes)));
        const auto mask = static_cast<unsigned>(_mm_movemask_epi8(marks));
        if (mask != 0) return p + std::countr_zero(mask);
        p += 16;
    }
#endif
    static_assert(std::endian::native == std::endian::little);
    constexpr std::uint64_t k_ones = 0x0101010101010101U;
    constexpr std::uint64_t k_highs = 0x8080808080808080U;
    while (end - p >= 8) {
        std::uint64_t word;
        std::memcpy(&word, p, sizeof word);
        const std::uint64_t quote = word ^ (k_ones * '"');
        const std::uint64_t slash = word ^ (k_ones * '\\');
        // Borrows run upwards only, so the lowest mark of the three is exact.
        const std::uint64_t marks = (((quote - k_ones) & ~quote) | ((slash - k_ones) & ~slash) |
                                     ((word - k_ones * 0x20) & ~word)) &
                                    k_highs;
        if (marks != 0) return p + std::countr_zero(marks) / 8;
        p += 8;
    }
    for (; p != end; ++p) {
        if (*p == '"' || *p == '\\' || static_cast<unsigned char>(*p) < 0x20) break;
    }
    return p;
}

inline bool is_space(char c) { return c == ' ' || c == '\n' || c == '\r' || c == '\t'; }

} // namespace kato::json
