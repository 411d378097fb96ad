// Opening a workspace, and the Store over its writer and its readers.
#include "store/store.h"

#include "store/append.h"
#include "store/chats.h"
#include "store/edit.h"
#include "store/events.h"
#include "store/readers.h"
#include "store/runs.h"
#include "store/schema.h"
#include "store/search.h"
#include "store/session.h"
#include "store/sources.h"
#include "store/stats.h"
#include "store/verify.h"
#include "store/walk.h"
#include "store/workspace.h"
#include "store/writer.h"

#include <chrono>

#include <fmt/format.h>

namespace kato {
namespace {

class OpenWorkspace final : public Store {
public:
    OpenWorkspace(std::string path, Workspace workspace, Environment environment,
                  std::unique_ptr<StoreWriter> writer, Readers readers)
        : path_(std::move(path)), workspace_(std::move(workspace)),
          environment_(std::move(environment)), writer_(std::move(writer)),
          readers_(std::move(readers)) {}

    const std::string& path() const override { return path_; }
    const Environment& environment() const override { return environment_; }
    bool read_only() const override { return writer_ == nullptr; }

    Result<ChatView> create_chat(std::string_view title, std::string_view project) override {
        KATO_CHECK(check_writable());
        return kato::create_chat(*writer_, title, project);
    }
    Result<Uuid> resolve_chat(std::string_view reference, bool deleted) const override {
        KATO_TRY(const Readers::Lease lease, readers_.acquire());
        return find_chat(lease.db(), reference, deleted);
    }
    Result<ChatView> chat(const Uuid& id) const override {
        KATO_TRY(const Readers::Lease lease, readers_.acquire());
        return read_chat(lease.db(), id);
    }
    Result<std::vector<ChatView>> list_chats(const ChatFilter& filter) const override {
        KATO_TRY(const Readers::Lease lease, readers_.acquire());
        return read_chats(lease.db(), filter);
    }
    Status rename_chat(const Uuid& id, std::string_view title) override {
        KATO_CHECK(check_writable());
        return kato::rename_chat(*writer_, id, title);
    }
    Status tag_chat(const Uuid& id, std::string_view tag, bool remove) override {
        KATO_CHECK(check_writable());
        return kato::tag_chat(*writer_, id, tag, remove);
    }
    Status set_head(const Uuid& id, std::string_view event) override {
        KATO_CHECK(check_writable());
        return kato::set_head(*writer_, id, event);
    }
    Status delete_chat(const Uuid& id, bool purge) override {
        KATO_CHECK(check_writable());
        if (!purge) return kato::delete_chat(*writer_, id);
        readers_.close_idle();
        KATO_CHECK(kato::purge_chat(*writer_, id));
        return workspace_.remove_outputs(id);
    }
    Status restore_chat(const Uuid& id) override {
        KATO_CHECK(check_writable());
        return kato::restore_chat(*writer_, id);
    }

    Result<EventView> append(const Uuid& chat, NewEvent event) override {
        KATO_CHECK(check_writable());
        return append_event(*writer_, chat, std::move(event));
    }
    Result<EventView> event(std::string_view reference) const override {
        KATO_TRY(const Readers::Lease lease, readers_.acquire());
        return read_event(lease.db(), reference);
    }
    Result<std::unique_ptr<EventWalk>> walk(const Uuid& chat, Walk what) const override {
        KATO_TRY(Readers::Lease lease, readers_.acquire());
        return walk_chat(std::move(lease), chat, what);
    }
    Result<std::vector<Usage>> usage(const Uuid& chat) const override {
        KATO_TRY(const Readers::Lease lease, readers_.acquire());
        return read_usage(lease.db(), chat);
    }

    Status read_blob(const Digest& sha256, const Output& out) const override {
        KATO_TRY(const Readers::Lease lease, readers_.acquire());
        return kato::read_blob(lease.db(), sha256, out);
    }
    Result<std::uint64_t> blob_size(const Digest& sha256) const override {
        KATO_TRY(const Readers::Lease lease, readers_.acquire());
        return kato::blob_size(lease.db(), sha256);
    }
    Result<SearchResults> search(std::string_view query,
                                 const SearchOptions& options) const override {
        KATO_TRY(const Readers::Lease lease, readers_.acquire());
        return search_store(lease, query, options);
    }
    Result<std::vector<SourceView>> sources(std::span<const Uuid> chats) const override {
        KATO_TRY(const Readers::Lease lease, readers_.acquire());
        return read_sources(lease.db(), chats);
    }
    Result<bool> read_source(const Uuid& id, const Output& out) const override {
        KATO_TRY(const Readers::Lease lease, readers_.acquire());
        return kato::read_source(lease.db(), id, out);
    }
    Status begin_run(const RunRecord& run) override {
        KATO_CHECK(check_writable());
        return kato::begin_run(*writer_, run);
    }
    Status end_run(const RunRecord& run, std::span<const RunMessage> messages) override {
        KATO_CHECK(check_writable());
        return kato::end_run(*writer_, run, messages);
    }
    Result<std::vector<RunRecord>> runs(const std::optional<Uuid>& chat,
                                        std::uint64_t limit) const override {
        KATO_TRY(const Readers::Lease lease, readers_.acquire());
        return read_runs(lease.db(), chat, limit);
    }
    Result<RunRecord> run(std::string_view reference) const override {
        KATO_TRY(const Readers::Lease lease, readers_.acquire());
        return read_run(lease.db(), reference);
    }
    Result<std::vector<RunMessage>> run_messages(const Uuid& run) const override {
        KATO_TRY(const Readers::Lease lease, readers_.acquire());
        return read_run_messages(lease.db(), run);
    }
    Result<AuditHead> audit_head() const override {
        KATO_TRY(const Readers::Lease lease, readers_.acquire());
        return read_audit_head(lease.db());
    }
    Result<std::vector<AuditHead>> run_heads() const override {
        KATO_TRY(const Readers::Lease lease, readers_.acquire());
        return read_run_heads(lease.db());
    }

    Result<std::string> stats(const std::string& content_hash) const override {
        KATO_TRY(const Readers::Lease lease, readers_.acquire());
        return store_stats(lease.db(), workspace_.root(), content_hash);
    }
    Result<std::pair<std::string, bool>> verify(const StopFn& stop,
                                                const ProgressFn& progress) const override {
        KATO_TRY(const Readers::Lease lease, readers_.acquire());
        return verify_store(lease, stop, progress);
    }

    Status reindex(const StopFn& stop, const ProgressFn& progress) override {
        KATO_CHECK(check_writable());
        return writer_->rebuild_index(stop, progress);
    }
    Result<std::unique_ptr<ImportSession>> begin_import() override { return session(nullptr); }
    Result<std::unique_ptr<ImportSession>> begin_shared_import(ImportShare& share) override {
        return session(&share);
    }
    Status commit_imports(ImportShare& share) override {
        if (writer_ == nullptr) return done();
        const auto held = writer_->lock();
        return writer_->commit_shared(share);
    }
    Status end_import() override { return writer_ != nullptr ? writer_->settle() : done(); }

private:
    Result<std::unique_ptr<ImportSession>> session(ImportShare* share) {
        KATO_CHECK(check_writable());
        return std::unique_ptr<ImportSession>(
            std::make_unique<Session>(*writer_, shared_from_this(), share));
    }
    Status check_writable() const {
        if (writer_ != nullptr) return done();
        return Error{Code::denied, fmt::format("{}: was opened to be read only", path_)};
    }

    std::string path_; // as it was given
    Workspace workspace_;
    Environment environment_;
    std::unique_ptr<StoreWriter> writer_; // null: read-only
    Readers readers_;
};

// Without its statistics SQLite takes no lock for every allocation, for which the writer and the
// indexer would wait in turns. A host that has begun to use SQLite keeps what it has set.
void set_up_sqlite() {
    static const int k_done = sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
    (void)k_done; // SQLITE_MISUSE: SQLite is in use already
}

} // namespace

Environment system_environment() {
    return {
        [] {
            const auto now = std::chrono::system_clock::now().time_since_epoch();
            return std::chrono::duration_cast<std::chrono::microseconds>(now).count();
        },
        [](std::span<std::uint8_t> bytes) { randombytes_buf(bytes.data(), bytes.size()); },
    };
}

Result<std::shared_ptr<Store>> open_store(const std::string& path, const StoreOptions& options,
                                          Environment environment) {
    set_up_sqlite();
    if (sodium_init() < 0) return Error{Code::failed, "the random source does not work"};
    const Workspace workspace(path);
    if (options.create && !options.read_only) KATO_CHECK(workspace.create());
    KATO_CHECK(workspace.check(!options.read_only));
    std::unique_ptr<StoreWriter> writer;
    if (!options.read_only) {
        KATO_TRY(writer, StoreWriter::open(workspace, options.busy_timeout_ms, environment));
    }
    ConnectionOptions reading;
    reading.database = workspace.database();
    reading.index = workspace.index();
    reading.busy_timeout_ms = options.busy_timeout_ms;
    reading.read_only = options.read_only;
    KATO_TRY(Readers readers, Readers::open(std::move(reading)));
    if (options.read_only) {
        KATO_TRY(const Readers::Lease lease, readers.acquire());
        KATO_CHECK(prepare_schema(lease.db(), true));
    }
    return std::shared_ptr<Store>(std::make_shared<OpenWorkspace>(
        path, workspace, std::move(environment), std::move(writer), std::move(readers)));
}

} // namespace kato
