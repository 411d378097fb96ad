// A message of a conversation, as events: its blocks, then the text of each attachment.
//
// Exports say a message twice: as blocks and as a flat text. The blocks are read; the text is dropped when
// it says nothing that they do not say, becomes the message when they say nothing, and stays among the
// leftovers otherwise.
#pragma once

#include "codec/claude_ai/blocks.h"

#include <string>
#include <vector>

namespace kato::claude_ai {

// Whether everything in a message's flat text is in the text of its blocks, but for white space and for
// what the exporter puts where it leaves a block out.
bool says_no_more(std::string_view flat, std::string_view blocks);

class Message {
public:
    Message(record::Records& records, Blocks& blocks) : records_(records), blocks_(blocks) {}

    // Events of the message, at least one. Everything that is read is taken of it; not its leftovers.
    Result<std::vector<ParsedEvent>> read(const json::Value& message, const Time& time);

private:
    Status read_content(const json::Value& message, const EventBody& base,
                        std::vector<ParsedEvent>& events);
    Status read_text(const json::Value& message, const EventBody& base,
                     std::vector<ParsedEvent>& events);
    Status read_attachment(const json::Value& file, const EventBody& base,
                           std::vector<ParsedEvent>& events);
    void read_files(const json::Value& message, const EventBody& base,
                    std::vector<ParsedEvent>& events);

    record::Records& records_;
    Blocks& blocks_;
};

} // namespace kato::claude_ai
