// The claude-code format: session logs that Claude Code writes below ~/.claude/projects. Reading only.
//
// One line is one record; its content blocks are its events. `tree.h` says how records hang together,
// `chats.h` which chat they belong to. Not read: history.jsonl, sessions-index.json.
#pragma once

#include "codec/reader.h"

#include <memory>
#include <string_view>

namespace kato {

Detection detect_claude_code(std::string_view prefix, bool complete);

std::unique_ptr<Reader> make_claude_code_reader(Sink& sink, Values& values,
                                                const ReaderOptions& options);

} // namespace kato
