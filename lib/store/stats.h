// What a store holds, in figures.
#pragma once

#include "store/sqlite.h"

#include <string>

namespace kato {

// A JSON object, see kato_store_stats; `content_hash` is added when given. `directory` is the workspace.
Result<std::string> store_stats(Db& db, const std::string& directory,
                                const std::string& content_hash);

} // namespace kato
