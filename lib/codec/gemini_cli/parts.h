// What a message holds: a text, or parts of the provider's API (texts, thoughts, pictures, calls).
//
// One event for each part; what is not understood of the first event stays with its message. Unknown parts
// become provider.raw, and their bytes are opaque.
#pragma once

#include "codec/record/open_calls.h"
#include "codec/record/records.h"

#include <string>
#include <string_view>
#include <vector>

namespace kato::gemini_cli {

// Appends a line.
void append_line(std::string& out, std::string_view text);

// Takes the member when it is a text.
std::string take_text(const json::Value& object, std::string_view name);

// All text of a content, as it is shown: a string, a part or a list of parts.
std::string text_in(const json::Value& content);

class Parts {
public:
    explicit Parts(record::Records& records) : records_(records) {}

    void begin_message(std::string name) { calls_.begin_message(std::move(name)); }
    record::OpenCalls& calls() { return calls_; }

    // `base` is an empty message of its sender.
    Status read(const json::Value& content, const EventBody& base,
                std::vector<ParsedEvent>& events);
    // What a tool answered: the parts of its result, into one event.
    Status read_result(const json::Value& result, EventBody& body);

private:
    Result<bool> read_known(const json::Value& part, EventBody& body);
    Status read_part(const json::Value& part, const EventBody& base,
                     std::vector<ParsedEvent>& events);
    Result<bool> read_file(const json::Value& part, EventBody& body);
    Status read_response(const json::Value& response, EventBody& body);

    record::Records& records_;
    record::OpenCalls calls_{};
};

} // namespace kato::gemini_cli
