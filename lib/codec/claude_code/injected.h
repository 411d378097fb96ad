// Which texts in a user's turn a program put in.
#pragma once

#include <string_view>

namespace kato::claude_code {

// True for text in a user's turn that Claude Code wrote: command output, reminders, interruptions.
bool is_injected(std::string_view text);

} // namespace kato::claude_code
