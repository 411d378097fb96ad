// How well a row of the search index matches: BM25.
#pragma once

#include "store/sqlite.h"

namespace kato {

// Registers kato_bm25(fts, phrases, matches) with a connection. It is FTS5's bm25() over the text (the
// lower the better) of the query's first `phrases` phrases alone. To know how rare each of them is FTS5
// runs through all of its matches once more; a single phrase does without: it has `matches`. Of more than 65,536
// hits in one row the rest do not count.
Status register_rank(Db& db);

} // namespace kato
