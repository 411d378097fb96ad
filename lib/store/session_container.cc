// Archives: what is remembered of them, so that an unchanged one need not be opened again, and what must
// not come back with them.
#include "store/session.h"

#include "store/purge.h"

#include <cstring>

namespace kato {
namespace {

std::int64_t whole(std::uint64_t value) { return static_cast<std::int64_t>(value); }

} // namespace

Status Session::note_container(const ContainerInfo& info) {
    Transaction transaction(db_);
    KATO_CHECK(change_.begin(transaction));
    if (!info.location.empty()) {
        Query old(db_, "DELETE FROM container WHERE location = ?");
        KATO_CHECK(old.bind_blob(1, info.location).run());
    }
    Query insert(db_, "INSERT INTO container (location, name, format, size, sha256, modified, "
                      "imported, prefix, listing, parsed, opaque, quarantined, pending, chats, "
                      "events, conversation) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, "
                      "?)");
    if (!info.location.empty()) insert.bind_blob(1, info.location);
    insert.bind_text(2, info.name).bind_text(3, info.format).bind(4, whole(info.size_bytes));
    insert.bind_blob(5, as_view(info.sha256)).bind(6, info.modified_us).bind(7, now_us_);
    insert.bind_blob(8, as_view(info.prefix)).bind_text(9, info.listing);
    insert.bind(10, whole(info.counts.parsed_bytes)).bind(11, whole(info.counts.opaque_bytes));
    insert.bind(12, whole(info.counts.quarantined_bytes));
    insert.bind(13, whole(info.counts.pending_bytes)).bind(14, whole(info.counts.chats));
    insert.bind(15, whole(info.counts.events)).bind(16, whole(info.counts.conversation_events));
    KATO_CHECK(insert.run());
    return transaction.commit();
}

Result<std::optional<KnownSource>> Session::known_container(const std::string& location) {
    if (location.empty()) return std::optional<KnownSource>();
    Query find(db_,
               "SELECT format, size, modified, imported, prefix, parsed, opaque, quarantined, "
               "pending, chats, events, conversation, sha256 FROM container WHERE location = ?");
    KATO_TRY(const bool row, find.bind_blob(1, location).step());
    if (!row) return std::optional<KnownSource>();
    const auto count = [&](int column) { return static_cast<std::uint64_t>(find.integer(column)); };
    const auto digest = [&](int column, Digest& to) {
        const std::string_view bytes = find.blob(column);
        if (bytes.size() == to.size()) std::memcpy(to.data(), bytes.data(), bytes.size());
    };
    KnownSource out;
    out.format = find.text(0);
    out.size_bytes = count(1);
    out.modified_us = find.integer(2);
    out.imported_us = find.integer(3);
    digest(4, out.prefix);
    out.counts.parsed_bytes = count(5);
    out.counts.opaque_bytes = count(6);
    out.counts.quarantined_bytes = count(7);
    out.counts.pending_bytes = count(8);
    out.counts.chats = count(9);
    out.counts.events = count(10);
    out.counts.conversation_events = count(11);
    digest(12, out.sha256);
    return std::optional<KnownSource>(std::move(out));
}

Status Session::drop_purged_files() {
    std::vector<std::pair<std::int64_t, std::uint64_t>> files; // rows of sources, and their sizes
    {
        Query find(db_, "SELECT s.n, s.size FROM source s WHERE s.purged = 0 "
                        "AND s.sha256 IN (SELECT sha256 FROM source WHERE purged <> 0) "
                        "AND EXISTS (SELECT 1 FROM source_piece p JOIN blob b ON b.n = p.blob "
                        "WHERE p.source = s.n AND b.sha256 = s.sha256) "
                        "AND NOT EXISTS (SELECT 1 FROM attachment a WHERE a.sha256 = s.sha256)");
        for (;;) {
            KATO_TRY(const bool there, find.step());
            if (!there) break;
            files.emplace_back(find.integer(0), static_cast<std::uint64_t>(find.integer(1)));
        }
    }
    if (files.empty()) return done();
    KATO_CHECK(change_.begin());
    change_.empty_log();
    for (const auto& [source, size] : files)
        KATO_CHECK(blank_ranges(db_, change_.compressor(), source, {Place{0, size, 0}}));
    KATO_CHECK(drop_unreferenced(db_));
    return change_.commit();
}

} // namespace kato
