// Names of the files that an export into a folder makes: from titles, safe on every system, stable.
#pragma once

#include "model/view.h"

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace kato {

// A piece of a file name made of a text from data: letters, digits, '-' and '_', nothing that
// hides, orders, leads elsewhere or that a shell obeys; at most `room` bytes; may be empty.
std::string name_slug(std::string_view text, std::size_t room);

// One name for each chat, in the same order, all different whatever the case of letters:
// title-id.suffix, the id as short as chat references may be. A chat's name does not depend on which
// others there are, unless two ids begin alike.
std::vector<std::string> chat_file_names(std::span<const ChatView> chats, std::string_view suffix);

} // namespace kato
