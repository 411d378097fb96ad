// The gemini-cli format: what Gemini CLI keeps below ~/.gemini/tmp. Reading only.
//
// Read are session logs (.jsonl) and the whole documents before them (.json), checkpoints (lists of turns
// without ids), and logs.json (prompts, as facts). A session is a chat, a message is a record; thread.h
// says what becomes of messages that were written again, taken back or replaced.
#pragma once

#include "codec/reader.h"

#include <memory>
#include <string_view>

namespace kato {

Detection detect_gemini_cli(std::string_view prefix, bool complete);

std::unique_ptr<Reader> make_gemini_cli_reader(Sink& sink, Values& values,
                                               const ReaderOptions& options);

} // namespace kato
