// A message, as events: its thoughts, its content's parts, then its calls.
//
// What is not understood of the first event stays with its message. Unknown parts become provider.raw, and
// their bytes are opaque.
#pragma once

#include "codec/record/open_calls.h"
#include "codec/record/records.h"

#include <string>
#include <vector>

namespace kato::openai_messages {

class Messages {
public:
    Messages(record::Records& records, Values& values) : records_(records), values_(values) {}

    void begin_chat() { calls_ = record::OpenCalls(); }

    // `base` has what is known from outside: time, model, response. At least one event; the leftovers are
    // the first one's already.
    Result<std::vector<ParsedEvent>> read(const json::Value& message, std::string name,
                                          const EventBody& base);

private:
    using Events = std::vector<ParsedEvent>;

    Status content(const json::Value& content, const EventBody& base, Events& events);
    Status part(const json::Value& part, const EventBody& base, Events& events);
    Result<bool> read_part(const json::Value& part, const std::string& type, EventBody& body);
    Result<bool> file(const json::Value& value, std::string_view media_type, EventBody& body);
    Status said(const json::Value& message, std::string_view member, Kind kind,
                const EventBody& base, Events& events);
    Status audio(const json::Value& message, const EventBody& base, Events& events);
    Status call(const json::Value& holder, const json::Value& function, const EventBody& base,
                Events& events);

    record::Records& records_;
    Values& values_;
    record::OpenCalls calls_{};
    json::Document inner_{};
};

} // namespace kato::openai_messages
