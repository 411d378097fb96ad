// The source of an import session: its bytes, its accounting, and what is kept of it.
#include "store/session.h"

#include "store/account_export.h"
#include "store/purge.h"

#include <algorithm>
#include <cstring>

#include <fmt/format.h>
#include <unistd.h>

namespace kato {
namespace {

constexpr std::size_t k_max_spans = 10'000; // further ones are counted, not listed

std::string_view fate_name(Fate fate) {
    switch (fate) {
    case Fate::opaque: return "opaque";
    case Fate::pending: return "pending";
    case Fate::quarantined: return "quarantined";
    case Fate::parsed: break;
    }
    return "parsed";
}

std::int64_t whole(std::uint64_t value) { return static_cast<std::int64_t>(value); }

} // namespace

Result<std::optional<KnownSource>> Session::known(const SourceInfo& info) {
    std::int64_t n = 0;
    if (!info.account.empty()) {
        KATO_TRY(n, find_account_source(db_, info));
    } else if (!info.location.empty()) {
        Query at(db_, "SELECT n FROM source WHERE location = ? AND state = 0");
        KATO_TRY(const bool there, at.bind_blob(1, info.location).step());
        if (there) n = at.integer(0);
    }
    if (n == 0) return std::optional<KnownSource>();
    Query find(
        db_, "SELECT format, size, modified, sha256, parsed, opaque, quarantined, pending, chats, "
             "events, conversation, imported, prefix, id FROM source WHERE n = ?");
    find.bind(1, n);
    KATO_TRY(const bool row, find.step());
    if (!row) return std::optional<KnownSource>();
    KnownSource out;
    out.counts.source = find.uuid(13).value_or(Uuid{});
    out.counts.met_vanished = true; // nobody looks
    out.format = find.text(0);
    out.size_bytes = static_cast<std::uint64_t>(find.integer(1));
    out.modified_us = find.integer(2);
    out.imported_us = find.integer(11);
    const auto digest = [&](int column, Digest& to) {
        const std::string_view bytes = find.blob(column);
        if (bytes.size() == to.size()) std::memcpy(to.data(), bytes.data(), bytes.size());
    };
    digest(3, out.sha256);
    out.counts.sha256 = out.sha256;
    {
        Query blob(db_, "SELECT 1 FROM blob WHERE sha256 = ?");
        KATO_TRY(out.counts.has_blob, blob.bind_blob(1, as_view(out.sha256)).step());
    }
    digest(12, out.prefix);
    const auto count = [&](int column) { return static_cast<std::uint64_t>(find.integer(column)); };
    out.counts.parsed_bytes = count(4);
    out.counts.opaque_bytes = count(5);
    out.counts.quarantined_bytes = count(6);
    out.counts.pending_bytes = count(7);
    out.counts.chats = count(8);
    out.counts.events = count(9);
    out.counts.conversation_events = count(10);
    return std::optional<KnownSource>(std::move(out));
}

Status Session::confirm(const SourceInfo& info, const KnownSource& known) {
    Transaction transaction(db_);
    KATO_CHECK(change_.begin(transaction));
    Query set(db_, "UPDATE source SET modified = ?, imported = ?, prefix = ? WHERE id = ?");
    set.bind(1, info.modified_us).bind(2, now_us_).bind_blob(3, as_view(info.prefix));
    KATO_CHECK(set.bind(4, known.counts.source).run());
    return transaction.commit();
}

Status Session::begin(const SourceInfo& info) {
    info_ = info;
    change_.defer();
    KATO_CHECK(change_.begin());
    if (!info.account.empty()) {
        info_.location = open_place(info);
        KATO_TRY(counts_.source_known, knows_account_source(db_, info));
    } else if (!info.location.empty()) {
        Query find(db_, "SELECT n, size, sha256 FROM source WHERE location = ? AND state = 0");
        KATO_TRY(const bool row, find.bind_blob(1, info.location).step());
        if (row) {
            previous_source_ = find.integer(0);
            previous_size_ = static_cast<std::uint64_t>(find.integer(1));
            const std::string_view hash = find.blob(2);
            if (hash.size() == previous_sha256_.size())
                std::memcpy(previous_sha256_.data(), hash.data(), hash.size());
            counts_.source_known = true;
        }
    }
    Query insert(
        db_,
        "INSERT INTO source (id, format, name, location, size, sha256, modified, imported, state) "
        "VALUES (randomblob(16), ?, ?, ?, 0, x'', ?, ?, ?)");
    insert.bind_optional(1, info.format).bind_text(2, info.name);
    if (!info_.location.empty()) insert.bind_blob(3, info_.location);
    if (info.modified_us != 0) insert.bind(4, info.modified_us);
    KATO_CHECK(insert.bind(5, now_us_).bind(6, std::int64_t{info.canonical ? 3 : 0}).run());
    source_ = db_.last_rowid();
    retainer_ = std::make_unique<Retainer>(change_.retaining(), previous_size_);
    if (info.canonical) {
        KATO_TRY(scratch_, kato::scratch_file(change_.directory()));
    }
    if (info.file)
        file_ = std::make_unique<PartsWriter>(db_, change_.compressor(), PartsWriter::Table::blob);
    return done();
}

Status Session::retain(std::string_view bytes) {
    if (info_.canonical) return write_all(scratch_.get(), bytes, change_.directory());
    if (info_.file) {
        retainer_->note(bytes);
        return file_->append(bytes);
    }
    retainer_->feed(bytes);
    return drain();
}

Status Session::retain_file() {
    KATO_TRY(const PartsWriter::Stored stored, file_->finish());
    file_.reset();
    if (stored.made) loose_blobs_.push_back(stored.n);
    SourcePiece piece;
    piece.size = stored.size;
    piece.blob = stored.n;
    return stored.size == 0 ? done() : insert_piece(db_, source_, 0, piece);
}

// Stores the pieces that are ready.
Status Session::drain() {
    for (const Piece& piece : retainer_->take()) {
        SourcePiece retained;
        retained.size = piece.size;
        if (piece.is_blob) {
            KATO_TRY(const PartsWriter::Stored stored,
                     store_blob(db_, change_.compressor(), piece.data));
            retained.blob = stored.n;
        } else {
            Query find(db_, "SELECT n FROM chunk WHERE key = ?");
            KATO_TRY(const bool row, find.bind_blob(1, as_view(piece.key)).step());
            if (row) {
                retained.chunk = find.integer(0);
            } else {
                Query insert(db_, "INSERT INTO chunk (key, size, data) VALUES (?, ?, ?)");
                insert.bind_blob(1, as_view(piece.key))
                    .bind(2, whole(piece.size))
                    .bind_blob(3, piece.data);
                KATO_CHECK(insert.run());
                retained.chunk = db_.last_rowid();
            }
        }
        KATO_CHECK(insert_piece(db_, source_, retained_bytes_, retained));
        retained_bytes_ += piece.size;
    }
    return done();
}

Status Session::account(Fate fate, const Place& place, std::string_view reason) {
    if (place.offset != accounted_)
        return Error{Code::failed, fmt::format("the reader skipped from byte {} to {}", accounted_,
                                               place.offset)};
    accounted_ += place.length;
    switch (fate) {
    case Fate::parsed: counts_.parsed_bytes += place.length; return done();
    case Fate::pending: counts_.pending_bytes += place.length; [[fallthrough]];
    case Fate::opaque: counts_.opaque_bytes += place.length; break;
    case Fate::quarantined: counts_.quarantined_bytes += place.length; break;
    }
    if (info_.canonical) leftovers_.push_back(place);
    if (place.length == 0 || ++spans_ > k_max_spans) return done();
    Query insert(db_,
                 "INSERT OR IGNORE INTO source_span (source, start, length, line, fate, reason) "
                 "VALUES (?, ?, ?, ?, ?, ?)");
    insert.bind(1, source_)
        .bind(2, whole(place.offset))
        .bind(3, whole(place.length))
        .bind(4, whole(place.line));
    return insert.bind_text(5, fate_name(fate)).bind_optional(6, reason).run();
}

Status Session::source(const Uuid& chat, SourceReference source) {
    (void)chat; // which chats a source gave follows from the places of their events
    const auto id = parse_uuid(source.id);
    if (!id || references_.contains(source.id)) return done();
    Query find(db_, "SELECT n FROM source WHERE id = ?");
    KATO_TRY(const bool row, find.bind(1, *id).step());
    if (row) {
        references_[source.id] = find.integer(0);
        return done();
    }
    Query insert(db_, "INSERT INTO source (id, format, name, size, sha256, imported, state) VALUES "
                      "(?, ?, ?, ?, ?, ?, 2)");
    insert.bind(1, *id).bind_optional(2, source.format).bind_text(3, source.name);
    insert.bind(4, whole(source.size_bytes)).bind_blob(5, as_view(source.sha256)).bind(6, now_us_);
    KATO_CHECK(insert.run());
    references_[source.id] = db_.last_rowid();
    counts_.changed = true;
    return done();
}

Status Session::origin(const Uuid& chat, const Uuid& event, const Key128& revision,
                       std::string_view source_id, const Place& place) {
    const auto reference = references_.find(std::string(source_id));
    if (reference == references_.end()) return done();
    KATO_TRY(const ChatState* const state, chat_state(chat));
    Query find(db_, "SELECT n, source FROM event WHERE chat = ? AND id = ? AND revision = ?");
    find.bind(1, state->n).bind(2, event).bind_blob(3, as_view(revision));
    KATO_TRY(const bool row, find.step());
    if (!row) return done();
    const std::int64_t n = find.integer(0);
    if (!find.is_null(1)) return add_origin(n, reference->second, place);
    Query set(db_, "UPDATE event SET source = ?, start = ?, length = ?, line = ? WHERE n = ?");
    set.bind(1, reference->second).bind(2, whole(place.offset)).bind(3, whole(place.length));
    return set.bind(4, whole(place.line)).bind(5, n).run();
}

// Of a kato stream only what was not understood is kept.
Status Session::retain_leftovers() {
    std::string buffer(1 << 20, '\0');
    for (const Place& place : leftovers_) {
        std::uint64_t at = place.offset;
        std::uint64_t left = place.length;
        while (left > 0) {
            const ssize_t got =
                ::pread(scratch_.get(), buffer.data(),
                        static_cast<std::size_t>(std::min<std::uint64_t>(left, buffer.size())),
                        static_cast<off_t>(at));
            if (got <= 0) return os_error("cannot read back", change_.directory());
            retainer_->feed({buffer.data(), static_cast<std::size_t>(got)});
            at += static_cast<std::uint64_t>(got);
            left -= static_cast<std::uint64_t>(got);
        }
    }
    return done();
}

Status Session::write_source(std::int64_t row, const Uuid& id, int state) {
    Query set(db_, "UPDATE source SET id = ?, size = ?, sha256 = ?, state = ?, parsed = ?, opaque "
                   "= ?, quarantined = ?, "
                   "pending = ?, chats = ?, events = ?, conversation = ?, format = ?, modified = "
                   "?, name = ?, imported = ?, "
                   "prefix = ?, as_of = ? WHERE n = ?");
    set.bind(1, id).bind(2, whole(retainer_->size())).bind_blob(3, as_view(retainer_->sha256()));
    set.bind(4, std::int64_t{state})
        .bind(5, whole(counts_.parsed_bytes))
        .bind(6, whole(counts_.opaque_bytes));
    set.bind(7, whole(counts_.quarantined_bytes)).bind(8, whole(counts_.pending_bytes));
    set.bind(9, whole(counts_.chats))
        .bind(10, whole(counts_.events))
        .bind(11, whole(counts_.conversation_events));
    set.bind_optional(12, info_.format).bind(13, info_.modified_us).bind_text(14, info_.name);
    set.bind(15, now_us_).bind_blob(16, as_view(info_.prefix));
    return set.bind(17, as_of_).bind(18, row).run();
}

// What a purged chat's records were must not come back.
Status Session::blank_purged() {
    if (purged_places_.empty() || info_.canonical) return done();
    change_.empty_log();
    if (purged_records_only_) purged_places_ = {Place{0, retainer_->size(), 0}};
    KATO_CHECK(blank_ranges(db_, change_.compressor(), source_, purged_places_));
    return drop_unreferenced(db_);
}

// Values that were stored while reading and are not used by any event.
Status Session::drop_loose() {
    for (const std::int64_t n : loose_texts_) {
        Query parts(db_, "DELETE FROM body_part WHERE body = ?");
        KATO_CHECK(parts.bind(1, n).run());
        Query body(db_, "DELETE FROM body WHERE n = ?");
        KATO_CHECK(body.bind(1, n).run());
    }
    for (const std::int64_t n : loose_blobs_) {
        Query used(db_, "SELECT 1 FROM blob b WHERE b.n = ?1 AND (EXISTS (SELECT 1 FROM attachment "
                        "WHERE sha256 = b.sha256) "
                        "OR EXISTS (SELECT 1 FROM source_piece WHERE blob = ?1))");
        KATO_TRY(const bool there, used.bind(1, n).step());
        if (there) continue;
        Query parts(db_, "DELETE FROM blob_part WHERE blob = ?");
        KATO_CHECK(parts.bind(1, n).run());
        Query blob(db_, "DELETE FROM blob WHERE n = ?");
        KATO_CHECK(blob.bind(1, n).run());
    }
    return done();
}

Result<ImportCounts> Session::commit() {
    KATO_CHECK(change_.bodies().settle());
    KATO_CHECK(apply_marks());
    forget_records();
    KATO_CHECK(finish_source());
    KATO_CHECK(bring_back());
    KATO_CHECK(finish_chats());
    KATO_CHECK(drop_loose());
    if (info_.file) {
        Query blob(db_, "SELECT 1 FROM blob WHERE sha256 = ?");
        KATO_TRY(counts_.has_blob, blob.bind_blob(1, as_view(retainer_->sha256())).step());
    }
    KATO_CHECK(change_.commit());
    change_.unlock();
    counts_.sha256 = retainer_->sha256();
    counts_.source = source_id();
    counts_.met_vanished = counts_.met_vanished || !returned_.runs().empty();
    return counts_;
}

} // namespace kato
