// What a record says, as events: messages through their content blocks, calls and results that are lines
// of their own, facts beside the conversation.
#pragma once

#include "codec/claude_code/chats.h"
#include "codec/claude_code/content.h"
#include "codec/record/records.h"

#include <string>
#include <vector>

namespace kato::claude_code {

// What the reader goes on with.
struct Reading {
    record::Verdict verdict{};
    Part part = Part::notice;
    bool boundary = false;             // the history before it was compacted
    bool whole = false;                // nothing was understood: the event's data is the record
    std::vector<ParsedEvent> events{}; // at least one
};

class Messages {
public:
    Messages(record::Records& records, Calls& calls)
        : longs_(records.longs()), calls_(calls), content_(records, calls) {}

    // `name` and `key` are the record's. Knows the calls of the record, and closes those it answers.
    Result<Reading> read(const Envelope& envelope, const Chat& chat, const std::string& name,
                         const Uuid& key);

private:
    Result<bool> read_message(const Envelope& envelope, const Chat& chat, const EventBody& base,
                              Reading& out);
    Result<bool> read_queued_prompt(const Envelope& envelope, const Chat& chat,
                                    const EventBody& base, Reading& out);
    Status read_line_of_its_own(const Envelope& envelope, const Chat& chat, EventBody body,
                                Reading& out);
    Status add_tool_result(const Envelope& envelope, Reading& out);
    void name_calls(const Envelope& envelope, const Chat& chat, const std::string& name,
                    const Uuid& key, Reading& out);

    record::LongValues& longs_;
    Calls& calls_;
    Content content_;
};

} // namespace kato::claude_code
