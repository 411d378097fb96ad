// The search index: a contentless FTS5 table in a database of its own, derived from kato.db.
#pragma once

#include "base/file.h"
#include "base/worker.h"
#include "model/event.h"
#include "store/sqlite.h"
#include "store/tokenizer.h"

#include <atomic>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace kato {

// Numbered so that a change of either rebuilds the index.
inline constexpr std::int64_t k_index_rule = 2; // what of an event is indexed
inline constexpr std::int64_t k_tokenizer_version = 2;
inline constexpr std::int64_t k_index_version = k_index_rule * 1000 + k_tokenizer_version;

inline constexpr std::size_t k_indexed_result_bytes = 4096;  // of a tool result
inline constexpr std::size_t k_indexed_text_bytes = 8 << 20; // of anything else

// The text of an event that is indexed; empty: none. `text` may be cut after k_indexed_text_bytes.
std::string index_text(Kind kind, std::string_view text, std::string_view name,
                       std::string_view data);
bool is_indexed(Kind kind);
// The word that stands in the column `kind`; no text of a person's has it.
std::string kind_word(Kind kind);
// True when a text has what could be taken for such a word.
bool has_kind_word(std::string_view text);

// A writer's hold on index.db. One thread at a time; the work is done on a second thread.
class Index {
public:
    // Opens the index, making it anew when it is missing, damaged or of another version.
    static Result<std::unique_ptr<Index>> open(const std::string& path,
                                               std::uint32_t busy_timeout_ms);

    // How far the index has come: every event up to `event` and every change up to `change`.
    struct Mark {
        std::int64_t event = 0;
        std::int64_t change = 0;
    };
    // With what was deferred; outside of begin() and commit() another process may be further.
    const Mark& mark() const { return mark_; }
    // The last change that is safe on the disk.
    std::int64_t durable_change() const { return durable_change_; }

    // True when the file is no longer the one that was opened.
    bool replaced() const;

    // Code::busy: another process writes to it. As the index may lag behind, who is not `patient` waits
    // for that a moment at most.
    Status begin(bool patient);
    bool is_open() const { return open_; }
    bool is_deferred() const { return open_ && deferred_; }
    // A begin() would go on with what was deferred.
    bool goes_on() const { return is_deferred() && !failed_; }
    // These do nothing while it is not open.
    void add(std::int64_t event, Kind kind, std::string text);
    // Makes the index agree: indexed with `text`, or absent.
    void set(std::int64_t event, Kind kind, std::string text, bool present);
    Status commit(const Mark& mark);
    // Ends the change, but commits it later together with others: many small transactions make many
    // small segments, and waiting for each leaves a core idle. What is lost, the next begin() misses.
    void defer(const Mark& mark);
    // Commits what was deferred once it is much, without waiting. The store must have it by now.
    void commit_if_much();
    // Gives up everything that is not committed.
    void give_up();
    // Commits what was deferred.
    Status settle();
    // Gives up the change, and with it what was deferred if that cannot be told apart.
    void rollback();
    // Empties it, within begin() and commit().
    Status clear();
    // Outside of begin() and commit(): leaves nothing of what was removed in the file.
    Status compact();

private:
    struct Item {
        std::int64_t event;
        Kind kind;
        std::string text;
        enum class Act : std::uint8_t { add, ensure, remove } act;
    };
    Index(std::unique_ptr<Db> db, std::uint32_t busy_timeout_ms)
        : db_(std::move(db)), busy_timeout_ms_(busy_timeout_ms) {}
    void push(Item item);
    void flush();
    Status finish();
    void note(Status status);
    Status write_mark(const Mark& mark);
    Status apply(const Item& item);
    Status load();
    void set_durable(const Mark& mark);
    void enqueue_commit(const Mark& mark);
    Status check_mark(const Mark& mark);

    std::unique_ptr<Db> db_;
    std::uint32_t busy_timeout_ms_;
    bool was_busy_ = false;
    FileIdentity identity_;
    Mark mark_;
    std::atomic<std::int64_t> durable_event_ = 0;
    std::atomic<std::int64_t> durable_change_ = 0;
    bool open_ = false;
    bool deferred_ = false;         // the transaction holds earlier changes
    bool sent_ = false;             // the worker has texts of this change
    std::size_t kept_ = 0;          // the first of batch_ that belong to earlier changes
    std::size_t pending_bytes_ = 0; // that are not committed
    std::vector<Item> batch_;
    std::size_t batch_bytes_ = 0;
    std::optional<Error> failure_; // set by the worker, read when it is idle
    std::atomic<bool> failed_ = false;
    Worker worker_{4};
};

} // namespace kato
