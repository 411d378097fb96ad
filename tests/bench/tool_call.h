// A call of a tool with its result, as any agent might make it.
#pragma once

#include "author.h"

#include <string>

namespace bench {

struct ToolCall {
    const char* name;
    std::string input;  // JSON, an object
    std::string output; // text
};

ToolCall tool_call(Author& author);

} // namespace bench
