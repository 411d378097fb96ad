// Removing a chat for good: its rows, texts and blobs, and its ranges of the retained bytes.
#pragma once

#include "store/bodies.h"
#include "store/sqlite.h"

#include <functional>
#include <vector>

namespace kato {

// Rewrites a source's pieces with the ranges as zero bytes and lists the ranges as purged; texts
// that stand there, and are still needed, get parts of their own before. Of a compressed source all is blanked: the ranges are those of its content.
Status blank_ranges(Db& db, Compressor& compressor, std::int64_t source, std::vector<Place> places);

// Within the caller's transaction. Leaves the chat's row and its tombstone.
Status purge_chat(Db& db, Compressor& compressor, std::int64_t chat, std::int64_t now_us);

// Removes chunks, blobs and bodies that nothing refers to.
Status drop_unreferenced(Db& db);

// Outside of any transaction. Rewrites the database without its free space and empties its log.
Status vacuum(Db& db);

// After purge_chat's transaction: leaves nothing of what was deleted in the database's files nor,
// by `index`, in the index. Should that be interrupted, is_purging() tells the next writer.
Status finish_purge(Db& db, const std::function<Status()>& index);
Result<bool> is_purging(Db& db);

} // namespace kato
