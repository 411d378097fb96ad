// The store's one writing connection, and a change made with it.
#pragma once

#include "store/body_queue.h"
#include "store/checkpointer.h"
#include "store/index.h"
#include "store/names.h"
#include "store/relink.h"
#include "store/retain.h"
#include "store/store.h"
#include "store/workspace.h"

#include <memory>
#include <mutex>

namespace kato {

// A transaction of several changes, each of which is whole. Nobody else sees them before it ends.
struct SharedChange {
    // What became of those that were kept in it; an Error when they are lost.
    Status outcome() const;

    std::optional<Transaction> open{};
    bool kept = false; // any change
    bool lost = false;
    std::optional<Error> reason{}; // none: there was no memory for it
};

// Any thread, one at a time: who works with it holds its lock.
class StoreWriter {
public:
    ~StoreWriter() { drop_shared(); }
    StoreWriter(const StoreWriter&) = delete;
    StoreWriter& operator=(const StoreWriter&) = delete;

    static Result<std::unique_ptr<StoreWriter>> open(const Workspace& workspace,
                                                     std::uint32_t busy_timeout_ms,
                                                     Environment environment);

    std::unique_lock<std::mutex> lock() { return std::unique_lock(mutex_); }
    const Workspace& workspace() const { return workspace_; }
    const Environment& environment() const { return environment_; }
    Db& db() { return *db_; }
    Index& index() { return *index_; }
    Names& names() { return names_; }
    Compressor& compressor() { return compressor_; }
    RetainingThread& retaining() { return retaining_; }

    // Lets an index that lags behind catch up, unless another process is writing: that one will.
    Status catch_up_index();
    // Nothing that was written and deleted again stays in the log, unless somebody reads there.
    void empty_log();
    // After a purge: leaves nothing of what was deleted in the files.
    Status finish_purge();
    // Whether a commit waits for the disk, or leaves that to settle().
    Status wait_for_disk(bool wait);
    // Puts on the disk what deferred changes left in memory, and into the index what it lacks.
    Status settle();
    // Builds the index anew.
    Status rebuild_index(const StopFn& stop, const ProgressFn& progress);
    // Opens the index anew if its file was replaced or is no longer usable. See Index::begin.
    Status begin_index(bool patient);
    // Begins a transaction. Two processes of which each waits for what the other holds would wait in
    // vain, so the index is given back before waiting for the store.
    Status begin(Transaction& transaction);
    // The transaction that changes share; null: none. Whoever begins another one ends it first.
    const std::shared_ptr<SharedChange>& shared() const { return shared_; }
    Status begin_shared();
    // Commits it, or rolls it back: that is told to those who ask commit_shared() for what they kept in it.
    void end_shared() noexcept;
    void drop_shared() noexcept;
    Status commit_shared(ImportShare& share);
    // Forgets what another process may have changed.
    Status notice_others();

private:
    StoreWriter(Workspace workspace, std::uint32_t busy_timeout_ms, Environment environment)
        : workspace_(std::move(workspace)), busy_timeout_ms_(busy_timeout_ms),
          environment_(std::move(environment)) {}
    Status open_database();
    Status begin_at_once(Transaction& transaction);

    Workspace workspace_;
    std::uint32_t busy_timeout_ms_;
    Environment environment_;
    std::mutex mutex_;
    std::unique_ptr<Db> db_;
    std::unique_ptr<Checkpointer> checkpointer_;
    std::unique_ptr<Index> index_;
    Names names_;
    Compressor compressor_;
    RetainingThread retaining_;
    std::int64_t data_version_ = 0;
    bool waits_ = true; // for the disk
    std::shared_ptr<SharedChange> shared_;
};

// One change of the store: all of it or nothing. Holds the write lock.
class Change {
public:
    explicit Change(StoreWriter& writer);
    ~Change();
    Change(const Change&) = delete;
    Change& operator=(const Change&) = delete;

    Status begin();
    Db& db() { return writer_.db(); }
    Index& index() { return writer_.index(); }
    Names& names() { return writer_.names(); }
    Compressor& compressor() { return writer_.compressor(); }
    RetainingThread& retaining() { return writer_.retaining(); }
    BodyQueue& bodies() { return bodies_; }
    const std::string& directory() const { return writer_.workspace().root(); }

    // What has to follow from the change; commit() sees to it.
    Ripples& ripples() { return ripples_; }
    // A new event that the index was not told of (ascending).
    void not_indexed(std::int64_t event) { unseen_.push_back(event); }
    // The index will be built anew.
    void rebuild_index() { rebuild_ = true; }
    // The log must not keep what was written and deleted again.
    void empty_log() { empty_log_ = true; }

    // Before begin(): one of many changes. Neither the index nor the disk is waited for; after a power
    // failure the last ones may be missing, each of them whole, until StoreWriter::settle().
    void defer() { deferred_ = true; }
    // Likewise: one of many in a transaction. See Store::begin_shared_import().
    void share(ImportShare& share) {
        deferred_ = true;
        share_ = &share;
    }

    Status commit();
    // Gives the write lock back, which otherwise ends with the change; no statement may be open.
    void unlock() { lock_.unlock(); }
    // Begins a transaction of another kind. See StoreWriter::begin.
    Status begin(Transaction& transaction);

private:
    Status begin_index();
    Status end_shared();
    Status keep_shared();

    StoreWriter& writer_;
    std::unique_lock<std::mutex> lock_;
    Transaction transaction_;
    Savepoint savepoint_; // when it shares a transaction in which there is something
    BodyQueue bodies_;
    Ripples ripples_;
    std::vector<std::int64_t> unseen_;
    bool rebuild_ = false;
    bool empty_log_ = false;
    bool deferred_ = false;
    ImportShare* share_ = nullptr;
    bool begun_ = false;
};

} // namespace kato
