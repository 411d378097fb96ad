// The tool calls of a conversation to which the provider gave no id: which of them a result without one
// answers.
#pragma once

#include <deque>
#include <string>
#include <string_view>

namespace kato::record {

class OpenCalls {
public:
    // The message with that name begins; results mostly stand in the message of their calls.
    void begin_message(std::string name) {
        ++message_;
        message_name_ = std::move(name);
        count_ = 0;
    }

    // A call of that tool; gives it an id of ours.
    std::string add(std::string tool) {
        if (open_.size() == k_most) open_.pop_front();
        std::string id = "#" + message_name_ + "/" + std::to_string(count_++);
        open_.push_back({std::move(tool), id, message_});
        return id;
    }

    // The id of the first call of that tool that is still open, in this message or else in one before, which it
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
    std::string message_name_{};
    std::size_t count_ = 0; // in the message
};

} // namespace kato::record
