// Keeps the search index in step with the store: what belongs into it, and what it missed.
#pragma once

#include "store/index.h"
#include "store/store.h"

#include <functional>
#include <span>
#include <string>
#include <vector>

namespace kato {

// The newest event and the newest change that the store has ever had.
Result<Index::Mark> store_mark(Db& db);

// Within transactions of both. Makes the index agree about these events (sorted, each once) and
// notes the change for an index that does not hear of it. `unseen`: sorted, new events that the
// index was not told of yet.
Status settle_index(Db& db, Index& index, std::span<const std::int64_t> events,
                    std::span<const std::int64_t> unseen);

// Within transactions of both. Brings an index that has missed something up to the store's mark;
// true when there was something to do. What it cannot repair it builds anew.
Result<bool> catch_up(Db& db, Index& index, const StopFn& stop, const ProgressFn& progress);

// Gives every event up to row `last` with the text that it is to be indexed with; empty: not at all.
Status each_entry(Db& db, std::int64_t last,
                  const std::function<Status(std::int64_t event, std::string text)>& take);

} // namespace kato
