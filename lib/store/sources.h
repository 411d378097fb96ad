// Reading what was retained: sources, and blobs by their hash.
#pragma once

#include "store/sqlite.h"
#include "store/store.h"

#include <span>
#include <vector>

namespace kato {

// The newest version of each source and those that are only known by reference, by (name, id); with
// chats, those that shown events of theirs came from.
Result<std::vector<SourceView>> read_sources(Db& db, std::span<const Uuid> chats);

// The bytes as they were given. False when ranges were purged (they read as zero bytes);
// Code::not_found when they are not here.
Result<bool> read_source(Db& db, const Uuid& id, const Output& out);

Status read_blob(Db& db, const Digest& sha256, const Output& out);
Result<std::uint64_t> blob_size(Db& db, const Digest& sha256);

} // namespace kato
