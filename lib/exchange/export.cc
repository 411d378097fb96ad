#include "exchange/export.h"

#include "base/text.h"
#include "codec/registry.h"

#include <algorithm>
#include <memory>
#include <unordered_set>

#include <fmt/format.h>

namespace kato {
namespace {

constexpr std::uint64_t k_events_between_looks = 256; // at requests to stop

struct DigestHash {
    std::size_t operator()(const Digest& digest) const {
        return std::hash<std::string_view>()(as_view(digest));
    }
};

Result<const Format*> format_to_write(const std::string& id) {
    const Format* format = find_format(id);
    const bool original = format != nullptr && format->id == "original";
    if (format != nullptr && (original || format->make_writer != nullptr)) return format;
    Error error{Code::invalid, format == nullptr
                                   ? fmt::format("there is no format '{}'", to_valid_utf8(id))
                                   : fmt::format("format '{}' cannot be written", id)};
    for (const Format& other : formats()) {
        if (other.make_writer == nullptr && other.id != "original") continue;
        error.hint += fmt::format(
            "{}{}", error.hint.empty() ? "formats that can be written: " : ", ", other.id);
    }
    return error;
}

class Export {
public:
    Export(const Store& store, const ExportOptions& options) : store_(store), options_(options) {}

    Status chats(const Format& format, const Output& out);
    Result<bool> original(const Output& out);

private:
    Result<std::vector<ChatView>> wanted() const;
    Result<std::vector<Uuid>> wanted_ids() const;
    Status chat(Writer& writer, const ChatView& chat);
    Status blobs(Writer& writer, const std::vector<Digest>& used);
    Status stop_or_go(const std::string& what);
    Output counting(const Output& out);

    const Store& store_;
    const ExportOptions& options_;
    bool complete_ = false;
    std::unordered_set<Digest, DigestHash> written_{};
    std::uint64_t done_bytes_ = 0;
};

Status Export::stop_or_go(const std::string& what) {
    if (options_.stop && options_.stop()) return Error{Code::cancelled, "stopped"};
    if (options_.progress) return options_.progress(done_bytes_, 0, what);
    return done();
}

Output Export::counting(const Output& out) {
    return [this, &out](std::string_view bytes) -> Status {
        done_bytes_ += bytes.size();
        return out(bytes);
    };
}

// Sorted, each once.
Result<std::vector<Uuid>> Export::wanted_ids() const {
    std::vector<Uuid> ids;
    for (const std::string& reference : options_.chats) {
        KATO_TRY(const Uuid id, store_.resolve_chat(reference, false));
        ids.push_back(id);
    }
    std::sort(ids.begin(), ids.end());
    ids.erase(std::unique(ids.begin(), ids.end()), ids.end());
    return ids;
}

Result<std::vector<ChatView>> Export::wanted() const {
    std::vector<ChatView> chats;
    if (options_.all) {
        KATO_TRY(chats, store_.list_chats(ChatFilter()));
        std::sort(chats.begin(), chats.end(),
                  [](const ChatView& a, const ChatView& b) { return a.id < b.id; });
        return chats;
    }
    KATO_TRY(const std::vector<Uuid> ids, wanted_ids());
    for (const Uuid& id : ids) {
        KATO_TRY(ChatView chat, store_.chat(id));
        chats.push_back(std::move(chat));
    }
    return chats;
}

Status Export::blobs(Writer& writer, const std::vector<Digest>& used) {
    for (const Digest& digest : used) {
        const Result<std::uint64_t> size = store_.blob_size(digest);
        if (!size && size.error().code == Code::not_found) continue; // only its hash is known
        if (!size) return size.error();
        KATO_CHECK(stop_or_go("attachments"));
        BlobView blob;
        blob.sha256 = digest;
        blob.size_bytes = *size;
        blob.read = [&](const std::function<Status(std::string_view)>& take) {
            return store_.read_blob(digest, take);
        };
        KATO_CHECK(writer.blob(blob));
    }
    return done();
}

Status Export::chat(Writer& writer, const ChatView& chat) {
    std::vector<SourceReference> references;
    KATO_TRY(std::vector<SourceView> sources, store_.sources(std::span(&chat.id, 1)));
    references.reserve(sources.size());
    for (SourceView& source : sources) references.push_back(std::move(source.reference));
    KATO_CHECK(writer.chat(chat, references));
    KATO_TRY(const std::vector<Usage> usage, store_.usage(chat.id));
    for (const Usage& response : usage) KATO_CHECK(writer.usage(response));

    // The canonical form is complete, whatever was asked for.
    const Walk way = complete_                 ? Walk::tree_and_revisions
                     : options_.head_path_only ? Walk::head_path
                                               : Walk::tree;
    KATO_TRY(const std::unique_ptr<EventWalk> walk, store_.walk(chat.id, way));
    std::vector<Digest> used;
    for (std::uint64_t n = 0;; ++n) {
        if (n % k_events_between_looks == 0) KATO_CHECK(stop_or_go(chat.shown_title()));
        KATO_TRY(const EventView* const event, walk->next());
        if (event == nullptr) break;
        KATO_CHECK(writer.event(*event));
        if (!options_.blobs) continue;
        for (const Attachment& attachment : event->body.attachments)
            if (attachment.blob && written_.insert(*attachment.blob).second)
                used.push_back(*attachment.blob);
    }
    return blobs(writer, used);
}

Status Export::chats(const Format& format, const Output& out) {
    WriterOptions how;
    how.blobs = options_.blobs;
    how.head_path_only = options_.head_path_only;
    how.include_hidden = options_.include_hidden;
    complete_ = format.canonical;
    KATO_TRY(const std::vector<ChatView> chats, wanted());
    const std::unique_ptr<Writer> writer = format.make_writer(counting(out), how);
    KATO_CHECK(writer->begin());
    for (const ChatView& view : chats) KATO_CHECK(chat(*writer, view));
    return writer->end();
}

Result<bool> Export::original(const Output& out) {
    KATO_TRY(const std::vector<Uuid> chats, wanted_ids());
    if (!options_.all && chats.empty())
        return Error{Code::invalid, "no chat to give the source of"};
    KATO_TRY(const std::vector<SourceView> sources, store_.sources(chats));
    if (sources.empty()) return Error{Code::not_found, "no source: nothing of this was imported"};
    if (sources.size() > 1) {
        Error error{
            Code::invalid,
            fmt::format("{} sources, and their bytes cannot share one output", sources.size())};
        error.hint = "write them as files into a directory, or name a chat that has one";
        return error;
    }
    const SourceReference& source = sources.front().reference;
    if (!sources.front().retained)
        return Error{
            Code::not_found,
            fmt::format("{}: the store knows this source, but not its bytes", source.name)};
    const std::optional<Uuid> id = parse_uuid(source.id);
    if (!id)
        return Error{Code::corrupt, fmt::format("{}: a source whose id is no UUID", source.name)};
    return store_.read_source(*id, [&](std::string_view bytes) -> Status {
        KATO_CHECK(stop_or_go(source.name));
        done_bytes_ += bytes.size();
        return out(bytes);
    });
}

} // namespace

Result<bool> export_chats(const Store& store, const ExportOptions& options, const Output& out) {
    KATO_TRY(const Format* const format, format_to_write(options.format));
    Export work(store, options);
    if (format->make_writer == nullptr) return work.original(out);
    KATO_CHECK(work.chats(*format, out));
    return true;
}

Result<std::string> content_hash(const Store& store, const StopFn& stop) {
    Sha256 hash;
    ExportOptions options;
    options.all = true;
    options.stop = stop;
    KATO_TRY(const bool whole, export_chats(store, options, [&](std::string_view bytes) {
                 hash.update(bytes);
                 return done();
             }));
    if (!whole) return Error{Code::corrupt, "an export without all of its bytes"};
    KATO_TRY(const std::vector<SourceView> sources, store.sources({}));
    std::vector<Digest> digests;
    digests.reserve(sources.size());
    for (const SourceView& source : sources) digests.push_back(source.reference.sha256);
    std::sort(digests.begin(), digests.end());
    for (const Digest& digest : digests) hash.update(as_view(digest));
    return to_hex(hash.finish());
}

} // namespace kato
