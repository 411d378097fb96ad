// The schema of kato.db and index.db, and the steps from one version to the next.
#pragma once

#include "store/sqlite.h"

#include <string_view>
#include <vector>

namespace kato {

inline constexpr std::int64_t k_application_id = 0x4B61746F; // "Kato"
inline constexpr std::int64_t k_schema_version = 4;
// The tables, indexes and views of this version.
std::vector<std::string_view> schema_names();

// Makes the schema in an empty database, brings an older one up to date, refuses a newer one with
// Code::version and another program's database with Code::corrupt. Changes nothing when read-only.
Status prepare_schema(Db& db, bool read_only);

// A step brings version `from` to `from` + 1 within the caller's transaction.
struct Migration {
    std::int64_t from;
    const char* sql;
    Status (*rest)(Db& db) = nullptr; // what SQL alone cannot do, after it
};
// Applies `steps` in order to a database up to `target`; all or nothing. For prepare_schema and tests.
Status migrate(Db& db, std::int64_t target, const Migration* steps, std::size_t count);

} // namespace kato
