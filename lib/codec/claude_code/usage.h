// What a response cost in tokens, as each of its lines says it; the greatest counts.
#pragma once

#include "codec/claude_code/envelope.h"
#include "model/event.h"

#include <optional>
#include <string>

namespace kato::claude_code {

inline constexpr std::string_view k_synthetic_model = "<synthetic>"; // answers that no model gave

// The provider's id of the response that an assistant line belongs to: message.id, and requestId where
// there is one, because ids alone have been seen to repeat. Empty when there is neither.
std::string response_id(const Envelope& envelope);

// Takes what it uses of message.usage. `name` stands in for a response without an id.
std::optional<Usage> read_usage(const Envelope& envelope, const std::string& name);

} // namespace kato::claude_code
