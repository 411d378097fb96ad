#include "exchange/export.h"

#include "base/text.h"
#include "codec/registry.h"
#include "exchange/file_names.h"

#include <algorithm>
#include <memory>
#include <unordered_set>

#include <fmt/format.h>

namespace kato {
namespace {

constexpr std::uint64_t k_events_between_looks = 256; // at requests to stop
constexpr std::string_view k_index_name = "index.html";

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

Status check_kinds(const Format& format, const ExportOptions& options) {
    if (options.kinds == k_all_kinds || !(format.canonical || format.id == "original"))
        return done();
    return Error{
        Code::invalid,
        fmt::format("format '{}' is always complete: it has no choice of kinds", format.id)};
}

class Export {
public:
    Export(const Store& store, const ExportOptions& options) : store_(store), options_(options) {}

    Status chats(const Format& format, const Output& out);
    Status files(const Format& format, const NextFile& next, const Output& out);
    Result<bool> original(const Output& out);

private:
    Result<std::vector<ChatView>> wanted() const;
    Result<std::vector<Uuid>> wanted_ids() const;
    bool is_filtered() const;
    WriterOptions writer_options();
    Status chat(Writer& writer, const ChatView& chat);
    Status events(Writer& writer, const ChatView& chat, bool outline, std::vector<Digest>& used);
    Walk way(const Wants& wants) const;
    Status blobs(Writer& writer, const std::vector<Digest>& used);
    Result<BlobView> blob(const Digest& digest) const;
    Status stop_or_go(const std::string& what);
    Status report_loss(const Format& format, std::size_t chats) const;
    Output counting(const Output& out);

    const Store& store_;
    const ExportOptions& options_;
    Loss loss_{};
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

bool Export::is_filtered() const {
    return !options_.provider.empty() || !options_.project.empty() || options_.after ||
           options_.before;
}

Result<std::vector<ChatView>> Export::wanted() const {
    std::vector<ChatView> chats;
    KATO_TRY(const std::vector<Uuid> ids, wanted_ids());
    if (!options_.all && !is_filtered()) {
        for (const Uuid& id : ids) {
            KATO_TRY(ChatView chat, store_.chat(id));
            chats.push_back(std::move(chat));
        }
        return chats;
    }
    ChatFilter filter;
    filter.provider = options_.provider;
    filter.project = options_.project;
    filter.after = options_.after;
    filter.before = options_.before;
    KATO_TRY(chats, store_.list_chats(filter));
    if (!options_.all)
        std::erase_if(chats, [&](const ChatView& chat) {
            return !std::binary_search(ids.begin(), ids.end(), chat.id);
        });
    std::sort(chats.begin(), chats.end(),
              [](const ChatView& a, const ChatView& b) { return a.id < b.id; });
    return chats;
}

Result<BlobView> Export::blob(const Digest& digest) const {
    BlobView blob;
    blob.sha256 = digest;
    const Result<std::uint64_t> size = store_.blob_size(digest);
    if (!size && size.error().code == Code::not_found) return blob; // only its hash is known
    if (!size) return size.error();
    blob.size_bytes = *size;
    blob.read = [this, digest](const std::function<Status(std::string_view)>& take) {
        return store_.read_blob(digest, take);
    };
    return blob;
}

Status Export::blobs(Writer& writer, const std::vector<Digest>& used) {
    for (const Digest& digest : used) {
        KATO_TRY(const BlobView view, blob(digest));
        if (!view.read) continue;
        KATO_CHECK(stop_or_go("attachments"));
        KATO_CHECK(writer.blob(view));
    }
    return done();
}

Walk Export::way(const Wants& wants) const {
    if (!wants.everything && (wants.head_path || options_.head_path_only)) return Walk::head_path;
    // Revisions that the format has no place for are walked over to be counted.
    return wants.revisions || options_.on_loss ? Walk::tree_and_revisions : Walk::tree;
}

Status Export::events(Writer& writer, const ChatView& chat, bool outline,
                      std::vector<Digest>& used) {
    const Wants wants = writer.wants();
    const Walk what = way(wants);
    KATO_TRY(const std::unique_ptr<EventWalk> walk, store_.walk(chat.id, what));
    Selection selection(wants.everything ? k_all_kinds : options_.kinds,
                        outline ? nullptr : &loss_);
    std::uint64_t shown = 0;
    for (std::uint64_t n = 0;; ++n) {
        if (n % k_events_between_looks == 0) KATO_CHECK(stop_or_go(chat.shown_title()));
        KATO_TRY(const EventView* event, walk->next());
        if (event == nullptr) break;
        if ((event->body.flags & k_not_shown) == 0) ++shown;
        event = selection.take(*event);
        if (event == nullptr) continue;
        if (outline) {
            KATO_CHECK(writer.outline(*event));
            continue;
        }
        KATO_CHECK(writer.event(*event));
        if (wants.blobs == Wants::Blobs::none) continue;
        for (const Attachment& attachment : event->body.attachments) {
            if (!attachment.blob) continue;
            if (!options_.blobs)
                loss_.leave_out("attachments");
            else if (written_.insert(*attachment.blob).second)
                used.push_back(*attachment.blob);
        }
    }
    if (!outline && what == Walk::head_path && chat.events > shown) {
        if (wants.head_path)
            loss_.drop("branches", chat.events - shown);
        else
            loss_.leave_out("branches", chat.events - shown);
    }
    return done();
}

Status Export::chat(Writer& writer, const ChatView& chat) {
    const Wants wants = writer.wants();
    std::vector<SourceReference> references;
    KATO_TRY(std::vector<SourceView> sources, store_.sources(std::span(&chat.id, 1)));
    references.reserve(sources.size());
    for (SourceView& source : sources) references.push_back(std::move(source.reference));
    KATO_CHECK(writer.chat(chat, references));
    KATO_TRY(const std::vector<Usage> usage, store_.usage(chat.id));
    for (const Usage& response : usage) KATO_CHECK(writer.usage(response));
    if (wants.blobs == Wants::Blobs::in_each_chat) written_.clear();
    std::vector<Digest> used;
    if (wants.outline) KATO_CHECK(events(writer, chat, true, used));
    KATO_CHECK(events(writer, chat, false, used));
    return blobs(writer, used);
}

WriterOptions Export::writer_options() {
    WriterOptions how;
    how.blobs = options_.blobs;
    how.head_path_only = options_.head_path_only;
    how.include_hidden = options_.include_hidden;
    how.blob_source = [this](const Digest& digest) { return blob(digest); };
    how.loss = &loss_;
    return how;
}

Status Export::report_loss(const Format& format, std::size_t chats) const {
    return options_.on_loss ? options_.on_loss(loss_.json(format.id, chats)) : done();
}

Status Export::chats(const Format& format, const Output& out) {
    KATO_TRY(const std::vector<ChatView> chats, wanted());
    const std::unique_ptr<Writer> writer = format.make_writer(counting(out), writer_options());
    KATO_CHECK(writer->begin());
    for (const ChatView& view : chats) KATO_CHECK(chat(*writer, view));
    KATO_CHECK(writer->end());
    return report_loss(format, chats.size());
}

Status Export::files(const Format& format, const NextFile& next, const Output& out) {
    KATO_TRY(const std::vector<ChatView> chats, wanted());
    const std::vector<std::string> names = chat_file_names(chats, format.suffix);
    std::size_t written = 0;
    for (std::size_t i = 0; i < chats.size(); ++i) {
        KATO_CHECK(stop_or_go(chats[i].shown_title()));
        KATO_TRY(const bool go, next({names[i], chats[i].id, chats[i].shown_title()}));
        if (!go) continue;
        WriterOptions how = writer_options();
        if (format.write_index != nullptr) how.index = k_index_name;
        written_.clear(); // each file stands alone
        const std::unique_ptr<Writer> writer = format.make_writer(counting(out), how);
        KATO_CHECK(writer->begin());
        KATO_CHECK(chat(*writer, chats[i]));
        KATO_CHECK(writer->end());
        ++written;
    }
    if (format.write_index != nullptr) {
        KATO_TRY(const bool go, next({std::string(k_index_name), std::nullopt, {}}));
        if (go) KATO_CHECK(format.write_index(chats, names, counting(out)));
    }
    return report_loss(format, written);
}

Result<bool> Export::original(const Output& out) {
    std::vector<Uuid> chats;
    KATO_TRY(chats, wanted_ids());
    if (is_filtered()) {
        KATO_TRY(const std::vector<ChatView> views, wanted());
        chats.clear();
        for (const ChatView& view : views) chats.push_back(view.id);
    }
    if (chats.empty() && (!options_.all || is_filtered()))
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
    KATO_CHECK(check_kinds(*format, options));
    Export work(store, options);
    if (format->make_writer == nullptr) return work.original(out);
    KATO_CHECK(work.chats(*format, out));
    return true;
}

Status export_files(const Store& store, const ExportOptions& options, const NextFile& next,
                    const Output& out) {
    KATO_TRY(const Format* const format, format_to_write(options.format));
    KATO_CHECK(check_kinds(*format, options));
    if (format->make_writer == nullptr)
        return Error{Code::invalid,
                     "an original is a file of its own already, not one for each chat"};
    return Export(store, options).files(*format, next, out);
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
