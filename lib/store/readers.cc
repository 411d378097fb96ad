#include "store/readers.h"

#include "store/index.h"
#include "store/rank.h"
#include "store/search.h"

#include <mutex>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <sys/stat.h>

namespace kato {

struct Readers::Connection {
    std::unique_ptr<Db> db;
    bool attached = false;
    dev_t device = 0; // of the index file that is attached
    ino_t inode = 0;
};

struct Readers::Pool {
    ConnectionOptions options;
    std::mutex mutex;
    std::vector<std::unique_ptr<Connection>> idle;
};

namespace {

constexpr std::size_t k_max_idle = 8;

// For files that nobody can write, not even the shared memory beside them.
std::string immutable_uri(const std::string& path) {
    std::string uri = "file:";
    for (const char c : path) {
        if (c == '%' || c == '?' || c == '#')
            uri += fmt::format("%{:02X}", static_cast<unsigned>(static_cast<unsigned char>(c)));
        else
            uri += c;
    }
    return uri + "?immutable=1";
}

// True when everything stands in the database file itself.
bool has_no_log(const std::string& path) {
    struct stat info {};
    return ::stat((path + "-wal").c_str(), &info) != 0 || info.st_size == 0;
}

Status prepare(Db& db) {
    (void)sqlite3_db_config(db.handle(), SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr); // hardening only
    KATO_CHECK(
        db.exec("PRAGMA query_only = 1; PRAGMA trusted_schema = 0; PRAGMA temp_store = MEMORY;"
                "PRAGMA cache_size = -16384"));
    KATO_CHECK(register_tokenizer(db));
    KATO_CHECK(register_search(db));
    KATO_CHECK(register_rank(db));
    // The first read takes what a later one needs: the file, its log and its shared memory.
    auto first = db.integer("SELECT count(*) FROM sqlite_schema");
    if (!first) return std::move(first.error());
    return done();
}

Result<std::unique_ptr<Db>> open_database(const ConnectionOptions& options) {
    const int flags = SQLITE_OPEN_READONLY | (options.read_only ? SQLITE_OPEN_URI : 0);
    Error failure;
    {
        KATO_TRY(std::unique_ptr<Db> db,
                 Db::open(options.database, flags, options.busy_timeout_ms));
        Status status = prepare(*db);
        if (status) return db;
        failure = std::move(status.error());
    }
    const int rc = failure.sqlite_error & 0xFF;
    const bool cannot_write = rc == SQLITE_CANTOPEN || rc == SQLITE_READONLY || rc == SQLITE_PERM;
    if (!options.read_only || !cannot_write || !has_no_log(options.database)) return failure;
    KATO_TRY(std::unique_ptr<Db> db,
             Db::open(immutable_uri(options.database), flags, options.busy_timeout_ms));
    KATO_CHECK(prepare(*db));
    return db;
}

Status attach(Db& db, const std::string& path) {
    Query query(db, "ATTACH ? AS idx");
    return query.bind_text(1, path).run();
}

void detach(Db& db) { db.attempt("DETACH idx"); } // fails only when it is not attached

// True when the index is attached and can be read.
bool attach_index(Db& db, const ConnectionOptions& options) {
    for (const bool immutable : {false, true}) {
        if (immutable && (!options.read_only || !has_no_log(options.index))) return false;
        if (!attach(db, immutable ? immutable_uri(options.index) : options.index)) continue;
        auto version = db.integer("PRAGMA idx.user_version");
        auto there =
            db.integer("SELECT count(*) FROM idx.sqlite_schema WHERE name IN ('fts', 'meta')");
        if (version && there && *version == k_index_version && *there == 2) return true;
        detach(db);
    }
    return false;
}

} // namespace

Readers::Readers(std::shared_ptr<Pool> pool) : pool_(std::move(pool)) {}
Readers::Readers(Readers&&) noexcept = default;
Readers& Readers::operator=(Readers&&) noexcept = default;
Readers::~Readers() = default;

Result<Readers> Readers::open(ConnectionOptions options) {
    Readers readers(std::make_shared<Pool>());
    readers.pool_->options = std::move(options);
    readers.pool_->idle.reserve(k_max_idle);
    KATO_CHECK(readers.acquire());
    return readers;
}

Result<Readers::Lease> Readers::acquire() const {
    std::unique_ptr<Connection> connection;
    {
        const std::lock_guard lock(pool_->mutex);
        if (!pool_->idle.empty()) {
            connection = std::move(pool_->idle.back());
            pool_->idle.pop_back();
        }
    }
    if (!connection) {
        connection = std::make_unique<Connection>();
        KATO_TRY(connection->db, open_database(pool_->options));
    }
    // While the file before is open its number is not given to another one.
    struct stat info {};
    const bool exists = ::stat(pool_->options.index.c_str(), &info) == 0 && S_ISREG(info.st_mode);
    const bool same =
        exists && info.st_dev == connection->device && info.st_ino == connection->inode;
    if (connection->attached && !same) {
        detach(*connection->db);
        connection->attached = false;
    }
    if (!connection->attached && exists && attach_index(*connection->db, pool_->options)) {
        connection->attached = true;
        connection->device = info.st_dev;
        connection->inode = info.st_ino;
    }
    return Lease(pool_, std::move(connection));
}

void Readers::close_idle() const {
    std::vector<std::unique_ptr<Connection>> closing;
    closing.reserve(k_max_idle);
    const std::lock_guard lock(pool_->mutex);
    std::swap(closing, pool_->idle);
}

Readers::Lease::Lease(std::shared_ptr<Pool> pool, std::unique_ptr<Connection> connection)
    : pool_(std::move(pool)), connection_(std::move(connection)) {}
Readers::Lease::Lease(Lease&&) noexcept = default;
Readers::Lease& Readers::Lease::operator=(Lease&& other) noexcept {
    if (this != &other) {
        give_back();
        pool_ = std::move(other.pool_);
        connection_ = std::move(other.connection_);
    }
    return *this;
}
Readers::Lease::~Lease() { give_back(); }

void Readers::Lease::give_back() {
    if (!connection_) return;
    Db& db = *connection_->db;
    db.rollback();
    if (sqlite3_get_autocommit(db.handle()) == 0) {
        connection_.reset(); // of no more use
        return;
    }
    const std::lock_guard lock(pool_->mutex);
    if (pool_->idle.size() < k_max_idle)
        pool_->idle.push_back(std::move(connection_)); // room is reserved
    connection_.reset();
}

Db& Readers::Lease::db() const { return *connection_->db; }
bool Readers::Lease::has_index() const { return connection_->attached; }
bool Readers::Lease::index_exists() const { return file_exists(pool_->options.index); }

} // namespace kato
