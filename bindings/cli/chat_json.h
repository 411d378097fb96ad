// Chats and events as JSON lines.
#pragma once

#include <kato/chat.h>

#include <string>

namespace kato_cli {

std::string chat_json(const kato_chat* chat);
std::string event_json(const kato_event* event);

} // namespace kato_cli
