// OpenAI's chat messages as JSON Lines, as for fine-tuning: {"messages":[...]} for each chat.
//
// The head's path only: a line has no branches. docs/formats.md says what else has no place.
#pragma once

#include "codec/writer.h"

#include <memory>

namespace kato {

std::unique_ptr<Writer> make_openai_messages_writer(Output out, const WriterOptions& options);

} // namespace kato
