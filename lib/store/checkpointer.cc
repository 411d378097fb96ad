#include "store/checkpointer.h"

namespace kato {
namespace {

constexpr int k_pages = 1000;      // of 16 KiB: the log is moved from this size on
constexpr int k_most_pages = 4000; // a writer that is faster than its checkpoints waits for them

} // namespace

Checkpointer::Checkpointer(Db& db) : db_(db) {
    (void)sqlite3_wal_hook(db_.handle(), on_commit, this); // gives the hook before: SQLite's own
}

Checkpointer::Pause::Pause(Checkpointer& of) : of_(of) {
    of_.paused_ = true;
    try {
        of_.worker_.wait();
    } catch (...) { // what it could not do is not needed now
    }
}

Checkpointer::~Checkpointer() { (void)sqlite3_wal_hook(db_.handle(), nullptr, nullptr); }

int Checkpointer::on_commit(void* self, sqlite3*, const char*, int pages) {
    try { // nothing may be thrown through SQLite
        static_cast<Checkpointer*>(self)->follow(pages);
    } catch (...) { // no memory or no thread: after the next commit, then
    }
    return SQLITE_OK;
}

void Checkpointer::follow(int pages) {
    if (pages < k_pages || paused_) return;
    if (alone_) {
        (void)sqlite3_wal_checkpoint_v2(db_.handle(), "main", SQLITE_CHECKPOINT_PASSIVE, nullptr,
                                        nullptr); // or after the next commit
        return;
    }
    start();
    if (pages < k_most_pages) return;
    // Nobody writes meanwhile: this one gets to the log's end, and it begins anew.
    worker_.wait();
    start();
    worker_.wait();
}

void Checkpointer::start() {
    if (running_.exchange(true)) return;
    try {
        worker_.run([this] {
            run();
            running_ = false;
        });
    } catch (...) {
        running_ = false;
        throw;
    }
}

// What cannot be moved now stays in the log, where it is safe, until the next time.
void Checkpointer::run() noexcept {
    try {
        if (!own_) {
            // The absolute path: the process may have gone elsewhere, or into a sandbox.
            auto opened = Db::open(sqlite3_db_filename(db_.handle(), "main"),
                                   SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOFOLLOW, 0);
            alone_ = !opened || !(*opened)->integer("SELECT count(*) FROM sqlite_schema");
            if (alone_) return;
            own_ = std::move(*opened);
            own_->attempt("PRAGMA synchronous = FULL");
        }
        own_->attempt("PRAGMA wal_checkpoint(PASSIVE)");
    } catch (...) { // no memory
    }
}

} // namespace kato
