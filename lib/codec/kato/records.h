// The members of the canonical records, in their order; the formats that are made of them share this.
#pragma once

#include "codec/kato/line_buffer.h"

#include <span>

namespace kato {

// Each writes the members behind an object's first one (its type).
void put_chat(LineBuffer& line, const ChatView& chat, std::span<const SourceReference> sources);
void put_usage(LineBuffer& line, const Usage& usage);
void put_event(LineBuffer& line, const EventView& event);
// The members of a blob's record, and its bytes.
Status put_blob(LineBuffer& line, const BlobView& blob);

} // namespace kato
