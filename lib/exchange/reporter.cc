#include "exchange/reporter.h"

#include "base/text.h"
#include "codec/json/json.h"

#include <fmt/format.h>

namespace kato {
namespace {

// One JSON object on its way.
class Row {
public:
    explicit Row(std::string_view type) {
        out_ = '{';
        text("type", type);
    }
    void text(std::string_view name, std::string_view value) {
        key(name);
        json::append_string(out_, to_valid_utf8(value));
    }
    void text_or_null(std::string_view name, std::string_view value) {
        if (value.empty()) {
            key(name);
            out_ += "null";
        } else {
            text(name, value);
        }
    }
    void number(std::string_view name, std::uint64_t value) {
        key(name);
        out_ += fmt::format("{}", value);
    }
    void raw(std::string_view name, std::string_view json) {
        key(name);
        out_ += json;
    }
    void number_or_null(std::string_view name, std::optional<std::uint64_t> value) {
        if (value) {
            number(name, *value);
        } else {
            key(name);
            out_ += "null";
        }
    }
    std::string finish() { return std::move(out_) + '}'; }

private:
    void key(std::string_view name) {
        out_ += fmt::format("{}\"{}\":", out_.size() == 1 ? "" : ",", name);
    }

    std::string out_{};
};

std::string kinds_json(const std::array<std::uint64_t, k_kind_count + 1>& kinds) {
    std::string out = "{";
    for (std::size_t kind = 1; kind < kinds.size(); ++kind) {
        if (kinds[kind] == 0) continue;
        out += fmt::format("{}\"{}\":{}", out.size() == 1 ? "" : ",",
                           kind_name(static_cast<Kind>(kind)), kinds[kind]);
    }
    return out + "}";
}

std::string source_json(std::string_view type, const SourceRow& source) {
    const ImportCounts& counts = source.counts;
    Row row(type);
    row.text("name", source.name);
    row.text_or_null("format", source.format);
    row.text("status", source.status);
    row.number("chats", counts.chats);
    row.number("events", counts.events);
    row.number("events_new", counts.events_new);
    row.number("events_updated", counts.events_updated);
    row.number("events_vanished", counts.events_vanished);
    row.number("size", source.size_bytes);
    row.number("parsed_bytes", counts.parsed_bytes);
    row.number("opaque_bytes", counts.opaque_bytes);
    row.number("quarantined_bytes", counts.quarantined_bytes);
    row.number("pending_bytes", counts.pending_bytes);
    row.number("issues", source.issues);
    if (!source.error.empty()) row.text("error", source.error);
    if (!source.why.empty()) {
        row.text("why", source.why);
        row.number("score", static_cast<std::uint64_t>(source.score));
        row.raw("kinds", kinds_json(source.kinds));
    }
    return row.finish();
}

} // namespace

Status Reporter::push(std::string row, bool quiet) {
    report_.rows.push_back(std::move(row));
    if (quiet || refused_ || !options_.row) return done();
    Status told = options_.row(report_.rows.back());
    refused_ = !told;
    return told;
}

void Reporter::source(SourceRow row) {
    held_.emplace_back([this, row = std::move(row)] { return tell_source(row); });
}

void Reporter::member(SourceRow row) {
    held_.emplace_back([this, row = std::move(row)] { return tell_member(row); });
}

void Reporter::issues(const std::string& source, const Issues& issues) {
    if (issues.count() == 0) return;
    held_.emplace_back([this, source, issues] { return tell_issues(source, issues); });
}

void Reporter::vanished(std::uint64_t events) {
    held_.emplace_back([this, events] {
        add(Count::events_vanished, events);
        return done();
    });
}

Status Reporter::release() {
    Status out = done();
    for (const auto& tell : std::exchange(held_, {})) {
        Status told = tell();
        if (!told && out) out = std::move(told);
    }
    return out;
}

Status Reporter::tell_source(const SourceRow& row) {
    add(Count::sources, 1);
    if (row.status != "explained") // of which nobody knows
        add(row.status == "new"         ? Count::sources_new
            : row.status == "updated"   ? Count::sources_updated
            : row.status == "unchanged" ? Count::sources_unchanged
                                        : Count::sources_failed,
            1);
    add(Count::chats, row.counts.chats);
    add(Count::events, row.counts.events);
    add(Count::events_new, row.counts.events_new);
    add(Count::events_updated, row.counts.events_updated);
    add(Count::events_vanished, row.counts.events_vanished);
    add(Count::size_bytes, row.size_bytes);
    add(Count::parsed_bytes, row.counts.parsed_bytes);
    add(Count::opaque_bytes, row.counts.opaque_bytes);
    add(Count::quarantined_bytes, row.counts.quarantined_bytes);
    add(Count::pending_bytes, row.counts.pending_bytes);
    if (row.counts.quarantined_bytes != 0) set_partial();
    return push(source_json("source", row));
}

Status Reporter::tell_member(const SourceRow& row) {
    if (row.counts.quarantined_bytes != 0) set_partial();
    return push(source_json("member", row));
}

Status Reporter::tell_issues(const std::string& source, const Issues& issues) {
    add(Count::issues, issues.count());
    std::uint64_t unlisted = issues.not_listed();
    for (const Issue& issue : issues.listed()) {
        if (issue.fate == "quarantined") set_partial(); // also when it is the end that is missing
        if (issue_rows_ >= k_max_issue_rows) {
            unlisted += issue.count;
            continue;
        }
        ++issue_rows_;
        Row row("issue");
        row.text("source", source);
        row.number_or_null("offset",
                           issue.place ? std::optional(issue.place->offset) : std::nullopt);
        row.number_or_null("line", issue.place && issue.place->line != 0
                                       ? std::optional(issue.place->line)
                                       : std::nullopt);
        row.text("reason", issue.reason);
        row.text_or_null("fate", issue.fate);
        row.number("count", issue.count);
        KATO_CHECK(push(row.finish()));
    }
    if (unlisted == 0 || issue_rows_ > k_max_issue_rows) return done();
    if (issue_rows_ == k_max_issue_rows)
        ++issue_rows_; // the last word about this and all further ones
    Row row("issue");
    row.text("source", source);
    row.number_or_null("offset", std::nullopt);
    row.number_or_null("line", std::nullopt);
    row.text("reason", "further issues, which are not listed");
    row.text_or_null("fate", {});
    row.number("count", unlisted);
    return push(row.finish());
}

Status Reporter::total(bool quiet) {
    Row row("total");
    row.number("sources", count(Count::sources));
    row.number("sources_new", count(Count::sources_new));
    row.number("sources_updated", count(Count::sources_updated));
    row.number("sources_unchanged", count(Count::sources_unchanged));
    row.number("sources_failed", count(Count::sources_failed));
    row.number("chats", count(Count::chats));
    row.number("events", count(Count::events));
    row.number("events_new", count(Count::events_new));
    row.number("events_updated", count(Count::events_updated));
    row.number("events_vanished", count(Count::events_vanished));
    row.number("size", count(Count::size_bytes));
    row.number("parsed_bytes", count(Count::parsed_bytes));
    row.number("opaque_bytes", count(Count::opaque_bytes));
    row.number("quarantined_bytes", count(Count::quarantined_bytes));
    row.number("pending_bytes", count(Count::pending_bytes));
    row.number("issues", count(Count::issues));
    return push(row.finish(), quiet);
}

} // namespace kato
