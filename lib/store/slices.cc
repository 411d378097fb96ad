#include "store/slices.h"

#include "base/json_scan.h"
#include "base/json_unescape.h"

#include <algorithm>

namespace kato {
namespace {

constexpr std::uint64_t k_looks = 8; // at each byte of a record, in the worst case
constexpr std::size_t k_needle_bytes = 32;
constexpr std::size_t k_min_needle_bytes = 4;

// The beginning of a text that is written the same way in every JSON string.
std::string_view unescaped_beginning(std::string_view text) {
    std::size_t end = 0;
    while (end < std::min(text.size(), k_needle_bytes)) {
        const auto c = static_cast<unsigned char>(text[end]);
        if (c < 0x20 || c >= 0x7F || c == '"' || c == '\\' || c == '/') break;
        ++end;
    }
    return text.substr(0, end);
}

// Where a string's content ends that begins at `begin`: its closing quote.
std::size_t end_of_string(std::string_view json, std::size_t begin) {
    const char* const end = json.data() + json.size();
    const char* p = json.data() + begin;
    for (;;) {
        p = json::find_special(p, end);
        if (p == end || *p == '"') return static_cast<std::size_t>(p - json.data());
        p += *p == '\\' && end - p > 1 ? 2 : 1;
    }
}

} // namespace

SliceFinder::SliceFinder(std::int64_t source, const SourceText& record)
    : source_(source), budget_(record.bytes.size() * k_looks) {
    if (record.bytes.size() <= k_max_slice_bytes) record_ = record;
}

std::optional<Slice> SliceFinder::find(std::string_view value) {
    if (value.empty() || value.size() > record_.bytes.size()) return std::nullopt;
    // Structured data stands there as it is, texts are strings.
    if (value.front() == '{' || value.front() == '[') {
        if (auto found = find_plain(value)) return found;
    }
    return find_escaped(value);
}

// From `from` to the end; npos also when enough was looked at.
std::size_t SliceFinder::next(std::string_view needle, std::size_t from) {
    const std::string_view reach = record_.bytes.substr(
        0, static_cast<std::size_t>(std::min<std::uint64_t>(record_.bytes.size(), from + budget_)));
    const std::size_t at = from > reach.size() ? std::string_view::npos : reach.find(needle, from);
    const std::size_t stop = at == std::string_view::npos ? reach.size() : at + needle.size();
    budget_ -= std::min<std::uint64_t>(budget_, stop - std::min(from, stop));
    return at;
}

Slice SliceFinder::slice(std::size_t at, std::size_t length, bool escaped) {
    at_ = at + length;
    return {source_, record_.offset + at, length, escaped};
}

// By its beginning first: a search for the whole value would compare nearly all of it wherever a
// text goes on as it does.
std::optional<Slice> SliceFinder::find_plain(std::string_view value) {
    const std::string_view needle = value.substr(0, k_needle_bytes);
    const std::size_t first = at_;
    for (const std::size_t from : {first, std::size_t{0}}) {
        std::size_t at = from;
        while ((at = next(needle, at)) != std::string_view::npos) {
            const std::string_view there = record_.bytes.substr(at, value.size());
            if (there == value) return slice(at, value.size(), false);
            if (there.size() < value.size()) break;
            const auto differs = std::mismatch(value.begin(), value.end(), there.begin()).first;
            budget_ -= std::min(budget_, static_cast<std::uint64_t>(differs - value.begin()));
            ++at;
        }
        if (first == 0) break;
    }
    return std::nullopt;
}

std::optional<Slice> SliceFinder::find_escaped(std::string_view value) {
    const std::string_view beginning = unescaped_beginning(value);
    if (beginning.size() < k_min_needle_bytes) return std::nullopt;
    const std::string needle = '"' + std::string(beginning);
    const std::size_t first = at_;
    for (const std::size_t from : {first, std::size_t{0}}) {
        std::size_t at = from;
        while ((at = next(needle, at)) != std::string_view::npos) {
            const std::size_t begin = ++at;
            const std::size_t length = end_of_string(record_.bytes, begin) - begin;
            budget_ -= std::min<std::uint64_t>(budget_, length);
            if (length < value.size()) continue;
            decoded_.clear();
            if (json::unescape(record_.bytes.substr(begin, length), decoded_) && decoded_ == value)
                return slice(begin, length, true);
        }
        if (first == 0) break;
    }
    return std::nullopt;
}

} // namespace kato
