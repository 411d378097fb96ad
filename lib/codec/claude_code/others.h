// Records that are no messages: system lines, attachments, progress, titles and other facts.
#pragma once

#include "codec/claude_code/envelope.h"
#include "codec/record/long_values.h"
#include "model/event.h"

namespace kato::claude_code {

// Fills the event of such a record. `name` says which kind of fact it is (a system line's subtype, else
// the record's type). False when the type is unknown.
Result<bool> read_other(const Envelope& envelope, record::LongValues& longs, EventBody& body);

// Moves pictures that a tool or an attachment carries as {"file":{"base64","type"}} into blobs, once each.
Status take_pictures(const json::Value& object, record::LongValues& longs, EventBody& body);

} // namespace kato::claude_code
