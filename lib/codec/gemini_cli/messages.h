// A message, as events: thoughts, what was said, then each tool's call and result.
#pragma once

#include "codec/gemini_cli/parts.h"

#include <optional>
#include <string>
#include <vector>

namespace kato::gemini_cli {

struct Reading {
    std::vector<ParsedEvent> events{}; // at least one
    std::optional<Usage> usage{};      // its response is for the caller to name
    struct Agent {
        std::size_t event = 0; // the call that started it
        std::string id{};
    };
    std::vector<Agent> agents{};
    std::string prompt{};         // what a person typed, if that is what it is
    std::string not_understood{}; // why; the event's data is then the message
};

class Messages {
public:
    explicit Messages(record::Records& records) : records_(records), parts_(records) {}

    // `name` is the record's. Takes what it reads; the leftovers are the first event's already.
    Result<Reading> read(const json::Value& message, const std::string& name);

private:
    Status thoughts(const json::Value& message, const EventBody& base, Reading& out);
    Status content(const json::Value& message, const EventBody& base, Reading& out);
    Status tool_call(const json::Value& tool, const EventBody& base, Reading& out);
    Status tool_result(const json::Value& tool, const EventBody& call, EventBody& body);

    record::Records& records_;
    Parts parts_;
};

} // namespace kato::gemini_cli
