#include "store/fts5.h"

#include <memory>

namespace kato {

Result<fts5_api*> fts5_of(Db& db) {
    fts5_api* api = nullptr;
    sqlite3_stmt* raw = nullptr;
    int rc = sqlite3_prepare_v2(db.handle(), "SELECT fts5(?1)", -1, &raw, nullptr);
    const std::unique_ptr<sqlite3_stmt, CachedStatement::Finalize> statement(raw);
    if ((rc & 0xFF) == SQLITE_NOMEM) return db.error(rc);
    if (rc != SQLITE_OK) return Error{Code::unsupported, "this SQLite was built without FTS5"};
    rc = sqlite3_bind_pointer(raw, 1, static_cast<void*>(&api), "fts5_api_ptr", nullptr);
    if (rc == SQLITE_OK) rc = sqlite3_step(raw);
    if ((rc & 0xFF) == SQLITE_NOMEM) return db.error(rc);
    if (rc != SQLITE_ROW || api == nullptr)
        return Error{Code::unsupported, "this SQLite has no usable FTS5"};
    return api;
}

} // namespace kato
