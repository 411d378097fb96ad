// The query language of the search: what people type, as terms and filters. Knows no SQL.
//
//   word  "a phrase"  pre*  -word  a OR b  provider: kind: project: tag: model: after: before:
//
// Every term must occur; OR joins the terms beside it (`a b OR c`: a and one of b, c). A filter's
// value may be quoted; the same filter twice means either value, -filter:value the opposite.
// Parentheses that would group and stars inside a phrase are refused: they mean something in other
// query languages, and to search for something else instead would only find nothing.
#pragma once

#include "base/result.h"
#include "model/event.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace kato {

inline constexpr std::size_t k_max_query_bytes = 4096;
inline constexpr std::size_t k_max_query_terms = 64;
inline constexpr std::uint32_t k_all_kinds = (1U << (k_kind_count + 1U)) - 2U; // bits 1 << kind

struct Term {
    std::string text{};       // of a phrase: several words
    bool prefix = false;      // of its last word
    std::uint64_t offset = 0; // in the query
};

// Values of which one must (or none may) fit.
struct ValueFilter {
    std::vector<std::string> any{};
    std::vector<std::string> none{};
    bool empty() const { return any.empty() && none.empty(); }
};

struct SearchQuery {
    std::vector<std::vector<Term>> all{}; // of each group one must occur
    std::vector<Term> none{};
    ValueFilter provider{};  // exactly, whatever the case
    ValueFilter project{};   // containing
    ValueFilter tag{};       // exactly
    ValueFilter model{};     // containing
    std::uint32_t kinds = 0; // bits 1 << kind; 0: any
    std::uint32_t not_kinds = 0;
    Time after{};  // at or after
    Time before{}; // before

    std::uint32_t wanted_kinds() const { return (kinds == 0 ? k_all_kinds : kinds) & ~not_kinds; }
};

// Code::invalid with the byte offset and a hint for anything malformed.
Result<SearchQuery> parse_query(std::string_view text);

} // namespace kato
