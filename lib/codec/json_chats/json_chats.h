// JSON Lines with one object for each chat, for programs; docs/formats.md describes it. It holds what
// the canonical form holds, in one object instead of one for each record.
#pragma once

#include "codec/writer.h"

#include <memory>

namespace kato {

std::unique_ptr<Writer> make_json_chats_writer(Output out, const WriterOptions& options);

} // namespace kato
