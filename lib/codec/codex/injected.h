// Which texts in a user's turn a program put in.
#pragma once

#include <string_view>

namespace kato::codex {

// True for text in a user's turn that Codex wrote: environment, instructions, notices.
bool is_injected(std::string_view text);

// True for the tags that Codex puts around a picture.
bool is_picture_tag(std::string_view text);

// What the user asked for, where an editor put its context in front of it.
std::string_view request_of(std::string_view text);

} // namespace kato::codex
