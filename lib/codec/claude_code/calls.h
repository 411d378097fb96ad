// The tool calls of a file whose results are still to come: what a result refers to.
#pragma once

#include "base/id.h"

#include <string>
#include <string_view>
#include <unordered_map>

namespace kato::claude_code {

struct Call {
    Uuid event{};
    bool question = false; // asks the user
};

class Calls {
public:
    void add(const Uuid& chat, std::string_view id, const Call& call) {
        // Calls that never get a result must not pile up.
        if (calls_.size() == k_most) calls_.clear();
        calls_[key(chat, id)] = call;
    }

    const Call* find(const Uuid& chat, std::string_view id) const {
        const auto found = calls_.find(key(chat, id));
        return found == calls_.end() ? nullptr : &found->second;
    }

    void remove(const Uuid& chat, std::string_view id) { calls_.erase(key(chat, id)); }

private:
    static constexpr std::size_t k_most = 1 << 16;
    static std::string key(const Uuid& chat, std::string_view id) {
        std::string out(chat.view());
        out += id;
        return out;
    }

    std::unordered_map<std::string, Call> calls_{};
};

} // namespace kato::claude_code
