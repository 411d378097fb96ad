#include "store/runs.h"

#include "store/edit.h"

#include <algorithm>
#include <charconv>
#include <cstring>

#include <fmt/format.h>

namespace kato {
namespace {

#define KATO_RUN                                                                           \
    "SELECT r.id, c.id, r.started, r.ended, r.outcome, r.program, r.report, r.audit_seq, " \
    "r.audit_hash FROM run r JOIN chat c ON c.n = r.chat "

RunRecord record_of(const Query& row) {
    RunRecord run;
    run.id = row.uuid(0).value_or(Uuid{});
    run.chat = row.uuid(1).value_or(Uuid{});
    run.started_us = row.integer(2);
    run.ended_us = row.optional_integer(3);
    run.outcome = row.text(4);
    run.program = row.text(5);
    run.report = row.text(6);
    run.audit.sequence = static_cast<std::uint64_t>(row.integer(7));
    const std::string_view hash = row.blob(8);
    if (hash.size() == run.audit.hash.size())
        std::memcpy(run.audit.hash.data(), hash.data(), hash.size());
    return run;
}

// A run's rows are derived from what happened, not from what users keep: they need not wait for the
// disk, and the index knows nothing of them.
Status write(StoreWriter& writer, const std::function<Status(Db&)>& change) {
    const auto held = writer.lock();
    KATO_CHECK(writer.wait_for_disk(false));
    Transaction transaction(writer.db());
    KATO_CHECK(writer.begin(transaction));
    KATO_CHECK(change(writer.db()));
    return transaction.commit();
}

// Runs end in any order: the furthest counts.
Status note_head(Db& db, const AuditHead& head) {
    if (head.sequence == 0) return done();
    KATO_TRY(const AuditHead known, read_audit_head(db));
    if (known.sequence >= head.sequence) return done();
    Query set(db, "INSERT OR REPLACE INTO meta (key, value) VALUES ('audit_head', ?)");
    return set.bind_text(1, fmt::format("{} {}", head.sequence, to_hex(head.hash))).run();
}

} // namespace

Status begin_run(StoreWriter& writer, const RunRecord& run) {
    return write(writer, [&](Db& db) -> Status {
        KATO_TRY(const ChatRow chat, find_chat_row(db, run.chat, false));
        Query insert(db, "INSERT INTO run (id, chat, started, program, audit_seq, audit_hash) "
                         "VALUES (?, ?, ?, ?, ?, ?)");
        insert.bind(1, run.id).bind(2, chat.n).bind(3, run.started_us).bind_text(4, run.program);
        insert.bind(5, static_cast<std::int64_t>(run.audit.sequence));
        KATO_CHECK(insert.bind_blob(6, as_view(run.audit.hash)).run());
        return note_head(db, run.audit);
    });
}

Status end_run(StoreWriter& writer, const RunRecord& run, std::span<const RunMessage> messages) {
    return write(writer, [&](Db& db) -> Status {
        // The chat may have been purged meanwhile, and the run with it.
        Query set(db, "UPDATE run SET ended = ?, outcome = ?, report = ?, audit_seq = ?, "
                      "audit_hash = ? WHERE id = ? RETURNING n");
        set.bind(1, run.ended_us).bind_text(2, run.outcome).bind_text(3, run.report);
        set.bind(4, static_cast<std::int64_t>(run.audit.sequence));
        set.bind_blob(5, as_view(run.audit.hash)).bind(6, run.id);
        KATO_TRY(const bool there, set.step());
        KATO_CHECK(note_head(db, run.audit));
        if (!there) return done();
        const std::int64_t n = set.integer(0);
        std::int64_t seq = 0;
        for (const RunMessage& message : messages) {
            Query insert(db, "INSERT INTO run_message (run, seq, type, body) VALUES (?, ?, ?, ?)");
            insert.bind(1, n).bind(2, seq++).bind_text(3, message.type);
            KATO_CHECK(insert.bind_text(4, message.body).run());
        }
        return done();
    });
}

Result<std::vector<RunRecord>> read_runs(Db& db, const std::optional<Uuid>& chat,
                                         std::uint64_t limit) {
    Query query(db, KATO_RUN "WHERE ?1 IS NULL OR c.id = ?1 ORDER BY r.started DESC, r.n DESC "
                             "LIMIT ?2");
    query.bind(1, chat).bind(2, limit == 0 ? -1 : static_cast<std::int64_t>(limit));
    std::vector<RunRecord> runs;
    for (;;) {
        KATO_TRY(const bool row, query.step());
        if (!row) return runs;
        runs.push_back(record_of(query));
    }
}

Result<RunRecord> read_run(Db& db, std::string_view reference) {
    const auto range = parse_uuid_prefix(reference);
    if (!range) {
        Error error{Code::invalid, fmt::format("{}: not a run's id", reference)};
        error.hint = "a run is named by its id or at least four characters of its beginning";
        return error;
    }
    Query query(db, KATO_RUN "WHERE r.id BETWEEN ? AND ? LIMIT 2");
    query.bind(1, range->first).bind(2, range->second);
    KATO_TRY(const bool row, query.step());
    if (!row) return Error{Code::not_found, fmt::format("no run {}", reference)};
    RunRecord run = record_of(query);
    KATO_TRY(const bool more, query.step());
    if (more) return Error{Code::ambiguous, fmt::format("several runs begin with {}", reference)};
    return run;
}

Result<std::vector<RunMessage>> read_run_messages(Db& db, const Uuid& run) {
    Query query(db, "SELECT m.type, m.body FROM run_message m JOIN run r ON r.n = m.run WHERE "
                    "r.id = ? ORDER BY m.seq");
    query.bind(1, run);
    std::vector<RunMessage> messages;
    for (;;) {
        KATO_TRY(const bool row, query.step());
        if (!row) return messages;
        messages.push_back({std::string(query.text(0)), std::string(query.text(1))});
    }
}

Result<AuditHead> read_audit_head(Db& db) {
    Query query(db, "SELECT value FROM meta WHERE key = 'audit_head'");
    KATO_TRY(const bool row, query.step());
    AuditHead head;
    if (!row) return head;
    const std::string_view value = query.text(0);
    const std::size_t space = value.find(' ');
    const auto [end, failed] =
        std::from_chars(value.data(), value.data() + std::min(space, value.size()), head.sequence);
    if (space == std::string_view::npos || failed != std::errc() || end != value.data() + space ||
        !from_hex(value.substr(space + 1), head.hash))
        return Error{Code::corrupt, "the store's note of the audit log is damaged"};
    return head;
}

Result<std::vector<AuditHead>> read_run_heads(Db& db) {
    Query query(db, "SELECT audit_seq, audit_hash FROM run WHERE audit_seq > 0 ORDER BY audit_seq");
    std::vector<AuditHead> heads;
    for (;;) {
        KATO_TRY(const bool row, query.step());
        if (!row) return heads;
        AuditHead head{static_cast<std::uint64_t>(query.integer(0)), {}};
        const std::string_view hash = query.blob(1);
        std::copy_n(hash.begin(), std::min(hash.size(), head.hash.size()), head.hash.begin());
        heads.push_back(head);
    }
}

} // namespace kato
