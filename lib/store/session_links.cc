// What an import session works out when all records are there.
#include "store/session.h"

#include "model/identity.h"

#include <algorithm>

namespace kato {

Status Session::apply_marks() {
    for (const Pending& mark : marks_) {
        // A record's blocks are numbered without gaps.
        for (std::uint32_t block = mark.first_block;; ++block) {
            const Uuid id = event_id(mark.record, block);
            Query find(db_, "SELECT max(flags & ?1 <> ?1) FROM event WHERE chat = ?2 AND id = ?3 "
                            "HAVING count(*) > 0");
            find.bind(1, std::int64_t{mark.flags}).bind(2, mark.chat->n).bind(3, id);
            KATO_TRY(const bool there, find.step());
            if (!there) break;
            if (find.integer(0) == 0) continue;
            Query set(db_, "UPDATE event SET flags = flags | ? WHERE chat = ? AND id = ?");
            set.bind(1, std::int64_t{mark.flags}).bind(2, mark.chat->n).bind(3, id);
            KATO_CHECK(set.run());
            mark.chat->dirty = true;
            counts_.changed = true;
        }
    }
    return done();
}

// Linking a long chat takes memory of its own.
void Session::forget_records() {
    records_ = {};
    last_events_.clear();
    calls_.clear();
}

Status Session::finish_chats() {
    std::vector<const ChatState*> dirty;
    for (const auto& [id, state] : chats_)
        if (state.dirty) dirty.push_back(&state);
    std::sort(dirty.begin(), dirty.end(),
              [](const ChatState* a, const ChatState* b) { return a->n < b->n; });
    for (const ChatState* chat : dirty) {
        KATO_CHECK(relink_chat(db_, chat->n, change_.ripples()));
        if (chat->fork_changed && !chat->fresh)
            KATO_CHECK(touch_chat(db_, chat->n, change_.ripples()));
    }
    return done();
}

} // namespace kato
