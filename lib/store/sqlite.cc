#include "store/sqlite.h"

#include <cstring>
#include <new>

#include <fmt/format.h>

namespace kato {

Result<std::unique_ptr<Db>> Db::open(const std::string& path, int flags,
                                     std::uint32_t busy_timeout_ms) {
    sqlite3* raw = nullptr;
    const int rc = sqlite3_open_v2(path.c_str(), &raw,
                                   flags | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE, nullptr);
    std::unique_ptr<sqlite3, Close> owner(raw);
    if (raw == nullptr) throw std::bad_alloc();
    std::unique_ptr<Db> db(new Db(owner.get(), path)); // private constructor: no make_unique
    (void)owner.release();                             // owned by `db` from here on
    if (rc != SQLITE_OK) return db->error(rc);
    db->set_busy_timeout(busy_timeout_ms);
    (void)sqlite3_limit(raw, SQLITE_LIMIT_LENGTH, 256 << 20); // returns the old limit
    return db;
}

Db::~Db() = default;

Error Db::error(int rc) {
    if ((rc & 0xFF) == SQLITE_NOMEM) throw std::bad_alloc();
    Error error;
    error.sqlite_error = rc;
    error.path = path_;
    switch (rc & 0xFF) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
        error.code = Code::busy;
        error.message = fmt::format("{}: another process holds it", path_);
        error.hint = "try again when it has finished";
        return error;
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
        error.code = Code::corrupt;
        error.message = fmt::format("{}: the database is damaged ({})", path_, sqlite3_errstr(rc));
        error.hint = "run: kato doctor";
        return error;
    case SQLITE_FULL: error.code = Code::io; break;
    case SQLITE_READONLY:
    case SQLITE_PERM:
    case SQLITE_AUTH: error.code = Code::denied; break;
    case SQLITE_CANTOPEN:
    case SQLITE_IOERR: error.code = Code::io; break;
    case SQLITE_TOOBIG: error.code = Code::limit; break;
    case SQLITE_INTERRUPT: error.code = Code::cancelled; break;
    default: error.code = Code::failed; break;
    }
    error.os_error = sqlite3_system_errno(db_.get());
    error.message = fmt::format("{}: {}", path_, sqlite3_errmsg(db_.get()));
    if (error.os_error != 0) {
        error.message += ": ";
        error.message += std::strerror(error.os_error);
    }
    return error;
}

Status Db::exec(const char* sql) {
    const int rc = sqlite3_exec(db_.get(), sql, nullptr, nullptr, nullptr);
    if (rc != SQLITE_OK) return error(rc);
    return done();
}

void Db::set_busy_timeout(std::uint32_t busy_timeout_ms) noexcept {
    busy_timeout_ms_ = busy_timeout_ms;
    (void)sqlite3_busy_handler(db_.get(), on_busy, this); // fails only on misuse
}

// SQLite's own handler sleeps for longer and longer, and never wakes up in the short pauses of a
// process that makes one change after the other.
int Db::on_busy(void* self, int tries) noexcept {
    auto& db = *static_cast<Db*>(self);
    const auto now = std::chrono::steady_clock::now();
    if (tries == 0) db.busy_since_ = now;
    if (now - db.busy_since_ >= std::chrono::milliseconds(db.busy_timeout_ms_)) return 0;
    (void)sqlite3_sleep(2); // gives the time it slept
    return 1;
}

Status Db::use_log(std::uint32_t busy_timeout_ms) {
    constexpr std::uint32_t k_step_ms = 5;
    set_busy_timeout(0);
    Status status = done();
    for (std::uint32_t waited_ms = 0;; waited_ms += k_step_ms) {
        status = exec("PRAGMA page_size = 16384; PRAGMA journal_mode = WAL");
        if (status || status.error().code != Code::busy || waited_ms >= busy_timeout_ms) break;
        (void)sqlite3_sleep(static_cast<int>(k_step_ms)); // gives the time it slept
    }
    set_busy_timeout(busy_timeout_ms);
    return status;
}

Status Db::sync_log() {
    sqlite3_file* log = nullptr;
    int rc = sqlite3_file_control(db_.get(), "main", SQLITE_FCNTL_JOURNAL_POINTER, &log);
    if (rc == SQLITE_OK && log != nullptr && log->pMethods != nullptr)
        rc = log->pMethods->xSync(log, SQLITE_SYNC_NORMAL | SQLITE_SYNC_DATAONLY);
    return rc == SQLITE_OK ? done() : error(rc);
}

Status Db::prepare_for_end(OwnStatement& statement, const char* sql) {
    if (statement) return done();
    sqlite3_stmt* prepared = nullptr;
    const int rc =
        sqlite3_prepare_v3(db_.get(), sql, -1, SQLITE_PREPARE_PERSISTENT, &prepared, nullptr);
    statement.reset(prepared);
    return rc == SQLITE_OK ? done() : error(rc);
}

Status Db::begin(const char* sql) {
    KATO_CHECK(prepare_for_end(rollback_, "ROLLBACK"));
    rollback();
    return exec(sql);
}

void Db::rollback() noexcept {
    if (!rollback_ || !in_transaction()) return; // SQLite may have done it
    (void)sqlite3_step(rollback_.get());
    (void)sqlite3_reset(rollback_.get()); // repeats step's error
}

Result<std::int64_t> Db::integer(const char* sql) {
    Query query(*this, sql);
    KATO_TRY(const bool row, query.step());
    return row ? query.integer(0) : 0;
}

Result<std::string> Db::text(const char* sql) {
    Query query(*this, sql);
    KATO_TRY(const bool row, query.step());
    return row ? std::string(query.text(0)) : std::string();
}

Query::Query(Db& db, const char* sql) : db_(db) {
    CachedStatement& cached = db.statements_[sql];
    if (cached.statement && !cached.in_use) {
        statement_ = cached.statement.get();
        cached.in_use = true;
        cached_ = &cached;
        return;
    }
    failure_ =
        sqlite3_prepare_v3(db.handle(), sql, -1, SQLITE_PREPARE_PERSISTENT, &statement_, nullptr);
    if (failure_ != SQLITE_OK) return;
    if (!cached.in_use) {
        cached.statement.reset(statement_);
        cached.in_use = true;
        cached_ = &cached;
    }
}

Query::~Query() {
    if (statement_ == nullptr) return;
    if (cached_ == nullptr) {
        (void)sqlite3_finalize(statement_); // repeats an error that step() returned
        return;
    }
    (void)sqlite3_reset(statement_); // the same
    (void)sqlite3_clear_bindings(statement_);
    cached_->in_use = false;
}

void Query::reset() {
    if (statement_ != nullptr)
        (void)sqlite3_reset(statement_); // repeats an error that step() returned
}

Query& Query::bind(int index, std::int64_t value) {
    if (failure_ == SQLITE_OK) failure_ = sqlite3_bind_int64(statement_, index, value);
    return *this;
}
Query& Query::bind(int index, double value) {
    if (failure_ == SQLITE_OK) failure_ = sqlite3_bind_double(statement_, index, value);
    return *this;
}
Query& Query::bind_text(int index, std::string_view value) {
    if (failure_ == SQLITE_OK)
        failure_ =
            sqlite3_bind_text64(statement_, index, value.data() == nullptr ? "" : value.data(),
                                value.size(), SQLITE_STATIC, SQLITE_UTF8);
    return *this;
}
Query& Query::bind_blob(int index, std::string_view value) {
    if (failure_ == SQLITE_OK)
        failure_ =
            sqlite3_bind_blob64(statement_, index, value.data() == nullptr ? "" : value.data(),
                                value.size(), SQLITE_STATIC);
    return *this;
}
Query& Query::bind_null(int index) {
    if (failure_ == SQLITE_OK) failure_ = sqlite3_bind_null(statement_, index);
    return *this;
}
Query& Query::bind_pointer(int index, void* pointer, const char* type) {
    if (failure_ == SQLITE_OK)
        failure_ = sqlite3_bind_pointer(statement_, index, pointer, type, nullptr);
    return *this;
}
Query& Query::bind(int index, const std::optional<Uuid>& id) {
    return id ? bind_blob(index, id->view()) : bind_null(index);
}
Query& Query::bind(int index, const std::optional<std::int64_t>& value) {
    return value ? bind(index, *value) : bind_null(index);
}
Query& Query::bind_optional(int index, std::string_view value) {
    return value.empty() ? bind_null(index) : bind_text(index, value);
}

Result<bool> Query::step() {
    if (failure_ != SQLITE_OK) return db_.error(failure_);
    const int rc = sqlite3_step(statement_);
    if (rc == SQLITE_ROW) return true;
    if (rc == SQLITE_DONE) return false;
    return db_.error(rc);
}

Status Query::run() {
    auto result = step();
    if (!result) return std::move(result.error());
    while (*result) {
        result = step();
        if (!result) return std::move(result.error());
    }
    reset();
    return done();
}

std::int64_t Query::integer(int column) const { return sqlite3_column_int64(statement_, column); }
double Query::real(int column) const { return sqlite3_column_double(statement_, column); }
std::string_view Query::text(int column) const { return blob(column); }
std::string_view Query::blob(int column) const {
    // The blob accessor gives a text's bytes too, without looking for a terminator.
    const void* data = sqlite3_column_blob(statement_, column);
    const int size = sqlite3_column_bytes(statement_, column);
    if (data == nullptr) return {};
    return {static_cast<const char*>(data), static_cast<std::size_t>(size)};
}
bool Query::is_null(int column) const {
    return sqlite3_column_type(statement_, column) == SQLITE_NULL;
}
std::optional<std::int64_t> Query::optional_integer(int column) const {
    if (is_null(column)) return std::nullopt;
    return integer(column);
}
std::optional<Uuid> Query::uuid(int column) const {
    const std::string_view bytes = blob(column);
    Uuid id;
    if (bytes.size() != id.bytes.size()) return std::nullopt;
    std::memcpy(id.bytes.data(), bytes.data(), bytes.size());
    return id;
}

Status Transaction::begin() {
    KATO_CHECK(db_.begin("BEGIN IMMEDIATE"));
    open_ = true;
    return done();
}
Status Transaction::begin_read() {
    KATO_CHECK(db_.begin("BEGIN"));
    open_ = true;
    return done();
}
Status Transaction::commit() {
    KATO_CHECK(db_.exec("COMMIT"));
    open_ = false;
    return done();
}
Transaction::~Transaction() {
    if (open_) db_.rollback();
}

Status Savepoint::begin() {
    KATO_CHECK(db_.prepare_for_end(db_.undo_, "ROLLBACK TO part"));
    KATO_CHECK(db_.prepare_for_end(db_.keep_, "RELEASE part"));
    KATO_CHECK(db_.exec("SAVEPOINT part"));
    open_ = true;
    return done();
}

Status Savepoint::keep() {
    const int rc = sqlite3_step(db_.keep_.get());
    (void)sqlite3_reset(db_.keep_.get()); // repeats step's error
    if (rc != SQLITE_DONE) return db_.error(rc);
    open_ = false;
    return done();
}

Savepoint::~Savepoint() {
    if (!open_ || !db_.in_transaction()) return; // SQLite may have rolled back all
    bool undone = true;
    for (sqlite3_stmt* const statement : {db_.undo_.get(), db_.keep_.get()}) {
        if (undone) undone = sqlite3_step(statement) == SQLITE_DONE;
        (void)sqlite3_reset(statement); // repeats step's error
    }
    if (!undone) db_.rollback();
}

} // namespace kato
