// Shortening ids: of a sorted list only the neighbours matter.
#include "short_ids.h"

#include <algorithm>

namespace kato_cli {
namespace {

constexpr std::size_t k_least_characters = 8;

std::size_t common(std::string_view a, std::string_view b) {
    const auto differ = std::mismatch(a.begin(), a.end(), b.begin(), b.end());
    return static_cast<std::size_t>(differ.first - a.begin());
}

} // namespace

ShortIds::ShortIds(std::vector<std::string> ids) : ids_(std::move(ids)) {
    std::sort(ids_.begin(), ids_.end());
    ids_.erase(std::unique(ids_.begin(), ids_.end()), ids_.end());
}

std::string ShortIds::of(std::string_view id) const {
    auto after = std::lower_bound(ids_.begin(), ids_.end(), id);
    std::size_t length = k_least_characters - 1;
    if (after != ids_.begin()) length = std::max(length, common(id, *(after - 1)));
    if (after != ids_.end() && *after == id) ++after;
    if (after != ids_.end()) length = std::max(length, common(id, *after));
    ++length;
    if (length <= id.size() && id[length - 1] == '-') ++length;
    return std::string(id.substr(0, length));
}

} // namespace kato_cli
