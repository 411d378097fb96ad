#include "store/index.h"

#include "base/file.h"
#include "base/text.h"
#include "store/purge.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>
#include <unistd.h>

namespace kato {
namespace {

constexpr std::size_t k_batch_bytes = 512 << 10;
constexpr std::size_t k_commit_bytes = 64 << 20; // of text: then what was deferred is committed
constexpr std::uint32_t k_kind_words = 0x10FF00; // of private use: nobody's script
constexpr std::uint32_t k_wait_ms = 20;          // for another process that writes to the index
// A larger hash makes fewer segments, but falls out of the processor's cache (docs/benchmarks.md).
constexpr const char* k_create = R"sql(
CREATE TABLE IF NOT EXISTS meta (key TEXT PRIMARY KEY, value INTEGER NOT NULL) STRICT, WITHOUT ROWID;
CREATE VIRTUAL TABLE IF NOT EXISTS fts USING fts5 (text, kind, content = '', tokenize = 'kato');
INSERT INTO fts (fts, rank) VALUES ('hashsize', 2097152);
INSERT INTO fts (fts, rank) VALUES ('automerge', 16);
)sql";

// The words of a JSON text: strings decoded, everything else as it is.
std::string words_of_json(std::string_view json) {
    std::string out;
    out.reserve(json.size());
    for (std::size_t i = 0; i < json.size(); ++i) {
        if (json[i] != '\\' || i + 1 >= json.size()) {
            out += json[i];
            continue;
        }
        ++i;
        if (json[i] != 'u') {
            out += ' '; // \n, \t, \", ... all part words
            continue;
        }
        const auto unit = [&](std::size_t at) -> std::uint32_t {
            std::array<std::uint8_t, 2> bytes{};
            if (at + 4 > json.size() || !from_hex(json.substr(at, 4), bytes)) return 0;
            return static_cast<std::uint32_t>(bytes[0] << 8 | bytes[1]);
        };
        std::uint32_t c = unit(i + 1);
        i += 4;
        if (c >= 0xD800 && c < 0xDC00 && i + 2 < json.size() && json[i + 1] == '\\' &&
            json[i + 2] == 'u') {
            const std::uint32_t low = unit(i + 3);
            if (low >= 0xDC00 && low < 0xE000) {
                c = 0x10000 + ((c - 0xD800) << 10) + (low - 0xDC00);
                i += 6;
            }
        }
        append_utf8(out, c == 0 ? ' ' : c);
    }
    return out;
}

// The longest prefix of at most `limit` bytes that does not cut a character.
std::string_view clip(std::string_view text, std::size_t limit) {
    if (text.size() <= limit) return text;
    while (limit > 0 && (static_cast<unsigned char>(text[limit]) & 0xC0U) == 0x80U) --limit;
    return text.substr(0, limit);
}

} // namespace

bool is_indexed(Kind kind) { return is_conversation(kind); }

std::string kind_word(Kind kind) {
    std::string out;
    append_utf8(out, k_kind_words + static_cast<std::uint32_t>(kind));
    return out;
}

bool has_kind_word(std::string_view text) {
    std::string first;
    append_utf8(first, k_kind_words);
    first.pop_back(); // they differ in their last byte
    return text.find(first) != std::string_view::npos;
}

std::string index_text(Kind kind, std::string_view text, std::string_view name,
                       std::string_view data) {
    if (!is_indexed(kind)) return {};
    if (kind == Kind::assistant_tool_result) return std::string(clip(text, k_indexed_result_bytes));
    std::string out;
    if (kind == Kind::assistant_tool_call || kind == Kind::assistant_decision_prompt) {
        out += name;
        out += ' ';
        out += words_of_json(clip(data, k_indexed_text_bytes));
        out += ' ';
    }
    out += clip(text, k_indexed_text_bytes);
    return out;
}

Result<std::unique_ptr<Index>> Index::open(const std::string& path, std::uint32_t busy_timeout_ms) {
    for (int attempt = 0;; ++attempt) {
        KATO_CHECK(make_private_file(path));
        auto db = Db::open(path, SQLITE_OPEN_READWRITE, busy_timeout_ms);
        if (db) {
            std::unique_ptr<Index> index(
                new Index(std::move(*db), busy_timeout_ms)); // private constructor
            index->identity_ = file_identity(path);
            const Status status = index->load();
            if (status) return index;
            if (status.error().code == Code::busy || attempt > 0) return status.error();
        } else if (attempt > 0) {
            return std::move(db.error());
        }
        // Derived data that cannot be read: start over. Nothing of the user's is in it.
        for (const char* suffix : {"", "-wal", "-shm"}) {
            const std::string file = path + suffix;
            if (::unlink(file.c_str()) != 0 && file_exists(file))
                return os_error("cannot remove", file);
        }
    }
}

Status Index::load() {
    KATO_CHECK(register_tokenizer(*db_));
    KATO_CHECK(db_->use_log(busy_timeout_ms_));
    KATO_CHECK(db_->exec(
        "PRAGMA synchronous = NORMAL; PRAGMA temp_store = MEMORY; PRAGMA cache_size = -16384;"
        "PRAGMA journal_size_limit = 16777216"));
    int persist = 1;
    (void)sqlite3_file_control(db_->handle(), "main", SQLITE_FCNTL_PERSIST_WAL,
                               &persist); // a nicety
    KATO_TRY(const std::int64_t version, db_->integer("PRAGMA user_version"));
    if (version != 0 && version != k_index_version)
        return Error{Code::version, "the index is of another version"};
    if (version == 0) {
        Transaction transaction(*db_);
        KATO_CHECK(transaction.begin());
        KATO_CHECK(db_->exec(k_create));
        KATO_CHECK(db_->exec(fmt::format("PRAGMA user_version = {}", k_index_version).c_str()));
        KATO_CHECK(transaction.commit());
    }
    KATO_TRY(mark_.event, db_->integer("SELECT value FROM meta WHERE key = 'event'"));
    KATO_TRY(mark_.change, db_->integer("SELECT value FROM meta WHERE key = 'change'"));
    set_durable(mark_);
    return done();
}

bool Index::replaced() const { return file_identity(db_->path()) != identity_; }

Status Index::begin(bool patient) {
    if (goes_on()) return done(); // nobody else can have written
    give_up();                    // whoever began before may have ended by an exception
    // Who found it busy the last time does not wait again: thousands of changes would wait in turns.
    db_->set_busy_timeout(patient ? busy_timeout_ms_ : was_busy_ ? 0 : k_wait_ms);
    const Status begun = db_->begin("BEGIN IMMEDIATE");
    was_busy_ = !begun && begun.error().code == Code::busy;
    KATO_CHECK(begun);
    open_ = true;
    sent_ = false;
    kept_ = pending_bytes_ = 0;
    // Another process may have written since.
    KATO_TRY(mark_.event, db_->integer("SELECT value FROM meta WHERE key = 'event'"));
    KATO_TRY(mark_.change, db_->integer("SELECT value FROM meta WHERE key = 'change'"));
    set_durable(mark_);
    return done();
}

void Index::set_durable(const Mark& mark) {
    durable_event_ = mark.event;
    durable_change_ = mark.change;
}

void Index::add(std::int64_t event, Kind kind, std::string text) {
    if (!text.empty()) push({event, kind, std::move(text), Item::Act::add});
}

void Index::set(std::int64_t event, Kind kind, std::string text, bool present) {
    push({event, kind, std::move(text), present ? Item::Act::ensure : Item::Act::remove});
}

void Index::push(Item item) {
    if (!open_) return;
    const std::size_t bytes = item.text.size() + 64;
    batch_bytes_ += bytes;
    pending_bytes_ += bytes;
    batch_.push_back(std::move(item));
    if (batch_bytes_ >= k_batch_bytes) flush();
}

void Index::flush() {
    if (batch_.empty()) return;
    batch_bytes_ = 0;
    if (batch_.size() > kept_) sent_ = true;
    kept_ = 0;
    worker_.run([this, batch = std::exchange(batch_, {})] {
        for (const Item& item : batch) {
            if (failure_) return;
            note(apply(item));
        }
    });
}

Status Index::apply(const Item& item) {
    const std::string kind = kind_word(item.kind);
    if (item.act != Item::Act::add) {
        Query find(*db_, "SELECT 1 FROM fts_docsize WHERE id = ?");
        KATO_TRY(const bool there, find.bind(1, item.event).step());
        const bool wanted = item.act == Item::Act::ensure && !item.text.empty();
        if (there == wanted) return done();
        if (there) {
            Query remove(*db_,
                         "INSERT INTO fts (fts, rowid, text, kind) VALUES ('delete', ?, ?, ?)");
            return remove.bind(1, item.event).bind_text(2, item.text).bind_text(3, kind).run();
        }
    }
    Query insert(*db_, "INSERT INTO fts (rowid, text, kind) VALUES (?, ?, ?)");
    return insert.bind(1, item.event).bind_text(2, item.text).bind_text(3, kind).run();
}

void Index::note(Status status) {
    if (status) return;
    failure_ = std::move(status.error());
    failed_ = true;
}

Status Index::write_mark(const Mark& mark) {
    Query set(*db_, "INSERT INTO meta (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET "
                    "value = excluded.value");
    KATO_CHECK(set.bind_text(1, "event").bind(2, mark.event).run());
    return set.bind_text(1, "change").bind(2, mark.change).run();
}

// Waits for the worker, and does itself what is not worth a thread.
Status Index::finish() {
    if (batch_bytes_ >= k_batch_bytes / 4) flush();
    worker_.wait();
    for (const Item& item : batch_) {
        if (failure_) break;
        note(apply(item));
    }
    batch_.clear();
    batch_bytes_ = kept_ = 0;
    if (failure_) return *failure_;
    return done();
}

Status Index::commit(const Mark& mark) {
    if (!open_) return done();
    Status status = done();
    try {
        status = finish();
        if (status) status = write_mark(mark);
        if (status) status = db_->exec("COMMIT");
    } catch (...) { // the worker has dropped what it had to do
        give_up();
        throw;
    }
    if (!status) {
        give_up();
        return status;
    }
    open_ = deferred_ = false;
    mark_ = mark;
    set_durable(mark);
    return done();
}

void Index::defer(const Mark& mark) {
    if (!open_) return;
    mark_ = mark;
    deferred_ = true;
    sent_ = false;
    kept_ = batch_.size();
}

void Index::commit_if_much() {
    if (!is_deferred() || pending_bytes_ < k_commit_bytes) return;
    pending_bytes_ = 0;
    try {
        flush();
        enqueue_commit(mark_);
    } catch (...) {
        give_up();
        throw;
    }
}

// Commits and begins anew, without anybody waiting for it.
void Index::enqueue_commit(const Mark& mark) {
    worker_.run([this, mark] {
        if (failure_) return;
        Status status = write_mark(mark);
        if (status) status = db_->exec("COMMIT");
        if (status) set_durable(mark);
        if (status) status = db_->begin("BEGIN IMMEDIATE");
        if (status) status = check_mark(mark);
        note(std::move(status));
    });
}

// Between the two another process may have come and written.
Status Index::check_mark(const Mark& mark) {
    KATO_TRY(const std::int64_t event, db_->integer("SELECT value FROM meta WHERE key = 'event'"));
    KATO_TRY(const std::int64_t change,
             db_->integer("SELECT value FROM meta WHERE key = 'change'"));
    if (event == mark.event && change == mark.change) return done();
    return Error{Code::busy, "another process wrote to the index"};
}

Status Index::settle() { return open_ && deferred_ ? commit(Mark(mark_)) : done(); }

void Index::rollback() {
    if (!open_) return;
    if (!deferred_ || sent_) return give_up();
    batch_.resize(kept_);
    batch_bytes_ = 0;
    for (const Item& item : batch_) batch_bytes_ += item.text.size() + 64;
}

void Index::give_up() {
    if (!open_) return;
    batch_.clear();
    batch_bytes_ = kept_ = 0;
    try {
        worker_.wait();
    } catch (...) { // what failed there is being given up here
    }
    failure_.reset();
    failed_ = false;
    db_->rollback();
    open_ = deferred_ = sent_ = false;
    mark_ = {durable_event_, durable_change_};
}

Status Index::compact() {
    KATO_CHECK(settle());
    return vacuum(*db_);
}

Status Index::clear() {
    sent_ = true;
    flush();
    worker_.wait();
    if (failure_) return *failure_;
    mark_ = {};
    KATO_CHECK(db_->exec("DELETE FROM meta"));
    return db_->exec("INSERT INTO fts (fts) VALUES ('delete-all')");
}

} // namespace kato
