// ChatGPT's data export (conversations.json and its shards), and single conversations as its web
// interface gets them. OpenAI documents neither; known from public parsers and real files.
#pragma once

#include "codec/reader.h"

#include <memory>

namespace kato {

Detection detect_chatgpt(std::string_view prefix, bool complete);
std::unique_ptr<Reader> make_chatgpt_reader(Sink& sink, Values& values,
                                            const ReaderOptions& options);
// The id in user.json.
std::string chatgpt_account(const Companions& companions, const std::string& folder);

} // namespace kato
