// Archives and unpacked exports: their members are sources of their own. First all are looked at, then
// files are stored, then conversations are read, which may point to the files.
#include "exchange/importer.h"

#include "base/json_string.h"
#include "base/text.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>
#include <unistd.h>

namespace kato {
namespace {

constexpr std::size_t k_piece_bytes = 1 << 20;
constexpr std::size_t k_max_text_bytes = 64 << 20; // of a companion
constexpr int k_max_level = 2;                     // archives in archives

std::string base_name(const std::string& name) { return name.substr(name.rfind('/') + 1); }

// Files of that name hold conversations: one that nobody recognises is no mere companion.
bool is_conversations(const std::string& name) {
    const std::string base = base_name(name);
    return base.starts_with("conversations") && base.ends_with(".json");
}

bool looks_like_json(std::string_view prefix) {
    const std::size_t first = prefix.find_first_not_of(" \t\r\n");
    return first != std::string_view::npos && (prefix[first] == '{' || prefix[first] == '[');
}

struct Magic {
    std::string_view bytes;
    std::string_view media_type;
};
constexpr std::array<Magic, 8> k_magic = {{{"\x89PNG\r\n", "image/png"},
                                           {"\xFF\xD8\xFF", "image/jpeg"},
                                           {"GIF8", "image/gif"},
                                           {"%PDF-", "application/pdf"},
                                           {"OggS", "audio/ogg"},
                                           {"ID3", "audio/mpeg"},
                                           {"PK\x03\x04", "application/zip"},
                                           {"\x1A\x45\xDF\xA3", "video/webm"}}};

std::string media_type_of(std::string_view prefix) {
    for (const Magic& magic : k_magic)
        if (prefix.starts_with(magic.bytes)) return std::string(magic.media_type);
    if (prefix.size() >= 12 && prefix.starts_with("RIFF"))
        return prefix.substr(8, 4) == "WEBP" ? "image/webp" : "audio/wav";
    if (prefix.size() >= 12 && prefix.substr(4, 4) == "ftyp") return "video/mp4";
    return {};
}

// Stops the one that is failed, not the whole archive.
bool is_members_own(const Error& error) {
    return error.code == Code::failed || error.code == Code::invalid || error.code == Code::io;
}

Result<std::string> read_text(Bytes& bytes, std::string_view prefix) {
    std::string out(prefix);
    std::string piece(k_piece_bytes, '\0');
    for (;;) {
        KATO_TRY(const std::size_t got, bytes.read(piece.data(), piece.size()));
        if (got == 0 || out.size() + got > k_max_text_bytes) return out;
        out.append(piece, 0, got);
    }
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
    return bundle.visit([&](const Member& member, Bytes& bytes) -> Status {
        KATO_CHECK(stop_or_go(member.name));
        Part part;
        part.member = member;
        if (member.refusal.empty()) {
            Source source;
            const Status peeked = peek(bytes, source);
            if (!peeked && !is_members_own(peeked.error())) return peeked;
            if (!peeked) part.failure = peeked.error();
            part.format = source.format;
            part.archive = source.archive;
            part.json = looks_like_json(source.prefix);
            for (const Format& format : formats()) {
                const auto& names = format.companions;
                if (std::find(names.begin(), names.end(), base_name(member.name)) == names.end())
                    continue;
                KATO_TRY(companions.texts[member.name], read_text(bytes, source.prefix));
                break;
            }
        }
        parts.push_back(std::move(part));
        return done();
    });
}

Status Importer::bundle(Bundle& bundle, Frame& frame) {
    std::vector<Part> parts;
    Companions companions;
    KATO_CHECK(look(bundle, parts, companions));
    const bool recognised = std::any_of(parts.begin(), parts.end(), [](const Part& part) {
        return part.format != nullptr || part.archive != ArchiveKind::none;
    });
    // Files first: conversations point to them.
    for (const bool conversations : {false, true}) {
        std::size_t index = 0;
        KATO_CHECK(bundle.visit([&](const Member& found, Bytes& bytes) -> Status {
            if (index == parts.size() || parts[index].member.name != found.name)
                return Error{Code::io, fmt::format("{}: it changed while it was read", frame.name)};
            Part& part = parts[index++];
            const bool file = part.format == nullptr && part.archive == ArchiveKind::none;
            if (file == conversations) return done();
            part.lone = !recognised;
            return member(part, bytes, frame, companions);
        }));
    }
    return done();
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
        const std::string account = part.format->account(companions);
        source.info.full_export = !account.empty();
        if (source.info.full_export)
            source.info.location = fmt::format("account:{}:{}/{}", part.format->id, account,
                                               base_name(part.member.name));
    }
    Issues issues;
    if (!part.member.remark.empty()) issues.add({}, std::nullopt, part.member.remark);
    FileBytes* const file = part.member.path.empty() || !part.member.refusal.empty()
                                ? nullptr
                                : static_cast<FileBytes*>(&bytes);
    if (file != nullptr) source.info.modified_us = file->modified_us();
    const std::string why = part.refusal_or_failure();
    if (part.member.left_out) return skipped(source.info.name, why);
    if (!why.empty()) {
        frame.failed = true;
        return report_failure(source, Error{Code::failed, why}, issues);
    }
    if (part.archive != ArchiveKind::none) return nested(part, bytes, frame);
    std::string_view status;
    const auto import_it = [&]() -> Result<Outcome> {
        KATO_CHECK(stop_or_go(source.info.name));
        KATO_CHECK(peek(bytes, source));
        if (part.format == nullptr && !part.lone) {
            source.format = nullptr;
            source.info.file = true;
            source.info.encoded = false;
            source.compression = Compression::none;
            source.unrecognised = Fate::parsed;
            if (part.json && is_conversations(part.member.name)) {
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
        return report_failure(source, std::move(outcome.error()), issues);
    }
    if (part.format == nullptr && !part.lone) source.info.format.clear();
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

// An archive in an archive.
Status Importer::nested(const Part& part, Bytes& bytes, Frame& frame) {
    if (frame.level >= k_max_level) {
        frame.failed = true;
        Source source;
        source.info.name = frame.name + part.member.name;
        source.member = frame.archive;
        Issues issues;
        return report_failure(source, Error{Code::limit, "archives are nested too deeply"}, issues);
    }
    Sha256 hash;
    std::uint64_t size = 0;
    KATO_TRY(const Fd file, spool(bytes, {}, hash, size));
    KATO_TRY(const std::unique_ptr<Bundle> inner,
             open_archive(file.get(), frame.name + part.member.name));
    Frame inside;
    inside.name = frame.name + part.member.name + "/";
    if (!frame.location.empty()) inside.location = frame.location + part.member.name + "/";
    inside.modified_us = frame.modified_us;
    inside.archive = true;
    inside.level = frame.level + 1;
    KATO_CHECK(bundle(*inner, inside));
    add(frame.sum, inside.sum);
    frame.failed = frame.failed || inside.failed;
    if (!inside.format.empty())
        frame.format = frame.format.empty() || frame.format == inside.format ? inside.format : "*";
    return done();
}

// Archives are read several times: what comes as a stream is set aside.
Result<Fd> Importer::spool(Bytes& bytes, std::string_view prefix, Sha256& hash,
                           std::uint64_t& size) {
    KATO_TRY(Fd file, scratch_file(target_.scratch_directory()));
    KATO_CHECK(write_all(file.get(), prefix, target_.scratch_directory()));
    hash.update(prefix);
    size = prefix.size();
    std::string piece(k_piece_bytes, '\0');
    for (;;) {
        KATO_TRY(const std::size_t got, bytes.read(piece.data(), piece.size()));
        if (got == 0) return file;
        KATO_CHECK(write_all(file.get(), std::string_view(piece).substr(0, got),
                             target_.scratch_directory()));
        hash.update(std::string_view(piece).substr(0, got));
        size += got;
        KATO_CHECK(stop_or_go("-"));
    }
}

Status Importer::run_archive(Bytes& bytes, FileBytes* file, Source source) {
    const std::string& name = source.info.name;
    const std::uint64_t before = done_bytes_;
    SourceRow row;
    row.name = name;
    ContainerInfo info;
    info.name = name;
    info.location = source.info.location;
    info.format = archive_name(source.archive);
    info.modified_us = source.info.modified_us;
    info.prefix = source.info.prefix;
    const auto note = [&](const auto& act) -> Status {
        auto session = target_.begin();
        if (!session) return ends(session.error());
        return ends(act(**session));
    };
    std::optional<KnownSource> known;
    KATO_CHECK(note([&](ImportSession& session) -> Status {
        KATO_TRY(known, session.known_container(info.location));
        return done();
    }));
    const auto unchanged = [&] {
        row.status = "unchanged";
        row.format = known->format;
        row.size_bytes = known->size_bytes;
        row.counts = known->counts;
        row.counts.parsed_bytes = row.size_bytes;
        row.counts.opaque_bytes = row.counts.quarantined_bytes = row.counts.pending_bytes = 0;
        if (known->counts.quarantined_bytes != 0) reporter_.set_partial();
        done_bytes_ = before + row.size_bytes;
        return reporter_.source(row);
    };
    Fd spooled;
    int descriptor = -1;
    Sha256 hash;
    if (file != nullptr) {
        info.size_bytes = file->expected_bytes();
        if (known && known->size_bytes == info.size_bytes && known->prefix == info.prefix &&
            known->modified_us == info.modified_us &&
            settled(file->changed_us(), known->imported_us))
            return unchanged();
        descriptor = file->descriptor();
        hash.update(source.prefix);
        std::string piece(k_piece_bytes, '\0');
        for (;;) {
            auto got = file->read(piece.data(), piece.size());
            if (!got) return refused(name, std::move(got.error()));
            if (*got == 0) break;
            hash.update(std::string_view(piece).substr(0, *got));
            KATO_CHECK(stop_or_go(name));
        }
    } else {
        auto set_aside = spool(bytes, source.prefix, hash, info.size_bytes);
        if (!set_aside) return refused(name, std::move(set_aside.error()));
        spooled = std::move(*set_aside);
        descriptor = spooled.get();
    }
    info.sha256 = hash.finish();
    if (known && known->sha256 == info.sha256) return unchanged();
    auto archive = open_archive(descriptor, name);
    if (!archive) return refused(name, std::move(archive.error()));
    Frame frame;
    frame.name = name + "/";
    if (!info.location.empty()) frame.location = info.location + "/";
    frame.modified_us = info.modified_us;
    frame.archive = true;
    const Status imported = bundle(**archive, frame);
    done_bytes_ = before + info.size_bytes;
    if (!imported) return refused(name, imported.error());
    if (file != nullptr) {
        const Status same = file->check_unchanged();
        if (!same) return refused(name, same.error());
    }
    row.format =
        frame.format.empty() || frame.format == "*" ? archive_name(source.archive) : frame.format;
    row.status = known ? (frame.sum.changed ? "updated" : "unchanged") : "new";
    if (target_.kinds() != nullptr) row.status = "explained";
    row.size_bytes = info.size_bytes;
    row.counts = frame.sum;
    Issues issues;
    if (frame.sum.conversation_events == 0) {
        issues.add({}, std::nullopt, "no conversation in it");
        reporter_.set_partial();
    }
    if (frame.failed) reporter_.set_partial();
    row.issues = issues.count();
    if (!frame.failed) { // else the next import tries again
        info.format = row.format;
        info.counts = frame.sum;
        info.listing = frame.listing.empty() ? "[]" : frame.listing + "]";
        KATO_CHECK(note([&](ImportSession& session) { return session.note_container(info); }));
    }
    // Its own bytes were all read; its members' rows tell what became of theirs.
    row.counts.parsed_bytes = row.size_bytes;
    row.counts.opaque_bytes = row.counts.quarantined_bytes = row.counts.pending_bytes = 0;
    KATO_CHECK(reporter_.source(row));
    return reporter_.issues(name, issues);
}

Status Importer::folder(const std::string& path) {
    const std::unique_ptr<Bundle> files = open_folder(path, target_.left_out(), options_.stop);
    Frame frame;
    frame.name = source_name(path) + "/";
    KATO_TRY(frame.location, absolute_path(path));
    frame.location += '/';
    const Status imported = bundle(*files, frame);
    if (!imported) return refused(source_name(path), imported.error());
    if (frame.failed) reporter_.set_partial();
    return done();
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
    KATO_CHECK(reporter_.member(row));
    return reporter_.issues(row.name, issues);
}

} // namespace kato
