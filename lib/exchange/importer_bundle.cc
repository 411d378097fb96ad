// Archives and unpacked exports: their members are sources of their own. First all are looked at, then
// files are stored, then conversations are read, which may point to the files.
#include "exchange/importer.h"

#include "base/json_string.h"
#include "base/text.h"
#include "codec/image.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>
#include <unistd.h>

namespace kato {
namespace {

constexpr std::size_t k_piece_bytes = 1 << 20;
constexpr std::size_t k_max_text_bytes = 64 << 20; // of all companions together
constexpr int k_max_level = 3;                     // archives that a member is in

std::string base_name(const std::string& name) { return name.substr(name.rfind('/') + 1); }
std::string folder_of(const std::string& name) { return name.substr(0, name.rfind('/') + 1); }

struct Magic {
    std::string_view bytes;
    std::string_view media_type;
};
constexpr std::array<Magic, 5> k_magic = {{{"%PDF-", "application/pdf"},
                                           {"OggS", "audio/ogg"},
                                           {"ID3", "audio/mpeg"},
                                           {"PK\x03\x04", "application/zip"},
                                           {"\x1A\x45\xDF\xA3", "video/webm"}}};

std::string media_type_of(std::string_view prefix) {
    if (const std::string_view image = raster_image_type(prefix); !image.empty())
        return std::string(image);
    for (const Magic& magic : k_magic)
        if (prefix.starts_with(magic.bytes)) return std::string(magic.media_type);
    if (prefix.starts_with("RIFF")) return "audio/wav";
    if (prefix.size() >= 12 && prefix.substr(4, 4) == "ftyp") return "video/mp4";
    return {};
}

// Stops the one that is failed, not the whole archive.
bool is_members_own(const Error& error) {
    return error.code == Code::failed || error.code == Code::invalid || error.code == Code::io;
}

// Nothing when there are more than `most` bytes.
Result<std::optional<std::string>> read_text(Bytes& bytes, std::string_view prefix,
                                             std::size_t most) {
    const std::optional<std::string> no;
    std::string out(prefix);
    std::string piece(k_piece_bytes, '\0');
    while (out.size() <= most) {
        KATO_TRY(const std::size_t got, bytes.read(piece.data(), piece.size()));
        if (got == 0) return std::optional<std::string>(std::move(out));
        out.append(piece, 0, got);
    }
    return no;
}

void add(ImportCounts& to, const ImportCounts& counts) {
    to.chats += counts.chats;
    to.events += counts.events;
    to.conversation_events += counts.conversation_events;
    to.events_new += counts.events_new;
    to.events_updated += counts.events_updated;
    to.events_vanished += counts.events_vanished;
    to.parsed_bytes += counts.parsed_bytes;
    to.opaque_bytes += counts.opaque_bytes;
    to.quarantined_bytes += counts.quarantined_bytes;
    to.pending_bytes += counts.pending_bytes;
    to.changed = to.changed || counts.changed;
    to.source_known = to.source_known || counts.source_known;
}

} // namespace

void Importer::add_to(Frame& frame, const Part& part, const Outcome& outcome) {
    add(frame.sum, outcome.counts);
    if (part.format != nullptr)
        frame.format =
            frame.format.empty() || frame.format == part.format->id ? part.format->id : "*";
    frame.listing += frame.listing.empty() ? "[{\"name\":" : ",{\"name\":";
    append_json_string(frame.listing, part.member.name);
    frame.listing += fmt::format(",\"size\":{},\"sha256\":\"{}\"}}", outcome.given_bytes,
                                 to_hex(outcome.counts.sha256));
}

// What each member is, and the small texts that readers want to know.
Status Importer::look(Bundle& bundle, std::vector<Part>& parts, Companions& companions) {
    std::size_t room = k_max_text_bytes;
    return bundle.visit([&](const Member& member, Bytes& bytes) -> Status {
        KATO_CHECK(stop_or_go(member.name));
        Part part;
        part.member = member;
        if (member.refusal.empty()) {
            Source source;
            Status peeked = peek(bytes, source);
            if (!peeked && !is_members_own(peeked.error())) return peeked;
            if (!peeked) part.failure = peeked.error();
            part.format = source.format;
            part.archive = source.archive;
            part.json = looks_like_json(source.prefix);
            const bool companion = is_companion(base_name(member.name));
            // A format that was asked for is that of the conversations, not of what lies beside them.
            if (wanted_ != nullptr && (!part.json || companion)) part.format = nullptr;
            if (companion) {
                auto text = read_text(bytes, source.prefix, room);
                if (!text && !is_members_own(text.error())) return std::move(text.error());
                if (!text) {
                    part.failure = std::move(text.error());
                } else if (*text) {
                    room -= (*text)->size();
                    companions.texts[member.name] = std::move(**text);
                } else {
                    part.member.remark = "too large to tell of the files beside it";
                }
            }
        }
        parts.push_back(std::move(part));
        return done();
    });
}

Status Importer::bundle(Bundle& bundle, Frame& frame) {
    std::vector<Part> parts;
    Companions companions;
    KATO_CHECK(settle()); // it is looked through, three times: others do not wait for that
    KATO_CHECK(look(bundle, parts, companions));
    frame.recognised = std::any_of(parts.begin(), parts.end(), [](const Part& part) {
        return part.format != nullptr || part.archive != ArchiveKind::none;
    });
    // Files first: conversations point to them.
    for (const bool conversations : {false, true}) {
        std::size_t index = 0;
        KATO_CHECK(settle());
        KATO_CHECK(bundle.visit([&](const Member& found, Bytes& bytes) -> Status {
            if (index == parts.size() || parts[index].member.name != found.name)
                return Error{Code::io, fmt::format("{}: it changed while it was read", frame.name)};
            const Part& part = parts[index++];
            const bool file = part.format == nullptr && part.archive == ArchiveKind::none;
            if (file == conversations) return settle_if_due();
            Status status = member(part, bytes, frame, companions);
            return status ? settle_if_due() : status;
        }));
        if (index != parts.size())
            return Error{Code::io, fmt::format("{}: it changed while it was read", frame.name)};
    }
    if (frame.failed) return done(); // a chat that has such a file may not have been read
    KATO_CHECK(settle());
    auto session = target_.begin();
    return ends(session ? (*session)->drop_purged_files() : session.error());
}

Status Importer::member(const Part& part, Bytes& bytes, Frame& frame, Companions& companions) {
    Source source;
    source.info.name = frame.name + part.member.name;
    if (!frame.location.empty()) source.info.location = frame.location + part.member.name;
    source.info.modified_us = frame.modified_us;
    source.member = frame.archive;
    source.companions = &companions;
    // Exports have another name each month; an account's are versions of one.
    if (part.format != nullptr && part.format->account != nullptr) {
        const std::string account = part.format->account(companions, folder_of(part.member.name));
        if (!account.empty()) source.info.account = fmt::format("{}:{}", part.format->id, account);
    }
    const bool conversations = is_conversations_name(base_name(part.member.name));
    Issues issues;
    if (!part.member.remark.empty()) issues.add({}, std::nullopt, part.member.remark);
    FileBytes* const file = part.member.path.empty() || !part.member.refusal.empty()
                                ? nullptr
                                : static_cast<FileBytes*>(&bytes);
    if (file != nullptr) source.info.modified_us = file->modified_us();
    const std::string why = part.refusal_or_failure();
    if (!why.empty() && part.may_be_conversations()) frame.exports.miss();
    if (part.member.left_out) return skipped(source.info.name, why);
    if (!why.empty()) {
        frame.failed = true;
        return report_failure(source, Error{Code::failed, why}, issues);
    }
    if (part.archive != ArchiveKind::none && file == nullptr) return nested(part, bytes, frame);
    if (part.archive != ArchiveKind::none) { // a source as any file is
        if (Status peeked = peek(bytes, source); !peeked)
            return refused(source.info.name, std::move(peeked.error()));
        return run_archive(bytes, file, source);
    }
    std::string_view status;
    const auto import_it = [&]() -> Result<Outcome> {
        KATO_CHECK(stop_or_go(source.info.name));
        KATO_CHECK(peek(bytes, source));
        source.format = part.format;
        source.info.format = part.format == nullptr ? std::string_view() : part.format->id;
        if (part.format == nullptr && frame.recognised) {
            source.info.file = true;
            source.info.encoded = false;
            source.compression = Compression::none;
            source.unrecognised = Fate::parsed;
            if (conversations) {
                source.unrecognised = Fate::quarantined;
            } else if (part.json && !companions.texts.contains(part.member.name)) {
                source.unrecognised = Fate::opaque;
                source.reason = "a file beside the conversations, kept as it is";
            }
        }
        return import(bytes, file, source, issues, status);
    };
    Result<Outcome> outcome = import_it();
    if (!outcome) {
        if (ends_ || !is_members_own(outcome.error())) return std::move(outcome.error());
        frame.failed = true;
        if (part.may_be_conversations()) frame.exports.miss();
        return report_failure(source, std::move(outcome.error()), issues);
    }
    if (!source.info.account.empty())
        frame.exports.add(source.info.account, folder_of(part.member.name),
                          base_name(part.member.name), outcome->counts);
    else if (conversations)
        frame.exports.miss();
    if (source.info.file && outcome->counts.has_blob) {
        Attachment stored;
        stored.blob = outcome->counts.sha256;
        stored.size_bytes = outcome->given_bytes;
        stored.media_type = media_type_of(source.prefix);
        companions.files[part.member.name] = std::move(stored);
    }
    add_to(frame, part, *outcome);
    return report(source, *outcome, issues, status);
}

bool Importer::Part::may_be_conversations() const {
    return format != nullptr || archive != ArchiveKind::none || failure ||
           is_conversations_name(base_name(member.name));
}

// Tells the store which sources were an account's export together.
Status Importer::finish_exports(Frame& frame, Issues& issues) {
    bool partly = false;
    for (const ExportInfo& info : frame.exports.all(partly)) {
        partly = partly || !info.complete;
        auto session = target_.begin();
        if (!session) return ends(session.error());
        const auto vanished = (*session)->finish_export(info);
        if (!vanished) return ends(vanished.error());
        frame.sum.events_vanished += *vanished;
        frame.sum.changed = frame.sum.changed || *vanished != 0;
    }
    if (partly)
        issues.add({}, std::nullopt,
                   "this export is not complete: nothing that it lacks counts as "
                   "deleted");
    return done();
}

// Tells of a member as a whole that it cannot be read; the others go on.
Status Importer::report_part(const Part& part, Error error, Frame& frame) {
    frame.failed = true;
    frame.exports.miss();
    Source source;
    source.info.name = frame.name + part.member.name;
    source.member = frame.archive;
    Issues issues;
    return report_failure(source, std::move(error), issues);
}

// An archive in an archive.
Status Importer::nested(const Part& part, Bytes& bytes, Frame& frame) {
    if (frame.level >= k_max_level)
        return report_part(part, Error{Code::limit, "archives are nested too deeply"}, frame);
    KATO_CHECK(settle());
    Sha256 hash;
    std::uint64_t size = 0;
    auto file = spool(bytes, {}, hash, size);
    if (file) return unpack(part, file->get(), size, frame);
    if (ends_ || !is_members_own(file.error())) return std::move(file.error());
    return report_part(part, std::move(file.error()), frame);
}

Status Importer::unpack(const Part& part, int file, std::uint64_t size, Frame& frame) {
    Frame inside;
    inside.name = frame.name + part.member.name + "/";
    if (!frame.location.empty()) inside.location = frame.location + part.member.name + "/";
    inside.modified_us = frame.modified_us;
    inside.archive = true;
    inside.level = frame.level + 1;
    // Many small bombs are one: those of an archive may have together what it may have itself.
    const std::uint64_t room = std::min(max_unpacked_bytes(size), frame.room);
    inside.room = room;
    KATO_TRY(const std::unique_ptr<Bundle> inner,
             open_archive(file, frame.name + part.member.name, room));
    Status imported = bundle(*inner, inside);
    const std::uint64_t used = inner->unpacked_bytes() + (room - inside.room);
    frame.room -= std::min(frame.room, used);
    add(frame.sum, inside.sum);
    frame.failed = frame.failed || inside.failed;
    frame.exports.take(inside.exports, folder_of(part.member.name), base_name(part.member.name));
    if (!inside.format.empty())
        frame.format = frame.format.empty() || frame.format == inside.format ? inside.format : "*";
    if (imported) return done();
    const Error& error = imported.error();
    if (ends_ || (error.code != Code::limit && !is_members_own(error))) return imported;
    return report_part(part, error, frame);
}

Status Importer::folder(const std::string& path) {
    const std::unique_ptr<Bundle> files = open_folder(path, target_.left_out(), options_.stop);
    Frame frame;
    frame.name = source_name(path) + "/";
    KATO_TRY(frame.location, absolute_path(path));
    frame.location += '/';
    Status imported = bundle(*files, frame);
    if (!imported) {
        KATO_CHECK(refused(source_name(path), std::move(imported.error())));
        return settle_if_due();
    }
    frame.sum = ImportCounts(); // its files were reported each by itself
    Issues issues;
    KATO_CHECK(finish_exports(frame, issues));
    reporter_.vanished(frame.sum.events_vanished);
    reporter_.issues(source_name(path), issues);
    if (frame.failed) reporter_.set_partial();
    return settle_if_due();
}

Status Importer::report_failure(const Source& source, Error error, Issues& issues) {
    if (!source.member) return failed(source.info.name, std::move(error));
    issues.add({}, std::nullopt, error.message);
    reporter_.set_partial();
    SourceRow row;
    row.name = source.info.name;
    row.status = "failed";
    row.issues = issues.count();
    row.error = error.message;
    reporter_.member(row);
    reporter_.issues(row.name, issues);
    return done();
}

} // namespace kato
