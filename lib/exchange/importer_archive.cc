// Archives as sources: they are read several times, and an unchanged one is not opened again.
#include "exchange/importer.h"

namespace kato {
namespace {

constexpr std::size_t k_piece_bytes = 1 << 20;

} // namespace

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

Status Importer::run_archive(Bytes& bytes, FileBytes* file, const Source& source) {
    KATO_CHECK(settle()); // reading it may take long
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
        reporter_.source(row);
        return done();
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
    Frame frame;
    frame.room = max_unpacked_bytes(info.size_bytes);
    auto archive = open_archive(descriptor, name, frame.room);
    if (!archive) return refused(name, std::move(archive.error()));
    frame.name = name + "/";
    if (!info.location.empty()) frame.location = info.location + "/";
    frame.modified_us = info.modified_us;
    frame.archive = true;
    frame.level = 1;
    const Status imported = bundle(**archive, frame);
    done_bytes_ = before + info.size_bytes;
    if (!imported) return refused(name, imported.error());
    if (file != nullptr) {
        const Status same = file->check_unchanged();
        if (!same) return refused(name, same.error());
    }
    Issues issues;
    KATO_CHECK(finish_exports(frame, issues));
    row.format =
        frame.format.empty() || frame.format == "*" ? archive_name(source.archive) : frame.format;
    if (known)
        row.status = frame.sum.changed ? "updated" : "unchanged";
    else // a stream has no place to be known by; its members may be known
        row.status = frame.sum.source_known && !frame.sum.changed ? "unchanged" : "new";
    if (target_.kinds() != nullptr) row.status = "explained";
    row.size_bytes = info.size_bytes;
    row.counts = frame.sum;
    if (frame.format.empty()) { // what its members lack was said with each
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
    reporter_.source(row);
    reporter_.issues(name, issues);
    return done();
}

} // namespace kato
