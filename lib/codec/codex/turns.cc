#include "codec/codex/turns.h"

namespace kato::codex {

Placement Turns::place(const Uuid& key, Part part) {
    Placement out;
    if (!path_.empty()) out.previous = path_.back();
    const std::size_t here = path_.size();
    switch (part) {
    case Part::turn_start:
        // The prompt may come before the start of its turn.
        if (has_output_ || starts_.empty()) started_ = here;
        break;
    case Part::prompt:
        starts_.push_back(started_ == k_none ? here : started_);
        started_ = k_none;
        has_output_ = false;
        break;
    case Part::output: has_output_ = true; break;
    case Part::turn_end:
        has_output_ = true;
        started_ = k_none;
        break;
    case Part::other: break;
    }
    path_.push_back(key);
    return out;
}

Placement Turns::roll_back(const Uuid& key, std::size_t count) {
    if (count == 0 || starts_.empty()) return place(key, Part::other);
    const std::size_t kept = count < starts_.size() ? starts_.size() - count : 0;
    const std::size_t start = starts_[kept];
    Placement out;
    out.superseded.assign(path_.begin() + static_cast<std::ptrdiff_t>(start), path_.end());
    path_.resize(start);
    starts_.resize(kept);
    started_ = k_none;
    has_output_ = true;
    if (!path_.empty()) out.parent = path_.back();
    path_.push_back(key);
    return out;
}

} // namespace kato::codex
