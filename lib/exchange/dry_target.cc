// A target that counts and keeps nothing.
#include "base/base64.h"
#include "base/file.h"
#include "exchange/target.h"

#include <unordered_set>

namespace kato {
namespace {

using Kinds = std::array<std::uint64_t, k_kind_count + 1>;

// For what does not fit into memory; the Filesystem Hierarchy Standard's place for large such files.
constexpr const char* k_scratch_folder = "/var/tmp";

class DrySession final : public ImportSession, public Sink, public Values {
public:
    explicit DrySession(Kinds& kinds) : kinds_(kinds) { kinds_ = Kinds(); }

    Result<std::optional<KnownSource>> known(const SourceInfo&) override {
        return std::optional<KnownSource>();
    }
    Status confirm(const SourceInfo&, const KnownSource&) override { return done(); }
    Status begin(const SourceInfo& info) override {
        counts_.has_blob = info.file;
        return done();
    }
    Status retain(std::string_view bytes) override {
        hash_.update(bytes);
        return done();
    }
    Sink& sink() override { return *this; }
    Values& values() override { return *this; }
    Result<ImportCounts> commit() override {
        counts_.chats = chats_.size();
        counts_.sha256 = hash_.finish();
        return counts_;
    }
    Result<std::uint64_t> finish_export(const ExportInfo&) override { return std::uint64_t{0}; }
    Status note_container(const ContainerInfo&) override { return done(); }
    Status drop_purged_files() override { return done(); }
    Result<std::optional<KnownSource>> known_container(const std::string&) override {
        return std::optional<KnownSource>();
    }

    // Sink
    Status chat(ChatFacts facts) override {
        chats_.insert(facts.id);
        return done();
    }
    Status record(ParsedRecord record) override {
        chats_.insert(record.chat);
        counts_.events += record.events.size();
        for (const ParsedEvent& event : record.events) {
            ++kinds_[static_cast<std::size_t>(event.body.kind)];
            if (is_conversation(event.body.kind)) ++counts_.conversation_events;
        }
        return done();
    }
    Status usage(const Uuid&, Usage) override { return done(); }
    Status mark(const Uuid&, const Uuid&, std::uint32_t, std::uint32_t) override { return done(); }
    Status link(const ChatLink&) override { return done(); }
    Status account(Fate fate, const Place& place, std::string_view) override {
        switch (fate) {
        case Fate::parsed: counts_.parsed_bytes += place.length; break;
        case Fate::pending: counts_.pending_bytes += place.length; [[fallthrough]];
        case Fate::opaque: counts_.opaque_bytes += place.length; break;
        case Fate::quarantined: counts_.quarantined_bytes += place.length; break;
        }
        return done();
    }
    Status source(const Uuid&, SourceReference) override { return done(); }
    Status origin(const Uuid&, const Uuid&, const Key128&, std::string_view,
                  const Place&) override {
        return done();
    }

    // Values
    Result<std::optional<Attachment>> blob_from_base64(std::string_view base64) override {
        const auto bytes = base64_decode_exact(base64);
        if (!bytes) return std::optional<Attachment>();
        KATO_TRY(Attachment out, blob(*bytes));
        return std::optional<Attachment>(std::move(out));
    }
    Result<Attachment> blob(std::string_view bytes) override {
        Attachment out;
        out.blob = kato::sha256(bytes);
        out.size_bytes = bytes.size();
        return out;
    }
    Status begin_blob() override {
        blob_ = Sha256();
        size_ = 0;
        return done();
    }
    Status append_blob(std::string_view bytes) override {
        blob_.update(bytes);
        size_ += bytes.size();
        return done();
    }
    Result<Attachment> finish_blob() override {
        Attachment out;
        out.blob = blob_.finish();
        out.size_bytes = size_;
        return out;
    }
    Status begin_text() override {
        text_ = Blake256();
        size_ = 0;
        return done();
    }
    Status append_text(std::string_view bytes) override {
        text_.update(bytes);
        size_ += bytes.size();
        return done();
    }
    Result<StoredText> finish_text() override { return StoredText{text_.finish(), size_}; }
    Result<int> scratch_file() override {
        KATO_TRY(Fd fd, kato::scratch_file(k_scratch_folder));
        return fd.release();
    }

private:
    Blake256 text_{}; // first: it is aligned to 64 bytes
    Kinds& kinds_;
    ImportCounts counts_{};
    Sha256 hash_{};
    Sha256 blob_{};
    std::uint64_t size_ = 0;
    std::unordered_set<Uuid, UuidHash> chats_{};
};

class DryTarget final : public Target {
public:
    Result<std::unique_ptr<ImportSession>> begin() override {
        return std::unique_ptr<ImportSession>(std::make_unique<DrySession>(kinds_));
    }
    Status commit() override { return done(); }
    Status end() override { return done(); }
    std::string scratch_directory() const override { return k_scratch_folder; }
    std::string left_out() const override { return {}; }
    const Kinds* kinds() const override { return &kinds_; }

private:
    Kinds kinds_{};
};

} // namespace

std::unique_ptr<Target> make_dry_target() { return std::make_unique<DryTarget>(); }

} // namespace kato
