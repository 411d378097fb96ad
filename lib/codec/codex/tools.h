// Tool calls and their results.
#pragma once

#include "codec/codex/calls.h"
#include "codec/codex/draft.h"
#include "codec/codex/strings.h"

#include <deque>
#include <string>

namespace kato::codex {

class Tools {
public:
    Tools(Strings& strings, Calls& calls) : strings_(strings), calls_(calls) {}

    // A response item; false when it is none of a tool.
    Result<bool> item(Draft& draft, const json::Value& item);

    // What an event says about a call: remembered for the result that follows.
    void note(const json::Value& event);

    // The hits of a web search, which only its event has. False when there are none (or they are known).
    bool search_hits(Draft& draft, const json::Value& event);

    // The thread that a result says was started by its call, or "".
    const std::string& spawned() const { return spawned_; }
    const std::string& spawned_by() const { return spawned_by_; }
    void forget_spawned() { spawned_.clear(); }

private:
    Status function_call(Draft& draft, const json::Value& item, std::string_view arguments,
                         std::string_view name);
    Status arguments(const json::Value& value, EventBody& body);
    Status result(Draft& draft, const json::Value& item, std::string_view output);
    Status output(const json::Value& value, const Call* call, EventBody& body);
    Status output_text(const json::Value& value, const Call* call, EventBody& body);
    Status output_part(const json::Value& part, EventBody& body);
    Status picture(Draft& draft, const json::Value& item);
    void unnamed_call(Draft& draft);
    void unnamed_result(EventBody& body);

    Strings& strings_;
    Calls& calls_;
    json::Document inner_{}; // a JSON text inside a string
    std::string inner_text_{};
    std::string spawned_{};
    std::string spawned_by_{};
    struct Open {
        std::string name{};
        std::string id{};
    };
    std::deque<Open> open_{}; // calls without an id, by name
    std::uint64_t unnamed_ = 0;
};

} // namespace kato::codex
