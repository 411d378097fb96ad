// The import session: a reader's sink, and the source that is being imported.
#pragma once

#include "base/file.h"
#include "store/bodies.h"
#include "store/import_session.h"
#include "store/recent.h"
#include "store/retain.h"
#include "store/slices.h"
#include "store/writer.h"

#include <memory>
#include <unordered_map>
#include <unordered_set>
#include <vector>

namespace kato {

class Session final : public ImportSession, public Sink, public Values {
public:
    // `keep_alive` is what the writer belongs to. Holds the write lock from here on. With a `share` see
    // Store::begin_shared_import().
    Session(StoreWriter& writer, std::shared_ptr<void> keep_alive, ImportShare* share);
    ~Session() override;

    Result<std::optional<KnownSource>> known(const SourceInfo& info) override;
    Status confirm(const SourceInfo& info, const KnownSource& known) override;
    Status begin(const SourceInfo& info) override;
    Status retain(std::string_view bytes) override;
    Sink& sink() override { return *this; }
    Values& values() override { return *this; }
    Result<ImportCounts> commit() override;
    Result<std::uint64_t> finish_export(const ExportInfo& info) override;
    Status note_container(const ContainerInfo& info) override;
    Result<std::optional<KnownSource>> known_container(const std::string& location) override;
    Status drop_purged_files() override;

    // Sink
    Status chat(ChatFacts facts) override;
    Status record(ParsedRecord record) override;
    Status usage(const Uuid& chat, Usage usage) override;
    Status mark(const Uuid& chat, const Uuid& record, std::uint32_t first_block,
                std::uint32_t flags) override;
    Status link(const ChatLink& link) override;
    Status account(Fate fate, const Place& place, std::string_view reason) override;
    Status source(const Uuid& chat, SourceReference source) override;
    Status origin(const Uuid& chat, const Uuid& event, const Key128& revision,
                  std::string_view source_id, const Place& place) override;

    // Values
    Result<std::optional<Attachment>> blob_from_base64(std::string_view base64) override;
    Result<Attachment> blob(std::string_view bytes) override;
    Status begin_blob() override;
    Status append_blob(std::string_view bytes) override;
    Result<Attachment> finish_blob() override;
    Status begin_text() override;
    Status append_text(std::string_view bytes) override;
    Result<StoredText> finish_text() override;
    Result<int> scratch_file() override;

private:
    struct ChatState {
        std::int64_t n = 0;
        bool fresh = false;        // made in this session: nothing of it was stored before
        bool dirty = false;        // its events or facts changed
        bool hidden = false;       // deleted by the user: not indexed
        bool purged = false;       // its bytes must not come back
        bool fork_changed = false; // it turned out to be a fork, or one of another chat
    };
    struct Pending {     // a mark to set when all records are there
        ChatState* chat; // in chats_
        Uuid record;
        std::uint32_t first_block;
        std::uint32_t flags;
    };

    Result<ChatState*> chat_state(const Uuid& id);
    // Finds the events of a record that is stored already; `same_id`: another revision of it is.
    Result<bool> merge_existing(ChatState& chat, const ParsedRecord& record, const Uuid& key,
                                bool& same_id);
    Status look_for_vanished(const ChatState& chat, const Uuid& event);
    Status merge_attachments(const std::vector<Attachment>& attachments, std::int64_t event);
    Status merge_event(ChatState& chat, const ParsedRecord& record, std::int64_t event);
    Status insert_event(ChatState& chat, const ParsedRecord& record, const ParsedEvent& event,
                        const Uuid& id, const Uuid& key, std::uint32_t block,
                        std::int64_t& previous);
    Status add_origin(std::int64_t event, std::int64_t source, const Place& place);

    // The source's end (session_source.cc)
    Status drain();
    Status retain_leftovers();
    Status retain_file();
    Status write_source(std::int64_t row, const Uuid& id, int state);
    Status blank_purged();
    Status drop_loose();
    // Its place among the versions that are known (session_versions.cc)
    Status finish_source();
    Uuid source_id() const;
    Status move_to(std::int64_t row);
    Status move_bodies(std::int64_t row);
    Status move_bytes(std::int64_t row);
    Status replace_pieces(std::int64_t row);
    Status replace_previous();
    Status outdate_previous();
    Status repeat(std::int64_t row, const Uuid& id, int state);
    Status vanish_outdated(std::int64_t source);
    Status bring_back();
    // Working out what follows from all events (session_links.cc)
    Status apply_marks();
    void forget_records();
    Status finish_chats();

    std::shared_ptr<void> keep_alive_; // before the change: released after it
    Change change_;
    Db& db_;
    std::int64_t now_us_;
    SourceInfo info_;
    std::int64_t source_ = 0;          // its row
    std::int64_t previous_source_ = 0; // the row of the version before, 0: none
    std::uint64_t previous_size_ = 0;
    Time as_of_{}; // the latest time that its chats' facts have
    Digest previous_sha256_{};
    std::unique_ptr<Retainer> retainer_;
    std::unique_ptr<PartsWriter> file_; // an attachment's bytes
    std::uint64_t retained_bytes_ = 0;  // in its pieces so far
    Fd scratch_;                        // canonical: the bytes, until it is known what to keep
    std::vector<Place> leftovers_;      // canonical: what to keep
    std::vector<Place> purged_places_;  // records of purged chats
    bool purged_records_only_ = true;
    SliceFinder slices_; // of the record that is stored
    std::unordered_map<Uuid, ChatState, UuidHash> chats_;
    std::unordered_set<std::uint64_t> records_; // of fresh chats, unless there are too many
    bool all_records_ = true;
    Recent<std::int64_t> last_events_; // record key -> its last event
    Recent<std::int64_t> calls_;       // chat and call id -> event
    RowSet seen_;                      // events of the version before that are in this one too
    RowSet returned_;                  // events that had vanished
    bool newest_ = true;               // no newer version of the source is known
    std::unordered_map<std::string, std::int64_t> references_; // canonical: source id -> row
    std::vector<Pending> marks_;
    std::unordered_set<std::int64_t> loose_texts_; // stored, but not used yet
    std::vector<std::int64_t> loose_blobs_;        // stored, perhaps not used
    std::unique_ptr<PartsWriter> parts_;
    ImportCounts counts_;
    std::uint64_t accounted_ = 0;
    std::size_t spans_ = 0;
};

} // namespace kato
