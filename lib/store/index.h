// The search index: a contentless FTS5 table in a database of its own, derived from kato.db.
#pragma once

#include "base/file.h"
#include "base/worker.h"
#include "model/event.h"
#include "store/sqlite.h"
#include "store/tokenizer.h"

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace kato {

// Numbered so that a change of either rebuilds the index.
inline constexpr std::int64_t k_index_rule = 1; // which text of an event is indexed
inline constexpr std::int64_t k_tokenizer_version = 1;
inline constexpr std::int64_t k_index_version = k_index_rule * 1000 + k_tokenizer_version;

inline constexpr std::size_t k_indexed_result_bytes = 4096;  // of a tool result
inline constexpr std::size_t k_indexed_text_bytes = 8 << 20; // of anything else

// The text of an event that is indexed; empty: none. `text` may be cut after k_indexed_text_bytes.
std::string index_text(Kind kind, std::string_view text, std::string_view name,
                       std::string_view data);
bool is_indexed(Kind kind);

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
    const Mark& mark() const { return mark_; }

    // True when the file is no longer the one that was opened.
    bool replaced() const;

    Status begin();
    void add(std::int64_t event, std::string text);
    // Makes the index agree: indexed with `text`, or absent.
    void set(std::int64_t event, std::string text, bool present);
    Status commit(const Mark& mark);
    void rollback();
    // Empties it, within begin() and commit().
    Status clear();
    // Outside of begin() and commit(): leaves nothing of what was removed in the file.
    Status compact();

private:
    struct Item {
        std::int64_t event;
        std::string text;
        enum class Act : std::uint8_t { add, ensure, remove } act;
    };
    explicit Index(std::unique_ptr<Db> db) : db_(std::move(db)) {}
    void push(Item item);
    void flush();
    Status apply(const Item& item);
    Status load(std::uint32_t busy_timeout_ms);

    std::unique_ptr<Db> db_;
    FileIdentity identity_;
    Mark mark_;
    bool open_ = false;
    std::vector<Item> batch_;
    std::size_t batch_bytes_ = 0;
    std::optional<Error> failure_; // set by the worker, read when it is idle
    Worker worker_{4};
};

} // namespace kato
