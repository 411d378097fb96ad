#include "store/verify.h"

#include "base/compress.h"
#include "base/hash.h"
#include "base/json_string.h"
#include "store/bodies.h"
#include "store/index.h"
#include "store/schema.h"
#include "store/source_bytes.h"
#include "store/verify_index.h"

#include <algorithm>
#include <unordered_map>
#include <unordered_set>

#include <fmt/format.h>

namespace kato {
namespace {

constexpr std::size_t k_listed_problems = 20; // further ones are counted

class Verification {
public:
    Verification(const Readers::Lease& lease, const StopFn& stop, const ProgressFn& progress)
        : db_(lease.db()), bodies_(lease.db()), has_index_(lease.has_index()),
          index_exists_(lease.index_exists()), stop_(stop), progress_(progress) {}

    Status run();
    bool ok() const { return ok_; }
    std::string json() const { return fmt::format("{{\"ok\":{},\"checks\":[{}]}}", ok_, report_); }

private:
    void begin(const char* name);
    void problem(std::string_view text);
    void end();
    // Damage is a finding of the check; being stopped is not.
    Status found(Error error);
    Status step(std::uint64_t bytes);

    Status check_pages(const char* sql);
    Status check_database();
    Status check_references();
    Status each(const char* name, const char* sql, const std::function<Status(const Query&)>& look);
    Status check_chunks();
    Status check_parts(const char* name, const char* sql, bool blobs);
    Status check_sources();
    Status check_accounting();
    Status check_places();
    Status check_trees();
    Status check_index();
    // Each row of the statement is a problem, told by its first column.
    Status check_none(const char* sql, const char* what);

    Db& db_;
    BodyReader bodies_;
    bool has_index_;
    bool index_exists_;
    const StopFn& stop_;
    const ProgressFn& progress_;
    std::uint64_t done_bytes_ = 0;
    std::uint64_t total_bytes_ = 0;
    std::unordered_set<std::int64_t>
        decoded_{}; // sources whose places are not those of their bytes
    std::unordered_map<std::int64_t, std::int64_t>
        contents_{}; // by source: the bytes that places are in

    std::string report_;
    bool ok_ = true;
    // of the check that runs
    std::string name_;
    std::uint64_t checked_ = 0;
    std::size_t problems_ = 0;
    std::string listed_;
};

void Verification::begin(const char* name) {
    name_ = name;
    checked_ = 0;
    problems_ = 0;
    listed_.clear();
}

void Verification::problem(std::string_view text) {
    if (++problems_ > k_listed_problems) return;
    if (!listed_.empty()) listed_ += "; ";
    listed_ += text;
}

void Verification::end() {
    if (!report_.empty()) report_ += ',';
    report_ += "{\"name\":";
    append_json_string(report_, name_);
    report_ += fmt::format(",\"ok\":{},\"checked\":{},\"problem\":", problems_ == 0, checked_);
    if (problems_ == 0) {
        report_ += "null}";
        return;
    }
    ok_ = false;
    if (problems_ > k_listed_problems)
        listed_ += fmt::format("; and {} more", problems_ - k_listed_problems);
    append_json_string(report_, listed_);
    report_ += '}';
}

Status Verification::found(Error error) {
    if (error.code == Code::cancelled || error.code == Code::user ||
        error.code == Code::no_memory || error.code == Code::busy)
        return error;
    problem(error.message);
    return done();
}

Status Verification::step(std::uint64_t bytes) {
    if (stop_ && stop_()) return Error{Code::cancelled, "stopped"};
    done_bytes_ += bytes;
    if (progress_) return progress_(std::min(done_bytes_, total_bytes_), total_bytes_, name_);
    return done();
}

Status Verification::check_none(const char* sql, const char* what) {
    Query query(db_, sql);
    for (;;) {
        auto row = query.step();
        if (!row) return found(std::move(row.error()));
        if (!*row) return done();
        problem(fmt::format("{} {}", what, query.text(0)));
    }
}

Status Verification::check_pages(const char* sql) {
    Query query(db_, sql);
    for (;;) {
        KATO_CHECK(step(0));
        auto row = query.step();
        if (!row) return found(std::move(row.error()));
        if (!*row) return done();
        ++checked_;
        if (query.text(0) != "ok") problem(query.text(0));
    }
}

Status Verification::check_database() {
    begin("database");
    KATO_CHECK(check_pages("PRAGMA main.integrity_check(20)"));
    for (const std::string_view name : schema_names()) {
        Query find(db_, "SELECT 1 FROM sqlite_schema WHERE name = ?");
        KATO_TRY(const bool there, find.bind_text(1, name).step());
        if (!there) problem(fmt::format("{} is missing from the schema", name));
    }
    end();
    return done();
}

Status Verification::check_references() {
    begin("references");
    KATO_CHECK(check_none("SELECT \"table\" || ' ' || rowid FROM pragma_foreign_key_check",
                          "dangling reference in"));
    // An event that came by Kato JSONL may name bytes that are elsewhere.
    KATO_CHECK(check_none(
        "SELECT hex(a.sha256) FROM attachment a WHERE a.sha256 IS NOT NULL AND NOT EXISTS "
        "(SELECT 1 FROM blob b WHERE b.sha256 = a.sha256) AND EXISTS (SELECT 1 FROM event e "
        "JOIN source s ON s.n = e.source WHERE e.n = a.event AND s.state <> 2)",
        "missing attachment"));
    auto rows = db_.integer("SELECT count(*) FROM event");
    if (rows) checked_ = static_cast<std::uint64_t>(*rows);
    end();
    return done();
}

// Looks at every row that `sql` selects; what the database cannot give is a finding.
Status Verification::each(const char* name, const char* sql,
                          const std::function<Status(const Query&)>& look) {
    begin(name);
    Query query(db_, sql);
    for (;;) {
        auto row = query.step();
        if (!row) {
            KATO_CHECK(found(std::move(row.error())));
            break;
        }
        if (!*row) break;
        ++checked_;
        KATO_CHECK(look(query));
    }
    end();
    return done();
}

Status Verification::check_chunks() {
    return each("chunks", "SELECT n, key, size, data FROM chunk",
                [&](const Query& query) -> Status {
                    KATO_CHECK(step(static_cast<std::uint64_t>(query.integer(2))));
                    const auto bytes =
                        decompress(query.blob(3), static_cast<std::size_t>(query.integer(2)));
                    if (!bytes || as_view(blake256(*bytes)) != query.blob(1))
                        problem(fmt::format("chunk {} has other bytes than its hash says",
                                            query.integer(0)));
                    return done();
                });
}

Status Verification::check_parts(const char* name, const char* sql, bool blobs) {
    return each(name, sql, [&](const Query& query) -> Status {
        const std::int64_t n = query.integer(0);
        std::uint64_t size = 0;
        Sha256 sha;
        Blake256 blake;
        const Output hash = [&](std::string_view part) -> Status {
            size += part.size();
            if (blobs)
                sha.update(part);
            else
                blake.update(part);
            return step(part.size());
        };
        Status read = blobs ? read_blob(db_, n, hash) : bodies_.read(n, hash);
        if (!read) {
            KATO_CHECK(found(std::move(read.error())));
            return done();
        }
        const Digest digest = blobs ? sha.finish() : blake.finish();
        if (as_view(digest) != query.blob(1) ||
            size != static_cast<std::uint64_t>(query.integer(2)))
            problem(fmt::format("{} {} has other bytes than its hash says", blobs ? "blob" : "text",
                                n));
        return done();
    });
}

Status Verification::check_sources() {
    return each("sources", "SELECT n, size, sha256, purged, name FROM source WHERE state <> 2",
                [&](const Query& query) -> Status {
                    std::uint64_t size = 0;
                    Sha256 sha;
                    std::string start;
                    Status read =
                        read_pieces(db_, query.integer(0), [&](std::string_view part) -> Status {
                            if (start.size() < 4) start += part.substr(0, 4 - start.size());
                            size += part.size();
                            sha.update(part);
                            return step(part.size());
                        });
                    if (!read) {
                        KATO_CHECK(found(std::move(read.error())));
                        return done();
                    }
                    // What is known of a compressed source speaks of its content; of a purged one that cannot be told.
                    if (query.integer(3) != 0 || compression_of(start) != Compression::none)
                        decoded_.insert(query.integer(0));
                    const Digest digest = sha.finish();
                    const bool same = query.integer(3) != 0 || as_view(digest) == query.blob(2);
                    if (!same || size != static_cast<std::uint64_t>(query.integer(1)))
                        problem(fmt::format("{}: its bytes are not those that were imported",
                                            query.text(4)));
                    return done();
                });
}

Status Verification::check_accounting() {
    return each(
        "accounting",
        "SELECT n, size, parsed + opaque + quarantined, name FROM source WHERE state IN (0, 1)",
        [&](const Query& query) -> Status {
            const std::int64_t n = query.integer(0);
            const bool decoded = decoded_.contains(n);
            contents_[n] =
                decoded ? std::max(query.integer(1), query.integer(2)) : query.integer(1);
            if (!decoded && query.integer(1) != query.integer(2))
                problem(fmt::format("{}: not every byte is accounted for, or more than there are",
                                    query.text(3)));
            return done();
        });
}

Status Verification::check_places() {
    return each("places",
                "SELECT n, source, start, length FROM event WHERE source IS NOT NULL "
                "UNION ALL SELECT event, source, start, length FROM origin",
                [&](const Query& query) -> Status {
                    const auto content = contents_.find(query.integer(1));
                    if (content == contents_.end()) return done(); // known by reference
                    const std::int64_t start = query.integer(2);
                    const std::int64_t length = query.integer(3);
                    if (start < 0 || length < 0 || length > content->second ||
                        start > content->second - length)
                        problem(
                            fmt::format("event {} lies outside of its source", query.integer(0)));
                    return done();
                });
}

Status Verification::check_trees() {
    begin("trees");
    KATO_CHECK(check_none("SELECT e.n FROM event e LEFT JOIN event p ON p.n = e.parent "
                          "WHERE e.parent IS NOT NULL AND (p.n IS NULL OR p.chat <> e.chat)",
                          "parent in another chat: event"));
    KATO_CHECK(check_none("SELECT lower(hex(c.id)) FROM chat c LEFT JOIN event e ON e.n = c.head "
                          "WHERE c.head IS NOT NULL AND (e.n IS NULL OR e.chat <> c.n)",
                          "head in another chat: chat"));
    KATO_CHECK(check_none("SELECT lower(hex(c.id)) FROM chat c WHERE c.events <> "
                          "(SELECT count(*) FROM event e WHERE e.chat = c.n AND e.shown = 1)",
                          "wrong number of events: chat"));
    auto rows = db_.integer("SELECT count(*) FROM chat");
    if (rows) checked_ = static_cast<std::uint64_t>(*rows);
    end();
    return done();
}

Status Verification::check_index() {
    begin("index");
    if (!index_exists_) {
        checked_ = 0; // it is derived: who opens the workspace for writing builds it again
    } else if (!has_index_) {
        problem("the search index cannot be read; it can be built anew: kato doctor --reindex");
    } else {
        KATO_CHECK(check_pages("PRAGMA idx.integrity_check(20)"));
        checked_ = 0; // events, not pages
        Status compared = compare_index(
            db_, [this] { return step(0); }, [this](std::string_view text) { problem(text); },
            checked_);
        if (!compared) KATO_CHECK(found(std::move(compared.error())));
    }
    end();
    return done();
}

Status Verification::run() {
    const auto total = db_.integer(
        "SELECT (SELECT ifnull(sum(size), 0) FROM chunk) + "
        "(SELECT ifnull(sum(size), 0) FROM blob) + (SELECT ifnull(sum(size), 0) FROM body) + "
        "(SELECT ifnull(sum(size), 0) FROM source WHERE state <> 2)");
    if (total) total_bytes_ = static_cast<std::uint64_t>(*total);
    KATO_CHECK(check_database());
    KATO_CHECK(check_references());
    KATO_CHECK(check_chunks());
    KATO_CHECK(check_parts("blobs", "SELECT n, sha256, size FROM blob", true));
    KATO_CHECK(check_parts("texts", "SELECT n, key, size FROM body", false));
    KATO_CHECK(check_sources());
    KATO_CHECK(check_accounting());
    KATO_CHECK(check_places());
    KATO_CHECK(check_trees());
    return check_index();
}

} // namespace

Result<std::pair<std::string, bool>> verify_store(const Readers::Lease& lease, const StopFn& stop,
                                                  const ProgressFn& progress) {
    Transaction snapshot(lease.db());
    KATO_CHECK(snapshot.begin_read());
    Verification verification(lease, stop, progress);
    KATO_CHECK(verification.run());
    return std::make_pair(verification.json(), verification.ok());
}

} // namespace kato
