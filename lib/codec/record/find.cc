#include "codec/record/find.h"

#include <cstdint>
#include <vector>

namespace kato::record {

// Knuth, Morris and Pratt: `borders` says how much of the needle still fits after a mismatch.
std::size_t find_text(std::string_view text, std::string_view needle, std::size_t from) {
    if (from > text.size() || needle.size() > text.size() - from) return std::string_view::npos;
    if (needle.empty()) return from;
    std::vector<std::size_t> borders(needle.size(), 0);
    for (std::size_t i = 1, fits = 0; i < needle.size(); ++i) {
        while (fits != 0 && needle[i] != needle[fits]) fits = borders[fits - 1];
        if (needle[i] == needle[fits]) ++fits;
        borders[i] = fits;
    }
    for (std::size_t i = from, fits = 0; i < text.size(); ++i) {
        while (fits != 0 && text[i] != needle[fits]) fits = borders[fits - 1];
        if (text[i] == needle[fits]) ++fits;
        if (fits == needle.size()) return i + 1 - fits;
    }
    return std::string_view::npos;
}

} // namespace kato::record
