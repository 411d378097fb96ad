// A thin owner of an SQLite connection and its prepared statements. No SQL of its own.
#pragma once

#include "base/hash.h"
#include "base/id.h"
#include "base/result.h"

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

#include <sqlite3.h>

namespace kato {

class Db;

// A statement kept by its connection.
struct CachedStatement {
    struct Finalize {
        void operator()(sqlite3_stmt* s) const {
            (void)sqlite3_finalize(s);
        } // repeats an old error
    };
    std::unique_ptr<sqlite3_stmt, Finalize> statement;
    bool in_use = false;
};

// One use of a prepared statement; goes back to its connection at the end of the scope.
class Query {
public:
    Query(Db& db, const char* sql); // `sql` is a literal: its address is the statement's key
    ~Query();
    Query(const Query&) = delete;
    Query& operator=(const Query&) = delete;

    Query& bind(int index, std::int64_t value);
    Query& bind(int index, double value);
    Query& bind_text(int index, std::string_view value); // borrowed until the scope's end
    Query& bind_blob(int index, std::string_view value); // borrowed until the scope's end
    Query& bind_null(int index);
    // For a function of ours that asks for this `type` (a literal); borrowed until the scope's end.
    Query& bind_pointer(int index, void* pointer, const char* type);
    Query& bind(int index, const Uuid& id) { return bind_blob(index, id.view()); }
    Query& bind(int index, const std::optional<Uuid>& id);
    Query& bind(int index, const std::optional<std::int64_t>& value);
    // NULL for an empty text.
    Query& bind_optional(int index, std::string_view value);

    // True: a row is there; false: done.
    Result<bool> step();
    // For statements without rows; leaves the statement ready for the next bindings.
    Status run();
    void reset();

    std::int64_t integer(int column) const;
    double real(int column) const;
    std::string_view text(int column) const; // until the next step; "" for NULL
    std::string_view blob(int column) const;
    bool is_null(int column) const;
    std::optional<std::int64_t> optional_integer(int column) const;
    std::optional<Uuid> uuid(int column) const;

private:
    Db& db_;
    sqlite3_stmt* statement_ = nullptr;
    CachedStatement* cached_ =
        nullptr; // null: the cached one is in use further up, this is our own
    int failure_ = SQLITE_OK;
};

class Db {
public:
    static Result<std::unique_ptr<Db>> open(const std::string& path, int flags,
                                            std::uint32_t busy_timeout_ms);
    Db(const Db&) = delete;
    Db& operator=(const Db&) = delete;
    ~Db();

    sqlite3* handle() { return db_.get(); }
    const std::string& path() const { return path_; }
    // Runs statements without parameters or rows.
    Status exec(const char* sql);
    // The same for what only helps: the caller goes on without it.
    void attempt(const char* sql) noexcept {
        (void)sqlite3_exec(db_.get(), sql, nullptr, nullptr, nullptr);
    }
    // How long to wait for what another connection holds.
    void set_busy_timeout(std::uint32_t busy_timeout_ms) noexcept;
    // Sets the page size of a new database and switches to a write-ahead log. Two processes that do so
    // at once wait for each other here: SQLite itself does not call its busy handler for the switch.
    Status use_log(std::uint32_t busy_timeout_ms);
    // Returns when what was committed is on the disk, without a checkpoint.
    Status sync_log();
    // Runs a BEGIN. Prepares for its end: rollback() needs no memory.
    Status begin(const char* sql);
    // Ends the transaction, if there is one. Should it not succeed, the next begin() tries again.
    void rollback() noexcept;
    bool in_transaction() const noexcept { return sqlite3_get_autocommit(db_.get()) == 0; }
    // The first column of the first row of a statement without parameters.
    Result<std::int64_t> integer(const char* sql);
    Result<std::string> text(const char* sql);
    std::int64_t last_rowid() { return sqlite3_last_insert_rowid(db_.get()); }
    std::int64_t changes() { return sqlite3_changes64(db_.get()); }
    Error error(int code);

private:
    friend class Query;
    friend class Savepoint;
    using OwnStatement = std::unique_ptr<sqlite3_stmt, CachedStatement::Finalize>;
    struct Close {
        void operator()(sqlite3* db) const { (void)sqlite3_close_v2(db); } // cannot fail usefully
    };
    Db(sqlite3* db, std::string path) : db_(db), path_(std::move(path)) {}
    static int on_busy(void* self, int tries) noexcept;
    Status prepare_for_end(OwnStatement& statement, const char* sql);

    std::unique_ptr<sqlite3, Close> db_;
    std::string path_;
    std::uint32_t busy_timeout_ms_ = 0;
    std::chrono::steady_clock::time_point busy_since_{};
    std::unordered_map<const char*, CachedStatement> statements_; // after db_: finalized first
    OwnStatement rollback_;
    OwnStatement undo_; // of a savepoint
    OwnStatement keep_;
};

// A transaction that rolls back unless committed.
class Transaction {
public:
    explicit Transaction(Db& db) : db_(db) {}
    ~Transaction();
    Transaction(const Transaction&) = delete;
    Transaction& operator=(const Transaction&) = delete;
    Status begin(); // takes the write lock
    Status begin_read();
    Status commit();
    bool open() const { return open_; }

private:
    Db& db_;
    bool open_ = false;
};

// A part of a transaction that is undone unless kept. If it cannot be undone the whole transaction is
// rolled back. One at a time.
class Savepoint {
public:
    explicit Savepoint(Db& db) : db_(db) {}
    ~Savepoint();
    Savepoint(const Savepoint&) = delete;
    Savepoint& operator=(const Savepoint&) = delete;
    Status begin();
    Status keep();
    bool open() const { return open_; }

private:
    Db& db_;
    bool open_ = false;
};

} // namespace kato
