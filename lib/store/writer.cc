#include "store/writer.h"

#include "store/copies.h"
#include "store/indexing.h"
#include "store/purge.h"
#include "store/schema.h"

#include <new>

#include <fmt/format.h>

namespace kato {
namespace {

// Changes kept beyond what the index has heard of: it may lose its last ones when the power fails.
constexpr std::int64_t k_kept_changes = 4096;

} // namespace

Result<std::unique_ptr<StoreWriter>> StoreWriter::open(const Workspace& workspace,
                                                       std::uint32_t busy_timeout_ms,
                                                       Environment environment) {
    std::unique_ptr<StoreWriter> writer(
        new StoreWriter(workspace, busy_timeout_ms, std::move(environment)));
    KATO_CHECK(writer->open_database());
    KATO_TRY(writer->index_, Index::open(workspace.index(), busy_timeout_ms));
    KATO_CHECK(writer->catch_up_index());
    KATO_TRY(const bool purged, is_purging(writer->db()));
    if (purged) {
        const Status status = writer->finish_purge();
        if (!status && status.error().code != Code::busy) return status.error();
    }
    return writer;
}

Status StoreWriter::open_database() {
    KATO_TRY(db_, Db::open(workspace_.database(), SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOFOLLOW,
                           busy_timeout_ms_));
    KATO_CHECK(db_->use_log(busy_timeout_ms_));
    // What is deleted is overwritten.
    KATO_CHECK(db_->exec(
        "PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; PRAGMA temp_store = MEMORY; PRAGMA "
        "cache_size = -16384;"
        "PRAGMA secure_delete = ON; PRAGMA trusted_schema = OFF; "
        "PRAGMA journal_size_limit = 67108864"));
    checkpointer_ = std::make_unique<Checkpointer>(*db_); // instead of SQLite's own, in the writer
    int persist = 1;
    // A nicety: without it readers need to be able to make the side files.
    (void)sqlite3_file_control(db_->handle(), "main", SQLITE_FCNTL_PERSIST_WAL, &persist);
    KATO_CHECK(prepare_schema(*db_, false));
    return notice_others();
}

Status StoreWriter::notice_others() {
    KATO_TRY(const std::int64_t version, db_->integer("PRAGMA data_version"));
    if (version != data_version_) names_.forget();
    data_version_ = version;
    return done();
}

Status StoreWriter::begin_index(bool patient) {
    if (!index_->replaced()) {
        Status status = index_->begin(patient);
        if (status || status.error().code == Code::busy) return status;
    }
    KATO_TRY(auto fresh, Index::open(workspace_.index(), busy_timeout_ms_));
    index_ = std::move(fresh);
    return index_->begin(patient);
}

Status StoreWriter::begin(Transaction& transaction) {
    end_shared();
    return begin_at_once(transaction);
}

Status StoreWriter::begin_at_once(Transaction& transaction) {
    if (index_->is_deferred()) {
        db_->set_busy_timeout(0);
        Status begun = transaction.begin();
        db_->set_busy_timeout(busy_timeout_ms_);
        if (begun || begun.error().code != Code::busy) return begun;
        (void)index_->settle(); // what it has lost it finds by its mark
    }
    return transaction.begin();
}

Status SharedChange::outcome() const {
    if (!lost) return done();
    if (!reason) throw std::bad_alloc();
    return *reason;
}

Status StoreWriter::begin_shared() {
    auto shared = std::make_shared<SharedChange>();
    KATO_CHECK(begin_at_once(shared->open.emplace(*db_)));
    shared_ = std::move(shared);
    return done();
}

void StoreWriter::end_shared() noexcept {
    if (!shared_ || !shared_->kept) return drop_shared();
    try {
        // SQLite itself rolls back when, for example, the disk is full.
        const Status status =
            db_->in_transaction()
                ? shared_->open->commit()
                : Error{Code::io,
                        fmt::format("{}: what was imported last was rolled back", db_->path())};
        if (!status) {
            shared_->reason = status.error();
        } else {
            shared_->open.reset();
            shared_.reset();
            index_->commit_if_much(); // what it cannot do now it finds by its mark later
        }
    } catch (...) { // no memory
    }
    drop_shared();
}

void StoreWriter::drop_shared() noexcept {
    if (!shared_) return;
    shared_->lost = shared_->kept;
    shared_->open.reset();
    if (shared_->lost) index_->give_up(); // it has heard of what is no more
    names_.forget();
    shared_.reset();
}

Status StoreWriter::commit_shared(ImportShare& share) {
    const std::shared_ptr<SharedChange> kept = std::exchange(share.kept, {});
    if (!kept) return done();
    if (kept == shared_) end_shared();
    return kept->outcome();
}

Status StoreWriter::catch_up_index() {
    KATO_TRY(const Index::Mark wanted, store_mark(*db_));
    if (index_->mark().event == wanted.event && index_->mark().change == wanted.change)
        return done();
    Transaction transaction(*db_);
    db_->set_busy_timeout(0); // who holds it brings the index up to date, too
    const Status mine = transaction.begin();
    db_->set_busy_timeout(busy_timeout_ms_);
    if (!mine) return mine.error().code == Code::busy ? done() : mine;
    const Status index = begin_index(false);
    if (!index) return index.error().code == Code::busy ? done() : index;
    const auto caught = catch_up(*db_, *index_, {}, {});
    if (!caught) {
        index_->rollback();
        return caught.error();
    }
    KATO_TRY(const Index::Mark mark, store_mark(*db_));
    return index_->commit(mark);
}

Status StoreWriter::wait_for_disk(bool wait) {
    if (waits_ == wait) return done();
    end_shared();
    db_->rollback();                       // whoever began before may have ended by an exception
    if (wait) KATO_CHECK(db_->sync_log()); // the log holds what the database does not have yet
    KATO_CHECK(db_->exec(wait ? "PRAGMA synchronous = FULL" : "PRAGMA synchronous = NORMAL"));
    waits_ = wait;
    return done();
}

Status StoreWriter::settle() {
    const auto held = lock();
    end_shared();
    KATO_CHECK(wait_for_disk(true));
    (void)index_->settle(); // what it has lost it finds by its mark
    return catch_up_index();
}

void StoreWriter::empty_log() {
    const Checkpointer::Pause pause(*checkpointer_);
    db_->attempt("PRAGMA wal_checkpoint(TRUNCATE)"); // or the next one does
}

Status StoreWriter::finish_purge() {
    const auto held = lock();
    end_shared();
    KATO_CHECK(catch_up_index());
    KATO_TRY(const Index::Mark wanted, store_mark(*db_));
    if (index_->mark().event != wanted.event || index_->mark().change != wanted.change) {
        Error error{Code::busy,
                    "another process uses the search index, which keeps what was removed"};
        error.hint = "end what uses the workspace; the next program to open it removes the rest";
        return error;
    }
    const Checkpointer::Pause pause(*checkpointer_);
    return kato::finish_purge(*db_, [this] { return index_->compact(); });
}

Status StoreWriter::rebuild_index(const StopFn& stop, const ProgressFn& progress) {
    const auto held = lock();
    Transaction transaction(*db_); // no other writer meanwhile
    KATO_CHECK(begin(transaction));
    KATO_CHECK(begin_index(true));
    Status status = index_->clear();
    if (status) {
        const auto caught = catch_up(*db_, *index_, stop, progress);
        if (!caught) status = caught.error();
    }
    if (!status) {
        index_->rollback();
        return status;
    }
    KATO_TRY(const Index::Mark mark, store_mark(*db_));
    return index_->commit(mark);
}

Change::Change(StoreWriter& writer)
    : writer_(writer), lock_(writer.lock()), transaction_(writer.db()), savepoint_(writer.db()),
      bodies_(writer.db()) {}

Change::~Change() {
    if (!begun_) return;
    index().rollback();
    if (transaction_.open() || savepoint_.open()) names().forget(); // their destructors roll back
    if (share_ != nullptr && writer_.shared() && !writer_.shared()->kept) writer_.drop_shared();
}

Status Change::begin() {
    if (share_ != nullptr && share_->kept) KATO_CHECK(share_->kept->outcome());
    const bool joins = share_ != nullptr && writer_.shared() && db().in_transaction() &&
                       (!index().is_open() || index().goes_on());
    if (!joins) {
        KATO_CHECK(end_shared());
        KATO_CHECK(writer_.wait_for_disk(!deferred_));
        KATO_CHECK(share_ != nullptr ? writer_.begin_shared() : writer_.begin(transaction_));
    }
    begun_ = true;
    if (!joins) {
        KATO_CHECK(writer_.notice_others());
        KATO_CHECK(begin_index());
    }
    // To undo the first one of all everything is rolled back: that needs no copies of pages in memory.
    return share_ != nullptr && writer_.shared()->kept ? savepoint_.begin() : done();
}

Status Change::begin(Transaction& transaction) {
    KATO_CHECK(end_shared());
    return writer_.begin(transaction);
}

// What follows from changes that were kept must not be done without them.
Status Change::end_shared() {
    writer_.end_shared();
    return share_ != nullptr && share_->kept ? share_->kept->outcome() : done();
}

// Leaves the change in the transaction that it shares.
Status Change::keep_shared() {
    if (!db().in_transaction())
        return Error{Code::failed, "the transaction of an import has ended before it"};
    if (savepoint_.open()) KATO_CHECK(savepoint_.keep());
    share_->kept = writer_.shared();
    share_->kept->kept = true;
    return done();
}

Status Change::begin_index() {
    const Status indexing = writer_.begin_index(false);
    // Another process's long import holds the index; it will find this change by its mark.
    if (!indexing && indexing.error().code == Code::busy) return done();
    KATO_CHECK(indexing);
    KATO_TRY(const bool missed, catch_up(db(), index(), {}, {}));
    if (!missed) return done();
    KATO_TRY(const Index::Mark mark, store_mark(db()));
    KATO_CHECK(index().commit(mark));
    const Status again = index().begin(false);
    return again.ok() || again.error().code == Code::busy ? done() : again;
}

Status Change::commit() {
    KATO_CHECK(bodies_.settle());
    KATO_CHECK(settle_copies(db(), ripples_));
    if (rebuild_) {
        if (!index().is_open()) KATO_CHECK(writer_.begin_index(true));
        KATO_CHECK(index().clear());
    } else {
        KATO_CHECK(settle_index(db(), index(), ripples_.events, unseen_));
    }
    { // a statement belongs to the connection, which is another thread's once the lock is given up
        Query prune(db(), "DELETE FROM index_change WHERE seq <= ?");
        KATO_CHECK(prune.bind(1, index().durable_change() - k_kept_changes).run());
    }
    if (rebuild_) {
        KATO_CHECK(catch_up(db(), index(), {}, {}));
    }
    KATO_TRY(const Index::Mark mark, store_mark(db()));
    KATO_CHECK(share_ != nullptr ? keep_shared() : transaction_.commit());
    begun_ = false;
    try {
        // Should this fail, the index finds by its mark what it has missed.
        if (deferred_)
            index().defer(mark);
        else
            (void)index().commit(mark);
        if (deferred_ && share_ == nullptr) index().commit_if_much();
    } catch (...) { // no memory or no thread, and the same: the change itself is done
        index().rollback();
    }
    if (!empty_log_) return done();
    KATO_CHECK(end_shared());
    writer_.empty_log();
    return done();
}

} // namespace kato
