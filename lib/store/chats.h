// Finding, reading and listing chats.
#pragma once

#include "store/sqlite.h"
#include "store/store.h"

#include <string_view>
#include <vector>

namespace kato {

// A full id, a prefix of one (four hexadecimal digits or more), or a piece of a title that only one
// chat has (whatever the case; a chat with exactly this title wins). `deleted`: also among the
// deleted ones. Purged chats are never found.
Result<Uuid> find_chat(Db& db, std::string_view reference, bool deleted);

// Also a deleted one.
Result<ChatView> read_chat(Db& db, const Uuid& id);

Result<std::vector<ChatView>> read_chats(Db& db, const ChatFilter& filter);

} // namespace kato
