// Brings what is worked out from a chat's events up to date in the store, and says what else that
// may concern.
#pragma once

#include "store/link.h"
#include "store/sqlite.h"

#include <vector>

namespace kato {

// What a change may have changed elsewhere; repetitions are allowed.
struct Ripples {
    std::vector<std::int64_t> events{};     // whether they are indexed
    std::vector<std::int64_t> likenesses{}; // which of the events that are alike is the original
    std::vector<std::int64_t> chats{};      // which of its events are copies, and the forks' ones
};

// The rows of a chat, in the order in which they were stored.
Result<ChatRows> load_links(Db& db, std::int64_t chat);

// Links the chat's events anew and writes down what changed.
Status relink_chat(Db& db, std::int64_t chat, Ripples& ripples);

// The chat as a whole appears or disappears, or is a fork of another one than before.
Status touch_chat(Db& db, std::int64_t chat, Ripples& ripples);

} // namespace kato
