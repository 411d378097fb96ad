// HTML for people: a page for a chat that needs nothing beside it, and a page that lists such pages.
//
// No script, and nothing that is loaded: the only addresses are those of links that a reader may
// follow. All markup is ours; content becomes text, attributes in quotes, and checked data URLs.
#pragma once

#include "codec/writer.h"

#include <memory>

namespace kato {

std::unique_ptr<Writer> make_html_writer(Output out, const WriterOptions& options);

// `names` are the files of the chats, relative to the index.
Status write_html_index(std::span<const ChatView> chats, std::span<const std::string> names,
                        const Output& out);

} // namespace kato
