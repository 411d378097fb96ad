// The store: one workspace directory, its database and its search index. Any thread.
#pragma once

#include "base/result.h"
#include "model/run.h"
#include "model/view.h"

#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace kato {

// What the store needs from outside, so that tests can supply their own.
struct Environment {
    std::function<std::int64_t()> now_us;
    std::function<void(std::span<std::uint8_t>)> random;
};
Environment system_environment();

struct StoreOptions {
    bool create = false;
    bool read_only = false;
    std::uint32_t busy_timeout_ms = 5000;
};

struct ChatFilter {
    std::string provider{};
    std::string project{};
    std::string tag{};
    std::string title{};
    Time after{};
    Time before{};
    std::uint64_t limit = 0;
    std::uint64_t offset = 0;
    bool deleted = false;
    bool by_created = false;
};

// An event to append. `parent`: an event id or a prefix; empty: the chat's head.
struct NewEvent {
    EventBody body{};
    std::string parent{};
};

enum class Walk : std::uint8_t { head_path, tree, tree_and_revisions };

// Asked between steps of long work; true stops it with Code::cancelled.
using StopFn = std::function<bool()>;
// Told how far long work has come; an Error stops it.
using ProgressFn =
    std::function<Status(std::uint64_t done, std::uint64_t total, const std::string& what)>;

struct SearchOptions {
    std::uint64_t limit = 20;
    std::uint64_t offset = 0;
    StopFn stop{};
};

struct SearchHit {
    Uuid chat{};
    std::string title{};
    Uuid event{};
    Kind kind = Kind::provider_raw;
    Time time{};
    std::string snippet{}; // matches between U+0002 and U+0003
    double score = 0;
};

struct SearchResults {
    std::vector<SearchHit> hits{};
    std::uint64_t matches = 0;
    bool recent_only = false;
};

struct SourceView {
    SourceReference reference{};
    bool retained = false; // its bytes are here
};

class EventWalk {
public:
    virtual ~EventWalk() = default;
    // The next event, or an empty pointer after the last; valid until the next step.
    virtual Result<const EventView*> next() = 0;
};

class ImportSession; // import_session.h
struct SharedChange; // writer.h

// What an import has left in a transaction that others may share. Outlives its sessions.
struct ImportShare {
    std::shared_ptr<SharedChange> kept{};
};

class Store : public std::enable_shared_from_this<Store> {
public:
    virtual ~Store() = default;

    virtual const std::string& path() const = 0;
    virtual const Environment& environment() const = 0;
    virtual bool read_only() const = 0;

    virtual Result<ChatView> create_chat(std::string_view title, std::string_view project) = 0;
    // Finds a chat by id, prefix or unique title; `deleted`: also among the deleted ones.
    virtual Result<Uuid> resolve_chat(std::string_view reference, bool deleted) const = 0;
    virtual Result<ChatView> chat(const Uuid& id) const = 0;
    virtual Result<std::vector<ChatView>> list_chats(const ChatFilter& filter) const = 0;
    virtual Status rename_chat(const Uuid& id, std::string_view title) = 0;
    virtual Status tag_chat(const Uuid& id, std::string_view tag, bool remove) = 0;
    virtual Status set_head(const Uuid& id, std::string_view event) = 0;
    virtual Status delete_chat(const Uuid& id, bool purge) = 0;
    virtual Status restore_chat(const Uuid& id) = 0;

    virtual Result<EventView> append(const Uuid& chat, NewEvent event) = 0;
    virtual Result<EventView> event(std::string_view reference) const = 0;
    virtual Result<std::unique_ptr<EventWalk>> walk(const Uuid& chat, Walk what) const = 0;
    virtual Result<std::vector<Usage>> usage(const Uuid& chat) const = 0; // by response

    virtual Status read_blob(const Digest& sha256, const Output& out) const = 0;
    virtual Result<std::uint64_t> blob_size(const Digest& sha256) const = 0;

    virtual Result<SearchResults> search(std::string_view query,
                                         const SearchOptions& options) const = 0;

    // Newest versions only, by name and id; with chats, those their events came from.
    virtual Result<std::vector<SourceView>> sources(std::span<const Uuid> chats) const = 0;
    // False when ranges were purged (they read as zero bytes).
    virtual Result<bool> read_source(const Uuid& id, const Output& out) const = 0;

    // An agent's run over a chat: its beginning, and its end. See runs.h.
    virtual Status begin_run(const RunRecord& run) = 0;
    virtual Status end_run(const RunRecord& run, std::span<const RunMessage> messages) = 0;
    virtual Result<std::vector<RunRecord>> runs(const std::optional<Uuid>& chat,
                                                std::uint64_t limit) const = 0;
    virtual Result<RunRecord> run(std::string_view reference) const = 0;
    virtual Result<std::vector<RunMessage>> run_messages(const Uuid& run) const = 0;
    virtual Result<AuditHead> audit_head() const = 0;
    virtual Result<std::vector<AuditHead>> run_heads() const = 0;

    // A JSON object; `content_hash` is added when given.
    virtual Result<std::string> stats(const std::string& content_hash) const = 0;
    // A JSON object and whether all checks passed.
    virtual Result<std::pair<std::string, bool>> verify(const StopFn& stop,
                                                        const ProgressFn& progress) const = 0;
    virtual Status reindex(const StopFn& stop, const ProgressFn& progress) = 0;

    // Starts importing one source: holds the store's write lock until the session ends.
    virtual Result<std::unique_ptr<ImportSession>> begin_import() = 0;
    // The same for one of many: what its commit() leaves is in nobody else's view, and no other process
    // can write, until commit_imports(), end_import() or any other change of the store. commit_imports()
    // tells whether what was left with this `share` is in the store: else it was rolled back.
    virtual Result<std::unique_ptr<ImportSession>> begin_shared_import(ImportShare& share) = 0;
    virtual Status commit_imports(ImportShare& share) = 0;
    // After the last of several sources: until then searches may miss what was imported.
    virtual Status end_import() = 0;
};

Result<std::shared_ptr<Store>> open_store(const std::string& path, const StoreOptions& options,
                                          Environment environment);

} // namespace kato
