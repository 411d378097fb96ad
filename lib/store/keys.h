// Short keys in memory and in the store for things that are found again by their content.
#pragma once

#include "base/id.h"

#include <algorithm>
#include <cstring>
#include <string_view>

namespace kato {

// The first eight bytes of a hash or of an id made from one.
inline std::uint64_t short_key(std::string_view hash) {
    std::uint64_t out = 0;
    std::memcpy(&out, hash.data(), std::min(hash.size(), sizeof out));
    return out;
}
inline std::uint64_t short_key(const Uuid& id) { return short_key(id.view()); }

inline std::uint64_t text_key(std::string_view text) {
    const Key128 key = blake128(text);
    return short_key(as_view(key));
}

// Of two optional ids the smaller, so that the order in which they came does not matter.
inline std::optional<Uuid> smaller(const std::optional<Uuid>& a, const std::optional<Uuid>& b) {
    if (!a || !b) return a ? a : b;
    return std::min(*a, *b);
}

} // namespace kato
