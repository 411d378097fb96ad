// Reading events: a walk over a chat's tree, and single ones.
#pragma once

#include "store/readers.h"
#include "store/store.h"

#include <memory>
#include <optional>
#include <string_view>
#include <vector>

namespace kato {

// Walks over the chat as it is now: later changes are not seen. Of the chat only the shape of its
// tree is held in memory; texts are read one at a time. An event's sequence is its place in the
// tree's pre-order, whichever part is walked; a revision that is not shown follows the one that is
// and has its sequence and depth.
Result<std::unique_ptr<EventWalk>> walk_chat(Readers::Lease lease, const Uuid& chat, Walk what);

// The row of the shown event with this id or prefix (four hexadecimal digits or more); with `chat`,
// only of that chat.
Result<std::int64_t> find_event(Db& db, std::string_view reference, const std::optional<Uuid>& chat);

// Without sequence and depth.
Result<EventView> read_event(Db& db, std::string_view reference);
Result<EventView> read_event_row(Db& db, std::int64_t n);

// By response.
Result<std::vector<Usage>> read_usage(Db& db, const Uuid& chat);

} // namespace kato
