// A workspace of its own in a temporary folder, and imports and exports in one call.
#include "unit/exchange/workspace.h"

#include "store/sqlite.h"

#include <algorithm>

#include <doctest/doctest.h>

namespace kato::test {
namespace {

std::shared_ptr<Store> open(const std::string& path, std::int64_t ahead_us, bool create) {
    Environment environment = system_environment();
    environment.now_us = [now = environment.now_us, ahead_us] { return now() + ahead_us; };
    StoreOptions options;
    options.create = create;
    auto opened = open_store(path, options, environment);
    if (!opened) FAIL(opened.error().message);
    return *opened;
}

std::string exported(const Store& store, const ExportOptions& options) {
    std::string out;
    const auto whole = export_chats(store, options, [&](std::string_view bytes) {
        out += bytes;
        return done();
    });
    if (!whole) FAIL(whole.error().message);
    CHECK(*whole);
    return out;
}

} // namespace

Workspace::Workspace(std::int64_t ahead_us) : store_(open(folder_ / "workspace", ahead_us, true)) {}

std::shared_ptr<Store> Workspace::reopen(std::int64_t ahead_us) {
    return open(folder_ / "workspace", ahead_us, false);
}

ImportReport Workspace::import(const std::filesystem::path& path, const ImportOptions& options) {
    ImportReport report;
    const Status status = import_path(*store_, path.string(), options, report);
    if (!status) FAIL(status.error().message);
    return report;
}

ImportReport Workspace::import_text(std::string_view bytes, const ImportOptions& options) {
    ImportReport report;
    const Status status = import_stream(*store_, input_of(bytes), options, report);
    if (!status) FAIL(status.error().message);
    return report;
}

std::string Workspace::export_all(const std::string& format) {
    ExportOptions options;
    options.all = true;
    options.format = format;
    return exported(*store_, options);
}

std::string Workspace::export_chat(const Uuid& chat) {
    ExportOptions options;
    options.chats = {to_string(chat)};
    options.include_hidden = true;
    return exported(*store_, options);
}

std::int64_t Workspace::number(const char* sql) {
    const auto db = Db::open(file("kato.db").string(), SQLITE_OPEN_READONLY, 1000);
    if (!db) FAIL(db.error().message);
    const auto number = (*db)->integer(sql);
    if (!number) FAIL(number.error().message);
    return *number;
}

std::string Workspace::hash() {
    const auto hash = content_hash(*store_, {});
    if (!hash) FAIL(hash.error().message);
    return *hash;
}

std::string Workspace::source(std::string_view name) {
    const auto sources = store_->sources({});
    REQUIRE(sources);
    for (const SourceView& source : *sources) {
        if (source.reference.name != name) continue;
        std::string out;
        const auto id = parse_uuid(source.reference.id);
        REQUIRE(id);
        const auto whole = store_->read_source(*id, [&](std::string_view bytes) {
            out += bytes;
            return done();
        });
        REQUIRE(whole);
        CHECK(*whole);
        return out;
    }
    FAIL("no source " << name);
    return {};
}

std::string Workspace::problems() {
    const auto verified = store_->verify({}, {});
    if (!verified) return verified.error().message;
    return verified->second ? std::string() : verified->first;
}

std::string claude_example() {
    return source_root() / "examples/data/claude-code/-home-mika-teatimer/"
                           "7c0f4a52-3d9e-4b1c-9a67-5e2d81f0b364.jsonl";
}

std::string codex_example() {
    return source_root() / "examples/data/codex/2026/03/15" /
           "rollout-2026-03-15T08-12-40-019cf1b8-52d4-7a10-8c3e-6b1f90d2a745.jsonl";
}

std::uint64_t count(const ImportReport& report, Count which) {
    return report.counts[static_cast<std::size_t>(which)];
}

std::vector<std::string> rows(const ImportReport& report, std::string_view type) {
    const std::string start = "{\"type\":\"" + std::string(type) + "\",";
    std::vector<std::string> out;
    for (const std::string& row : report.rows)
        if (row.starts_with(start)) out.push_back(row);
    return out;
}

bool mentions(const std::vector<std::string>& rows, std::string_view text) {
    return std::any_of(rows.begin(), rows.end(),
                       [&](const std::string& row) { return row.find(text) != std::string::npos; });
}

std::string member(const std::string& row, std::string_view name) {
    const std::string key = "\"" + std::string(name) + "\":";
    const std::size_t at = row.find(key);
    if (at == std::string::npos) return "(none)";
    const std::size_t start = at + key.size();
    return row.substr(start, row.find_first_of(",}", start) - start);
}

bool adds_up(const ImportReport& report) {
    for (const char* type : {"source", "member", "total"}) {
        for (const std::string& row : rows(report, type)) {
            std::uint64_t sum = 0;
            for (const char* part : {"parsed_bytes", "opaque_bytes", "quarantined_bytes"})
                sum += std::stoull(member(row, part));
            if (sum != std::stoull(member(row, "size"))) return false;
            if (std::stoull(member(row, "pending_bytes")) >
                std::stoull(member(row, "opaque_bytes")))
                return false;
        }
    }
    return !report.rows.empty() && report.rows.back().starts_with("{\"type\":\"total\",");
}

Input input_of(std::string_view bytes, std::size_t piece) {
    return [bytes, piece](char* buffer, std::size_t size) mutable -> Result<std::size_t> {
        const std::size_t got = bytes.copy(buffer, std::min(size, piece));
        bytes.remove_prefix(got);
        return got;
    };
}

} // namespace kato::test
