// The codex format: session logs ("rollouts") that Codex CLI writes below ~/.codex/sessions. Reading only.
//
// One line is one record; its content parts are its events. All generations are read: whole JSON
// documents (2025-04), bare items, and {timestamp, type, payload} with its schema breaks. A file is one
// chat; thread.h says which, mirrors.h how what was written twice is shown once, turns.h what a rollback
// does. Not read: history.jsonl, session_index.jsonl, the state database.
#pragma once

#include "codec/reader.h"

#include <memory>
#include <string_view>

namespace kato {

Detection detect_codex(std::string_view prefix, bool complete);

std::unique_ptr<Reader> make_codex_reader(Sink& sink, Values& values, const ReaderOptions& options);

} // namespace kato
