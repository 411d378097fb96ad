// What import sessions remember in bounded memory, however large the source is.
#pragma once

#include <cstddef>
#include <cstdint>
#include <unordered_map>
#include <utility>
#include <vector>

namespace kato {

// The latest values by key: at least `limit` of them, at most twice as many.
template <class Value> class Recent {
public:
    explicit Recent(std::size_t limit) : limit_(limit) {}
    void put(std::uint64_t key, Value value) {
        if (young_.size() >= limit_) {
            old_ = std::move(young_);
            young_.clear();
        }
        young_.insert_or_assign(key, std::move(value));
    }
    void clear() {
        young_ = {};
        old_ = {};
    }
    const Value* find(std::uint64_t key) const {
        for (const auto* map : {&young_, &old_})
            if (const auto found = map->find(key); found != map->end()) return &found->second;
        return nullptr;
    }

private:
    std::size_t limit_;
    std::unordered_map<std::uint64_t, Value> young_;
    std::unordered_map<std::uint64_t, Value> old_;
};

// A set of row numbers that mostly come one after the other.
class RowSet {
public:
    void add(std::int64_t n) {
        if (!runs_.empty() && n >= runs_.back().first && n <= runs_.back().second + 1)
            runs_.back().second = n > runs_.back().second ? n : runs_.back().second;
        else
            runs_.emplace_back(n, n);
    }
    // First and last; may overlap.
    const std::vector<std::pair<std::int64_t, std::int64_t>>& runs() const { return runs_; }

private:
    std::vector<std::pair<std::int64_t, std::int64_t>> runs_;
};

} // namespace kato
