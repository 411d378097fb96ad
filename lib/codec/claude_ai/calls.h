// The tool calls of a conversation that got no id: which of them a result without one answers.
#pragma once

#include <deque>
#include <string>
#include <string_view>

namespace kato::claude_ai {

class Calls {
public:
    // Results mostly stand in the message of their calls.
    void begin_message() { ++message_; }

    // `id` is ours.
    void add(std::string name, std::string id) {
        if (open_.size() == k_most) open_.pop_front();
        open_.push_back({std::move(name), std::move(id), message_});
    }

    // The first call of that name that is still open, in this message or else in one before, which it
    // closes; empty when there is none.
    std::string answer(std::string_view name) {
        auto found = open_.end();
        for (auto call = open_.begin(); call != open_.end(); ++call) {
            if (call->name != name) continue;
            if (found == open_.end()) found = call;
            if (call->message != message_) continue;
            found = call;
            break;
        }
        if (found == open_.end()) return {};
        std::string id = std::move(found->id);
        open_.erase(found);
        return id;
    }

private:
    struct Open {
        std::string name{};
        std::string id{};
        std::size_t message = 0;
    };
    static constexpr std::size_t k_most = 1024; // calls that never get a result must not pile up
    std::deque<Open> open_{};
    std::size_t message_ = 0;
};

} // namespace kato::claude_ai
