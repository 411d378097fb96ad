#include "store/snippet.h"

#include "base/text.h"

#include <algorithm>
#include <tuple>
#include <unordered_map>
#include <utility>

namespace kato {
namespace {

constexpr std::size_t k_whole_bytes = 32 << 10; // a text up to here is looked through completely
constexpr std::size_t k_fallback_bytes = 128 << 10; // of a longer one, where its bytes give no hint
constexpr std::size_t k_before_bytes = 1024;        // around a place that the bytes hint at
constexpr std::size_t k_after_bytes = 3072;
constexpr std::size_t k_max_hints = 12;
constexpr std::size_t k_max_lead = 60; // characters before the first match
constexpr std::size_t k_max_word = 20; // a cut looks so far for the end of a word

struct Range {
    std::size_t begin = 0;
    std::size_t end = 0;
    std::size_t pattern = 0;
};

bool is_inner_byte(char c) { return (static_cast<unsigned char>(c) & 0xC0U) == 0x80U; }

// Which tokens of which patterns a token of the text is.
class Table {
public:
    struct Use {
        std::size_t pattern;
        std::size_t index;
    };
    explicit Table(const std::vector<Pattern>& patterns) {
        for (std::size_t i = 0; i < patterns.size(); ++i) {
            const Pattern& pattern = patterns[i];
            for (std::size_t j = 0; j < pattern.tokens.size(); ++j) {
                if (pattern.prefix && j + 1 == pattern.tokens.size())
                    prefixes_.push_back({pattern.tokens[j], {i, j}});
                else
                    exact_[pattern.tokens[j]].push_back({i, j});
            }
        }
    }
    template <class Found> void find(std::string_view token, const Found& found) const {
        if (const auto at = exact_.find(std::string(token)); at != exact_.end())
            for (const Use& use : at->second) found(use, token.size());
        for (const auto& [prefix, use] : prefixes_)
            if (token.starts_with(prefix)) found(use, prefix.size());
    }

private:
    std::unordered_map<std::string, std::vector<Use>> exact_{};
    std::vector<std::pair<std::string, Use>> prefixes_{};
};

bool is_one_cjk(std::string_view token) {
    std::size_t pos = 0;
    return !token.empty() && is_cjk(next_code_point(token, pos)) && pos == token.size();
}

// Where the patterns occur in `text`, whose first byte is number `base` of the whole.
Result<std::vector<Range>> find_matches(const Tokenizer& tokenizer, std::string_view text,
                                        std::size_t base, const std::vector<Pattern>& patterns,
                                        const Table& table) {
    struct Hit {
        std::size_t pattern, index, position, begin, end;
        bool operator<(const Hit& other) const {
            return std::tie(pattern, index, position) <
                   std::tie(other.pattern, other.index, other.position);
        }
    };
    std::vector<Hit> hits;
    std::size_t position = 0;
    bool first = true;
    KATO_CHECK(tokenizer.cut(text, Tokenizer::Purpose::document, [&](const Token& token) {
        if (!token.colocated && !first) ++position;
        first = false;
        table.find(token.text, [&](const Table::Use& use, std::size_t length) {
            // One character of a script without spaces is found as the beginning of a pair.
            const bool part = is_one_cjk(token.text.substr(0, length));
            hits.push_back({use.pattern, use.index, position, token.begin,
                            part ? token.begin + length : token.end});
        });
        return true;
    }));
    std::sort(hits.begin(), hits.end());
    std::vector<Range> out;
    for (const Hit& hit : hits) {
        if (hit.index != 0) continue;
        const Hit* last = &hit;
        for (std::size_t i = 1; i < patterns[hit.pattern].tokens.size() && last != nullptr; ++i) {
            const Hit wanted{hit.pattern, i, hit.position + i, 0, 0};
            const auto at = std::lower_bound(hits.begin(), hits.end(), wanted);
            last = at != hits.end() && !(wanted < *at) ? &*at : nullptr;
        }
        if (last != nullptr) out.push_back({base + hit.begin, base + last->end, hit.pattern});
    }
    std::sort(out.begin(), out.end(), [](const Range& a, const Range& b) {
        return std::tie(a.begin, a.end, a.pattern) < std::tie(b.begin, b.end, b.pattern);
    });
    return out;
}

// Finds `needle` (lower case) in whatever case of A to Z.
std::size_t find_bytes(std::string_view text, std::string_view needle, std::size_t from) {
    const char low = needle[0];
    const char high = low >= 'a' && low <= 'z' ? static_cast<char>(low - ('a' - 'A')) : low;
    const char both[] = {low, high};
    const auto same = [](char a, char b) {
        return (a >= 'A' && a <= 'Z' ? static_cast<char>(a + ('a' - 'A')) : a) == b;
    };
    for (std::size_t at = from;; ++at) {
        at = low == high ? text.find(low, at) : text.find_first_of({both, 2}, at);
        if (at == std::string_view::npos || at + needle.size() > text.size())
            return std::string_view::npos;
        if (std::equal(needle.begin(), needle.end(), text.begin() + static_cast<std::ptrdiff_t>(at),
                       [&](char n, char t) { return same(t, n); }))
            return at;
    }
}

// Matches in a part of a text that is too long to be looked through: around places where the bytes
// of a word occur, else at its beginning.
Result<std::vector<Range>> search_long(const Tokenizer& tokenizer, std::string_view text,
                                       const std::vector<Pattern>& patterns, const Table& table) {
    std::vector<std::size_t> hints;
    for (const Pattern& pattern : patterns) {
        std::size_t from = 0;
        for (int i = 0; i < 3 && hints.size() < k_max_hints && !pattern.tokens.empty(); ++i) {
            from = find_bytes(text, pattern.tokens.front(), from);
            if (from == std::string_view::npos) break;
            hints.push_back(from);
            from += k_after_bytes;
        }
    }
    std::vector<Range> best;
    std::size_t best_patterns = 0;
    for (const std::size_t hint : hints) {
        std::size_t begin = hint > k_before_bytes ? hint - k_before_bytes : 0;
        while (begin > 0 && begin < hint && is_inner_byte(text[begin])) ++begin;
        const std::string_view part = text.substr(begin, k_before_bytes + k_after_bytes);
        KATO_TRY(std::vector<Range> found, find_matches(tokenizer, part, begin, patterns, table));
        std::vector<bool> seen(patterns.size(), false);
        for (const Range& range : found) seen[range.pattern] = true;
        const auto count = static_cast<std::size_t>(std::count(seen.begin(), seen.end(), true));
        if (count <= best_patterns) continue;
        best = std::move(found);
        best_patterns = count;
        if (best_patterns == patterns.size()) break;
    }
    if (!best.empty()) return best;
    return find_matches(tokenizer, text.substr(0, k_fallback_bytes), 0, patterns, table);
}

// The characters of `text` from byte `begin`, at most `limit`: the byte behind the last.
std::size_t forward(std::string_view text, std::size_t begin, std::size_t limit) {
    for (; limit > 0 && begin < text.size(); --limit) {
        ++begin;
        while (begin < text.size() && is_inner_byte(text[begin])) ++begin;
    }
    return begin;
}

std::size_t backward(std::string_view text, std::size_t end, std::size_t limit) {
    for (; limit > 0 && end > 0; --limit) {
        --end;
        while (end > 0 && is_inner_byte(text[end])) --end;
    }
    return end;
}

bool is_space(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }

struct Window {
    std::size_t begin = 0;
    std::size_t end = 0;
};

// The window that shows most patterns; of several the one with most matches, then the first.
Window choose(std::string_view text, const std::vector<Range>& ranges, std::size_t patterns) {
    if (ranges.empty()) return {0, forward(text, 0, k_snippet_characters)};
    std::size_t best = 0;
    std::size_t best_end = 0;
    std::pair<std::size_t, std::size_t> best_score{0, 0};
    std::vector<std::size_t> seen(patterns, 0); // number of the window + 1 in which it was seen
    for (std::size_t i = 0; i < ranges.size(); ++i) {
        const std::size_t limit =
            forward(text, ranges[i].begin, k_snippet_characters - 2 * k_max_word);
        std::pair<std::size_t, std::size_t> score{0, 0};
        std::size_t end = ranges[i].end;
        for (std::size_t j = i; j < ranges.size() && ranges[j].begin < limit; ++j) {
            if (j > i && ranges[j].end > limit) continue;
            if (seen[ranges[j].pattern] != i + 1) ++score.first;
            seen[ranges[j].pattern] = i + 1;
            ++score.second;
            end = std::max(end, ranges[j].end);
        }
        if (score <= best_score) continue;
        best_score = score;
        best = i;
        best_end = end;
    }
    const std::size_t first = ranges[best].begin;
    std::size_t shown = 0; // characters of the matches and between them
    for (std::size_t pos = first; pos < best_end && shown < k_snippet_characters; ++shown)
        pos = forward(text, pos, 1);
    const std::size_t lead = std::min(k_max_lead, (k_snippet_characters - shown) / 2);
    std::size_t begin = backward(text, first, lead);
    std::size_t left = k_snippet_characters;
    for (std::size_t pos = begin; pos < first; --left) pos = forward(text, pos, 1);
    std::size_t end = forward(text, first, left);
    if (end == text.size()) { // room is left: show more of what is before
        std::size_t characters = 0;
        for (std::size_t pos = begin; pos < end; ++characters) pos = forward(text, pos, 1);
        if (characters < k_snippet_characters)
            begin = backward(text, begin, k_snippet_characters - characters);
    }
    return {begin, end};
}

// Moves the ends of a window that cut a word to the word's end, if that is near.
void snap(std::string_view text, Window& window, std::size_t first, std::size_t last) {
    if (window.begin > 0 && !is_space(text[window.begin - 1])) {
        const std::size_t limit = std::min(first, forward(text, window.begin, k_max_word));
        for (std::size_t pos = window.begin; pos < limit; ++pos)
            if (is_space(text[pos])) {
                window.begin = pos + 1;
                break;
            }
    }
    if (window.end < text.size() && !is_space(text[window.end])) {
        const std::size_t limit = std::max(last, backward(text, window.end, k_max_word));
        for (std::size_t pos = window.end; pos > limit; --pos)
            if (is_space(text[pos - 1])) {
                window.end = pos - 1;
                break;
            }
    }
}

constexpr std::string_view k_ellipsis = "\xE2\x80\xA6";

// The window on one line, with marks.
std::string render(std::string_view text, const Window& window, const std::vector<Range>& marks) {
    std::string out;
    if (window.begin > 0) out += k_ellipsis;
    bool space = window.begin == 0; // white space at the beginning is dropped
    bool open = false;
    std::size_t at = 0;
    for (std::size_t pos = window.begin; pos < window.end;) {
        while (at < marks.size() && marks[at].end <= pos) ++at;
        const bool inside = at < marks.size() && marks[at].begin <= pos;
        if (open && (!inside || marks[at].begin == pos)) {
            out += '\x03';
            open = false;
        }
        if (inside && !open) {
            out += '\x02';
            open = true;
        }
        const std::size_t from = pos;
        const std::uint32_t c = next_code_point(text, pos);
        const bool blank =
            c <= 0x20 || (c >= 0x7F && c <= 0xA0) || c == 0x2028 || c == 0x2029 || c == 0x3000;
        if (!blank) out.append(text.substr(from, pos - from));
        if (blank && !space) out += ' ';
        space = blank;
    }
    if (open) out += '\x03';
    while (out.ends_with(' ')) out.pop_back();
    if (window.end < text.size()) out += k_ellipsis;
    return out;
}

// Overlapping marks as one.
std::vector<Range> merge(const std::vector<Range>& ranges) {
    std::vector<Range> out;
    for (const Range& range : ranges) {
        if (!out.empty() && range.begin < out.back().end)
            out.back().end = std::max(out.back().end, range.end);
        else
            out.push_back(range);
    }
    return out;
}

} // namespace

Result<std::string> make_snippet(const Tokenizer& tokenizer, std::string_view text,
                                 const std::vector<Pattern>& patterns) {
    const Table table(patterns);
    std::vector<Range> ranges;
    if (!patterns.empty()) {
        KATO_TRY(ranges, text.size() <= k_whole_bytes
                             ? find_matches(tokenizer, text, 0, patterns, table)
                             : search_long(tokenizer, text, patterns, table));
    }
    Window window = choose(text, ranges, patterns.size());
    const std::vector<Range> marks = merge(ranges);
    std::size_t first = window.end;
    std::size_t last = window.begin;
    for (const Range& mark : marks) {
        if (mark.end <= window.begin || mark.begin >= window.end) continue;
        first = std::min(first, std::max(mark.begin, window.begin));
        last = std::max(last, std::min(mark.end, window.end));
    }
    snap(text, window, first, last);
    return render(text, window, marks);
}

} // namespace kato
