// Removing a chat for good: its rows, texts and blobs, and its ranges of the retained bytes.
#pragma once

#include "store/bodies.h"
#include "store/sqlite.h"

#include <vector>

namespace kato {

// Rewrites a source's pieces with the ranges as zero bytes and lists the ranges as purged.
Status blank_ranges(Db& db, Compressor& compressor, std::int64_t source, std::vector<Place> places);

// Within the caller's transaction. Leaves the chat's row and its tombstone.
Status purge_chat(Db& db, Compressor& compressor, std::int64_t chat, std::int64_t now_us);

// Removes chunks, blobs and bodies that nothing refers to.
Status drop_unreferenced(Db& db);

} // namespace kato
