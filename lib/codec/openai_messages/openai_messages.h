// The openai-messages format: lists of {role, content} as OpenAI's chat API takes them and training data
// has them.
//
// Written is one line {"messages":[...]} for each chat: the head's path only, for a line has no branches.
// docs/formats.md says what else has no place.
//
// Read are fine-tuning files, preference pairs (two branches), and the lines of batch files: requests and
// responses. One object a line, or a list of them. There are hardly any ids: shape.h says what is a chat.
#pragma once

#include "codec/reader.h"
#include "codec/writer.h"

#include <memory>
#include <string_view>

namespace kato {

Detection detect_openai_messages(std::string_view prefix, bool complete);

std::unique_ptr<Reader> make_openai_messages_reader(Sink& sink, Values& values,
                                                    const ReaderOptions& options);

std::unique_ptr<Writer> make_openai_messages_writer(Output out, const WriterOptions& options);

} // namespace kato
