// Printing an import's rows: sources on standard output, problems on standard error.
#include "import_report.h"

#include "errors.h"
#include "text.h"

#include <fmt/format.h>

#include <algorithm>

namespace kato_cli {
namespace {

const char* status_style(std::string_view status) {
    if (status == "new") return k_green;
    return status == "updated" ? k_cyan : k_yellow;
}

std::string counted(std::uint64_t count, std::string_view noun) {
    return fmt::format("{} {}{}", count, noun, count == 1 ? "" : "s");
}

} // namespace

void ImportLog::row(std::string_view json) {
    const auto row = parse_json(json);
    if (!row || !row->is(Json::Type::object)) return;
    const std::string_view type = row->text("type");
    if (type == "total") return;
    progress_.clear();
    if (session_.json)
        session_.out.write(json_safe(json) + "\n");
    else if (type == "issue")
        print_issue(*row);
    else
        print_source(*row);
    if (session_.terminal.out) session_.out.flush();
}

void ImportLog::print_source(const Json& row) {
    const std::string_view status = row.text("status");
    failed_ = status == "failed" ? row.text("name") : std::string_view();
    // Of ten thousand files these are the ones that few want to read about.
    if (status == "unchanged" && !verbose_) return;
    const std::string format = status == "failed" ? "not readable"
                               : row.text("format").empty() && row.number("quarantined_bytes") == 0
                                   ? "a file"
                               : row.text("format").empty() ? "not recognised"
                                                            : visible_line(row.text("format"));
    std::string line =
        styled(session_.terminal.out_colour, status_style(status), pad(visible_line(status), 9));
    line += fmt::format("  {}  {:>9}  {:>12}  {:>9}  {}{}", pad(format, 14),
                        counted(row.number("chats"), "chat"),
                        counted(row.number("events"), "event"), human_bytes(row.number("size")),
                        row.text("type") == "member" ? "  " : "", visible_line(row.text("name")));
    print_why(row, line);
    const std::uint64_t lost = row.number("quarantined_bytes");
    if (lost > 0) line += fmt::format("  ({} set aside)", human_bytes(lost));
    session_.out.write(line + "\n");
}

// What only an explanation has: on lines of their own.
void ImportLog::print_why(const Json& row, std::string& line) const {
    if (row.text("why").empty()) return;
    line += fmt::format("\n           recognised by {}", visible_line(row.text("why")));
    if (row.number("score") > 0) line += fmt::format(" (score {})", row.number("score"));
    const Json* kinds = row.find("kinds");
    if (kinds == nullptr) return;
    for (const auto& [kind, count] : kinds->members)
        line +=
            fmt::format("\n           {:>9}  {}", count.as_uint().value_or(0), visible_line(kind));
}

void ImportLog::print_issue(const Json& row) {
    const std::string_view fate = row.text("fate");
    if ((fate == "opaque" || fate == "pending") && !verbose_) return; // the total counts them
    std::string place(row.text("source"));
    if (const Json* line = row.find("line"); line && line->as_uint())
        place += fmt::format(":{}", *line->as_uint());
    else if (const Json* offset = row.find("offset"); offset && offset->as_uint())
        place += fmt::format(": byte {}", *offset->as_uint());
    const bool failure = !failed_.empty() && failed_ == row.text("source");
    if (failure) failed_at_ = place;
    if (failure && alone_) return;
    session_.out.flush(); // in the order things happened, where both are seen
    std::string message = with_place(place, row.text("reason"));
    if (row.number("count") > 1) message += fmt::format(" ({} times)", row.number("count"));
    if (failure)
        say_error(message, {});
    else
        say(visible_line(message));
}

void ImportLog::begin_input(bool alone) {
    alone_ = alone;
    failed_.clear();
    failed_at_.clear();
}

void ImportLog::add(const kato_import_report* report) {
    for (std::size_t i = 0; i < k_counts; ++i)
        counts_[i] += kato_import_report_count(report, static_cast<std::int32_t>(i));
    const std::size_t rows = kato_import_report_rows(report);
    if (rows == 0) return;
    std::size_t len = 0;
    const char* last = kato_import_report_row(report, rows - 1, &len);
    add_total({last, len});
}

void ImportLog::add_total(std::string_view json) {
    const auto row = parse_json(json);
    if (!row) return;
    for (const auto& [name, value] : row->members) {
        const auto number = value.as_uint();
        if (!number) continue;
        // A name of its own: clang 14 cannot capture a structured binding.
        const auto same = [&key = name](const auto& member) { return member.first == key; };
        const auto found = std::find_if(total_.begin(), total_.end(), same);
        if (found != total_.end())
            found->second += *number;
        else
            total_.emplace_back(name, *number);
    }
}

void ImportLog::print_summary() {
    const auto count = [&](int which) { return counts_[static_cast<std::size_t>(which)]; };
    std::string line = counted(count(KATO_COUNT_SOURCES), "source");
    std::string parts;
    for (const auto& [which, word] : {std::pair(KATO_COUNT_SOURCES_NEW, "new"),
                                      std::pair(KATO_COUNT_SOURCES_UPDATED, "updated"),
                                      std::pair(KATO_COUNT_SOURCES_UNCHANGED, "unchanged"),
                                      std::pair(KATO_COUNT_SOURCES_FAILED, "not readable")})
        if (count(which) > 0)
            parts += fmt::format("{}{} {}", parts.empty() ? "" : ", ", count(which), word);
    if (!parts.empty()) line += " (" + parts + ")";
    line += fmt::format(", {}, {}", counted(count(KATO_COUNT_CHATS), "chat"),
                        counted(count(KATO_COUNT_EVENTS), "event"));
    line += explain_ ? ": nothing was imported"
                     : fmt::format(", {} of them new", count(KATO_COUNT_EVENTS_NEW));
    for (const auto& [which, word] : {std::pair(KATO_COUNT_EVENTS_UPDATED, "revised"),
                                      std::pair(KATO_COUNT_EVENTS_VANISHED, "vanished")})
        if (count(which) > 0) line += fmt::format(", {} {}", count(which), word);
    session_.out.write(line + "\n");

    line = fmt::format(
        "{}: {} understood, {} kept as they are", human_bytes(count(KATO_COUNT_SIZE_BYTES)),
        human_bytes(count(KATO_COUNT_PARSED_BYTES)), human_bytes(count(KATO_COUNT_OPAQUE_BYTES)));
    if (count(KATO_COUNT_QUARANTINED_BYTES) > 0)
        line += fmt::format(", {} not readable (set aside, nothing is lost)",
                            human_bytes(count(KATO_COUNT_QUARANTINED_BYTES)));
    if (count(KATO_COUNT_PENDING_BYTES) > 0)
        line += fmt::format(", {} at the end not complete yet",
                            human_bytes(count(KATO_COUNT_PENDING_BYTES)));
    session_.out.write(line + "\n");
}

void ImportLog::finish() {
    progress_.clear();
    if (!session_.json) {
        if (!session_.quiet) print_summary();
        return;
    }
    JsonObject object("total");
    for (const auto& [name, value] : total_) object.add_number(name, value);
    session_.out.write(object.line());
}

} // namespace kato_cli
