// Chats and events as JSON lines.
#pragma once

#include <kato/chat.h>

#include <cstdint>
#include <string>

namespace kato_cli {

std::string chat_json(const kato_chat* chat);

// Only an event from a walk over its chat knows its place in it.
enum class Place : std::uint8_t { walked, unknown };
std::string event_json(const kato_event* event, Place place);

} // namespace kato_cli
