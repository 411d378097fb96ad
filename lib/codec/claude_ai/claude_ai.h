// The claude-ai format: what Claude.ai exports (conversations.json and its neighbours) and what browser
// extensions capture of it. Reading only.
//
// A conversation is a chat, a message is a record, its content blocks are its events; conversation.h says
// how they hang together. projects.json, users.json and memories.json become facts beside conversations.
// The export holds no bytes of attached files: they are named, and the text that was taken out of them is
// kept as text.
#pragma once

#include "codec/reader.h"

#include <memory>
#include <string_view>

namespace kato {

Detection detect_claude_ai(std::string_view prefix, bool complete);

std::unique_ptr<Reader> make_claude_ai_reader(Sink& sink, Values& values,
                                              const ReaderOptions& options);
// The uuid of the first user in users.json.
std::string claude_ai_account(const Companions& companions, const std::string& folder);

} // namespace kato
