// Content blocks of messages: one event for each block.
//
// Unknown blocks become provider.raw with the whole block as data, and their bytes are opaque.
#pragma once

#include "codec/claude_ai/artifacts.h"
#include "codec/record/open_calls.h"
#include "codec/record/records.h"

#include <string>
#include <vector>

namespace kato::claude_ai {

class Blocks {
public:
    Blocks(record::Records& records, Values& values)
        : records_(records), artifacts_(records.spills(), values) {}

    // A new conversation, and each message in it.
    void begin();
    void begin_message(std::string name, std::optional<std::size_t> parent);

    // Appends the event of a block; what is not understood of the first one stays with its message. `base`
    // is an empty message of its sender.
    Status read(const json::Value& block, const EventBody& base, std::vector<ParsedEvent>& events);

private:
    Result<bool> read_known(const json::Value& block, const std::string& type, EventBody& body);
    Status read_call(const json::Value& block, EventBody& body);
    Status read_result(const json::Value& block, EventBody& body);
    Status read_result_content(const json::Value& content, EventBody& body);
    Status read_part(const json::Value& part, EventBody& body);
    Result<bool> read_picture(const json::Value& block, EventBody& body);

    record::Records& records_;
    Artifacts artifacts_;
    record::OpenCalls calls_{};
};

} // namespace kato::claude_ai
