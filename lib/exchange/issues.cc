#include "exchange/issues.h"

#include "base/text.h"

namespace kato {
namespace {

constexpr std::size_t k_longest_reason = 500;

} // namespace

void Issues::add(std::string_view fate, const std::optional<Place>& place,
                 std::string_view reason) {
    ++count_;
    reason = reason.substr(0, k_longest_reason);
    std::string key(fate);
    key += ' ';
    key += reason;
    const auto found = positions_.find(key);
    if (found != positions_.end()) {
        ++listed_[found->second].count;
        return;
    }
    if (listed_.size() == k_max_listed) {
        ++not_listed_;
        return;
    }
    positions_.emplace(std::move(key), listed_.size());
    listed_.push_back(Issue{fate, to_valid_utf8(reason), place, 1});
}

Status ListeningSink::account(Fate fate, const Place& place, std::string_view reason) {
    switch (fate) {
    case Fate::parsed: break;
    case Fate::opaque: issues_.add("opaque", place, reason); break;
    case Fate::pending: issues_.add("pending", place, reason); break;
    case Fate::quarantined: issues_.add("quarantined", place, reason); break;
    }
    return sink_.account(fate, place, reason);
}

} // namespace kato
