// Reading values that may have been set aside because they are long.
#pragma once

#include "codec/json/spill.h"
#include "model/event.h"

#include <optional>
#include <string>
#include <vector>

namespace kato::record {

// One record at a time: remembers which of its long strings found a place.
class LongValues {
public:
    LongValues(json::SpillFile& spills, Values& values) : spills_(spills), values_(values) {}

    // `any`: the record has long strings at all.
    void begin_record(bool any) {
        used_.clear();
        any_ = any;
    }

    // Moves a string into the body's text and takes the value.
    Status text(const json::Value& value, EventBody& body);

    // The bytes a base64 string stands for; empty (and the value not taken) when it is none.
    Result<std::optional<Attachment>> base64(const json::Value& value);

    // Stores what no call above used, as the raw text between the quotes; the attachments' uri is
    // "kato:member:" and the JSON pointer (RFC 6901) of the member.
    Status leftovers(const json::Value& root, std::vector<Attachment>& out);

private:
    Status leftovers(const json::Value& value, std::string& pointer, std::vector<Attachment>& out);

    json::SpillFile& spills_;
    Values& values_;
    std::vector<std::size_t> used_{}; // Spill::token
    bool any_ = false;
};

} // namespace kato::record
