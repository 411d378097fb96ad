// The tool calls of a file: what a result refers to, and how it ended where an event says so.
#pragma once

#include "base/id.h"
#include "model/event.h"

#include <string>
#include <string_view>
#include <unordered_map>

namespace kato::codex {

struct Call {
    std::string name{};
    Uuid event{};          // of the call
    bool made = false;     // the call itself was seen
    bool question = false; // asks the user
    bool has_hits = false; // a web search whose hits were seen
    Outcome outcome = Outcome::unknown;
};

class Calls {
public:
    // The call of that id, made when there was none.
    Call& of(std::string_view id) {
        // Calls that never get a result must not pile up.
        if (calls_.size() >= k_most) calls_.clear();
        return calls_[std::string(id)];
    }

    const Call* find(std::string_view id) const {
        const auto found = calls_.find(std::string(id));
        return found == calls_.end() ? nullptr : &found->second;
    }

private:
    static constexpr std::size_t k_most = 1 << 16;
    std::unordered_map<std::string, Call> calls_{};
};

} // namespace kato::codex
