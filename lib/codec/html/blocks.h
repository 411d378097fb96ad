// The inside of an event on a page: arguments, results, attachments.
#pragma once

#include "codec/writer.h"
#include "model/event.h"

#include <string>

namespace kato::html {

// What a summary says of a tool's input: its telling member, on one line.
std::string call_preview(const EventBody& body);
std::string result_preview(const EventBody& body);

// A tool's input, an argument after the other.
void append_arguments(std::string& out, const EventBody& body);
// Text or data as it is.
void append_raw(std::string& out, std::string_view text);

// Pictures in the page, everything else by its name. `flush` is called between pieces.
Status append_attachments(std::string& out, const EventBody& body, const WriterOptions& options,
                          const std::function<Status()>& flush);

} // namespace kato::html
