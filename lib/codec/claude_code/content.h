// Content blocks of messages: one event for each block.
//
// An image or a document is an event of its own, a message without text that carries the attachment:
// so each block keeps its place, its number and its leftovers. Pictures inside a tool's result are
// attachments of the result. Unknown blocks become provider.raw with the whole block as data.
#pragma once

#include "codec/claude_code/calls.h"
#include "codec/claude_code/envelope.h"
#include "codec/record/records.h"
#include "model/parsed.h"

#include <string_view>
#include <vector>

namespace kato::claude_code {

class Content {
public:
    Content(record::Records& records, const Calls& calls)
        : records_(records), longs_(records.longs()), calls_(calls) {}

    // Appends the events of a message's content, usually message.content; plain text is `text_body`. False when
    // nothing of it was understood: there are then no events, or provider.raw ones only. Else the bytes of
    // blocks that were not are opaque.
    Result<bool> read(const json::Value& content, const Envelope& envelope, const Uuid& chat,
                      const EventBody& text_body, std::vector<ParsedEvent>& events);

    // A tool call or a tool's result, as a block or as a line of its own.
    void read_call(const json::Value& block, EventBody& body) const;
    Status read_result(const json::Value& block, const json::Value& record, const Uuid& chat,
                       EventBody& body);

private:
    Result<bool> read_block(const json::Value& block, const Envelope& envelope, const Uuid& chat,
                            EventBody& body);
    Status read_result_content(const json::Value& content, EventBody& body);
    Result<bool> read_file(const json::Value& block, EventBody& body);
    Status read_result_part(const json::Value& part, EventBody& body);

    record::Records& records_;
    record::LongValues& longs_;
    const Calls& calls_;
};

inline constexpr std::string_view k_question_tool = "AskUserQuestion";

} // namespace kato::claude_code
