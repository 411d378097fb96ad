// Pictures and long texts: strings that may have been set aside because they are long.
#pragma once

#include "codec/record/long_values.h"

#include <cstdint>
#include <string>

namespace kato::codex {

class Strings {
public:
    Strings(json::SpillFile& spills, Values& values, record::LongValues& longs)
        : spills_(spills), values_(values), longs_(longs) {}

    // The text, or as much of a long one as tells it from others.
    Result<std::string> beginning(const json::Value& value) const;
    // Moves a string into the body's text.
    Status text(const json::Value& value, EventBody& body) { return longs_.text(value, body); }
    // A picture's URL (data:, http:) or bare base64 becomes an attachment. False when it is neither;
    // the value is then not taken.
    Result<bool> picture(const json::Value& value, std::vector<Attachment>& out);
    // The same for bytes without "data:" in front.
    Result<bool> base64(const json::Value& value, std::string_view media_type,
                        std::vector<Attachment>& out);
    // Moves the data: URLs anywhere below into attachments that name their place (a JSON pointer).
    Status collect_pictures(const json::Value& value, std::string& pointer,
                            std::vector<Attachment>& out);

private:
    json::SpillFile& spills_;
    Values& values_;
    record::LongValues& longs_;
};

} // namespace kato::codex
