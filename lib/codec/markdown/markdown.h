// Markdown for people: a chat with its facts, readable, in blocks that its content cannot leave.
#pragma once

#include "codec/writer.h"

#include <memory>

namespace kato {

std::unique_ptr<Writer> make_markdown_writer(Output out, const WriterOptions& options);

} // namespace kato
