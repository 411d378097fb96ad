// A walk over a chat's tree. Single events: events.h.
#pragma once

#include "store/events.h"
#include "store/readers.h"
#include "store/store.h"

#include <memory>

namespace kato {

// Walks over the chat as it is now: later changes are not seen. Of the chat only the shape of its
// tree is held in memory; texts are read one at a time. An event's sequence is its place in the
// tree's pre-order, whichever part is walked; a revision that is not shown follows the one that is
// and has its sequence and depth.
Result<std::unique_ptr<EventWalk>> walk_chat(Readers::Lease lease, const Uuid& chat, Walk what);

} // namespace kato
