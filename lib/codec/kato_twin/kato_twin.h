// The kato-twin format: what the original Kato keeps below ~/.kato, so that its users can move. Reading only.
//
// Read are twins (*.twin.jsonl, one SessionTwinEventV1 a line), their metadata (*.meta.json), the daemon's
// index of sessions, and recordings in JSONL (one ConversationEvent a line). All of them name the session:
// a chat is "<provider>:<the provider's id of it>", whichever file comes first. A recording says again what
// the twin says, or a part of it: it is a chat of its own, a fork of the session's.
#pragma once

#include "codec/reader.h"

#include <memory>
#include <string_view>

namespace kato {

Detection detect_kato_twin(std::string_view prefix, bool complete);

std::unique_ptr<Reader> make_kato_twin_reader(Sink& sink, Values& values,
                                              const ReaderOptions& options);

} // namespace kato
