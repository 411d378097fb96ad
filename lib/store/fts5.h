// A connection's way to extend FTS5.
#pragma once

#include "store/sqlite.h"

namespace kato {

// Code::unsupported when this SQLite has none.
Result<fts5_api*> fts5_of(Db& db);

} // namespace kato
