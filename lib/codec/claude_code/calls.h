// The tool calls of a file whose results are still to come: what a result refers to.
#pragma once

#include "base/id.h"

#include <algorithm>
#include <deque>
#include <optional>
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

    // A call of `record` to which the provider gave no id; `id` is ours.
    void add_nameless(const Uuid& chat, const Uuid& record, std::string id) {
        if (nameless_.size() == k_most_nameless) nameless_.pop_front();
        nameless_.push_back({chat, record, std::move(id)});
    }

    // What a result without an id answers, among the calls of `record` if that is known: only when a
    // single one is open, for the order of results says nothing. Closes it.
    std::optional<std::string> answer_nameless(const Uuid& chat,
                                               const std::optional<Uuid>& record) {
        const auto fits = [&](const Nameless& call) {
            return call.chat == chat && (!record || call.record == *record);
        };
        const auto found = std::find_if(nameless_.begin(), nameless_.end(), fits);
        if (found == nameless_.end() ||
            std::find_if(found + 1, nameless_.end(), fits) != nameless_.end())
            return std::nullopt;
        std::string id = std::move(found->id);
        nameless_.erase(found);
        return id;
    }

    // A prompt ends the waiting for results.
    void forget_nameless(const Uuid& chat) {
        std::erase_if(nameless_, [&](const Nameless& call) { return call.chat == chat; });
    }

private:
    struct Nameless {
        Uuid chat{};
        Uuid record{};
        std::string id{};
    };

    static constexpr std::size_t k_most = 1 << 16;
    static constexpr std::size_t k_most_nameless = 64;
    static std::string key(const Uuid& chat, std::string_view id) {
        std::string out(chat.view());
        out += id;
        return out;
    }

    std::unordered_map<std::string, Call> calls_{};
    std::deque<Nameless> nameless_{};
};

} // namespace kato::claude_code
