// What a node of a conversation says: its message as events.
#pragma once

#include "codec/chatgpt/assets.h"
#include "codec/chatgpt/tree.h"
#include "codec/record/long_values.h"
#include "model/parsed.h"

namespace kato::chatgpt {

class Messages {
public:
    Messages(record::LongValues& longs, const Assets& assets) : longs_(longs), assets_(assets) {}

    // Empty when it is understood, else why not; then there is one event that is raw.
    Result<std::string> read(const Node& node, const std::string& default_model,
                             std::vector<ParsedEvent>& out);

private:
    // False: unknown content.
    Result<bool> content(const json::Value& content, const EventBody& base,
                         std::vector<ParsedEvent>& out);
    Result<bool> parts(const json::Value& content, const EventBody& base,
                       std::vector<ParsedEvent>& out);
    Result<bool> part(const json::Value& part, const EventBody& base,
                      std::vector<ParsedEvent>& out);
    Result<bool> thoughts(const json::Value& content, const EventBody& base,
                          std::vector<ParsedEvent>& out);
    Result<bool> text(const json::Value& value, const EventBody& base,
                      std::vector<ParsedEvent>& out);
    bool pointer(const json::Value& part, EventBody& body) const;
    void attachments(const json::Value& metadata, EventBody& body) const;
    Status as_call(ParsedEvent& event);

    record::LongValues& longs_;
    const Assets& assets_;
    json::Document inner_{};
    std::string inner_text_{};
};

} // namespace kato::chatgpt
