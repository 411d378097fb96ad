// What an object of the format is.
//
// A batch's request and response share a custom_id and are one chat, whichever comes first; an answer
// alone has an id of its own. Everything else is a chat that is found by its content: the same line is the
// same chat in any file.
#pragma once

#include "codec/json/json.h"

#include <string>
#include <string_view>

namespace kato::openai_messages {

inline constexpr std::string_view k_format = "openai-messages";

enum class Shape : std::uint8_t {
    unknown,
    chat,       // {"messages": [...]}
    preference, // {"input": {"messages": [...]}, "preferred_output": [...], ...}
    request,    // {"custom_id": ..., "body": {"messages": [...]}}
    response,   // {"custom_id": ..., "response": {...}}
    completion, // {"id": ..., "choices": [...]}
};

Shape shape_of(const json::Value& root);

// The lists of a preference pair; absent where there is none.
json::Value preferred(const json::Value& root);
json::Value rejected(const json::Value& root);

// The provider's id of the chat; empty when there is none.
std::string provider_id(const json::Value& root, Shape shape);

// A message's role that this format knows.
bool is_role(std::string_view role);

} // namespace kato::openai_messages
