// A map from well-mixed 64-bit keys to 32-bit numbers, for millions of entries in little memory.
#pragma once

#include <cstdint>
#include <utility>
#include <vector>

namespace kato::record {

// Open addressing with linear probing; nothing is ever removed. 0 stands for "absent".
class FlatMap {
public:
    std::uint32_t get(std::uint64_t key) const {
        if (keys_.empty()) return 0;
        return values_[slot(key)];
    }

    void set(std::uint64_t key, std::uint32_t value) {
        if (keys_.empty() || (size_ + 1) * 4 > keys_.size() * 3) grow();
        const std::size_t at = slot(key);
        if (values_[at] == 0) ++size_;
        keys_[at] = key;
        values_[at] = value;
    }

private:
    std::size_t slot(std::uint64_t key) const {
        const std::size_t mask = keys_.size() - 1;
        std::size_t at = static_cast<std::size_t>(key) & mask;
        while (values_[at] != 0 && keys_[at] != key) at = (at + 1) & mask;
        return at;
    }

    void grow() {
        const std::size_t size = keys_.empty() ? 16 : keys_.size() * 2;
        std::vector<std::uint64_t> keys(size);
        std::vector<std::uint32_t> values(size);
        keys.swap(keys_);
        values.swap(values_);
        for (std::size_t i = 0; i != keys.size(); ++i) {
            if (values[i] == 0) continue;
            const std::size_t at = slot(keys[i]);
            keys_[at] = keys[i];
            values_[at] = values[i];
        }
    }

    std::vector<std::uint64_t> keys_{};
    std::vector<std::uint32_t> values_{};
    std::size_t size_ = 0;
};

} // namespace kato::record
