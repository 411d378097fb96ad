// kato/codec.h: import and its report.
#include "arguments.h"
#include "handle.h"

#include "exchange/import.h"

#include <kato/codec.h>

using namespace kato;
using namespace kato::capi;

struct kato_import_report {
    ImportReport report;
};

// The report's numbers are handed out by position.
static_assert(static_cast<int>(Count::sources) == KATO_COUNT_SOURCES);
static_assert(static_cast<int>(Count::sources_failed) == KATO_COUNT_SOURCES_FAILED);
static_assert(static_cast<int>(Count::chats) == KATO_COUNT_CHATS);
static_assert(static_cast<int>(Count::events_vanished) == KATO_COUNT_EVENTS_VANISHED);
static_assert(static_cast<int>(Count::size_bytes) == KATO_COUNT_SIZE_BYTES);
static_assert(static_cast<int>(Count::issues) == KATO_COUNT_ISSUES);
static_assert(k_count_count == KATO_COUNT_ISSUES + 1);

namespace {

Result<ImportOptions> read_options(const kato_import_options& given, Reentry& reentry) {
    ImportOptions options;
    KATO_TRY(options.format, optional_text(given.format, given.format_len, "format"));
    KATO_TRY(const std::string_view name, optional_text(given.name, given.name_len, "name"));
    if (!name.empty()) options.name = name;
    options.stop = stop_by(given.cancel);
    options.progress = progress_to(reentry, given.progress, given.user_data);
    if (given.row != nullptr) {
        options.row = [&reentry, row = given.row, data = given.user_data](const std::string& json) {
            return call_back(reentry, [&] { return row(data, json.c_str(), json.size()); });
        };
    }
    return options;
}

Input input_from(Reentry& reentry, kato_read_fn read, void* user_data) {
    return [&reentry, read, user_data](char* buffer, std::size_t size) -> Result<std::size_t> {
        std::size_t got = 0;
        KATO_CHECK(call_back(reentry, [&] { return read(user_data, buffer, size, &got); }));
        if (got > size) return misuse("the read callback gave more bytes than there was room for");
        return got;
    };
}

// The report is handed out beside an error too, except for those that say nothing was begun.
Return hand_out(std::unique_ptr<kato_import_report> report, const Status& status,
                kato_import_report** out) {
    if (!status.ok() &&
        (status.error().code == Code::misuse || status.error().code == Code::no_memory))
        return status.error();
    const bool partial = report->report.partial;
    *out = report.release();
    if (!status.ok()) return status.error();
    return partial ? KATO_PARTIAL : KATO_OK;
}

} // namespace

kato_status kato_import_path(kato_store* store, const char* path, size_t path_len,
                             const kato_import_options* options, kato_import_report** out,
                             kato_error** error) {
    const kato_import_options given = copy_options(options);
    const UserData owned(given.user_data, given.destroy);
    return guard_out(__func__, error, out, [&]() -> Return {
        KATO_TRY(const OpenStorePtr open, enter(store));
        KATO_CHECK(check_options(options));
        KATO_TRY(const std::string from, path_argument(path, path_len, "path"));
        KATO_TRY(const ImportOptions wanted, read_options(given, open->reentry));
        auto report = std::make_unique<kato_import_report>();
        const Status status = import_path(*open->store, from, wanted, report->report);
        return hand_out(std::move(report), status, out);
    });
}

kato_status kato_import_stream(kato_store* store, kato_read_fn read, void* read_data,
                               kato_destroy_fn read_destroy, const kato_import_options* options,
                               kato_import_report** out, kato_error** error) {
    const UserData owned_input(read_data, read_destroy);
    const kato_import_options given = copy_options(options);
    const UserData owned(given.user_data, given.destroy);
    return guard_out(__func__, error, out, [&]() -> Return {
        KATO_TRY(const OpenStorePtr open, enter(store));
        if (read == nullptr) return misuse("`read` is required");
        KATO_CHECK(check_options(options));
        KATO_TRY(const ImportOptions wanted, read_options(given, open->reentry));
        auto report = std::make_unique<kato_import_report>();
        const Status status = import_stream(
            *open->store, input_from(open->reentry, read, read_data), wanted, report->report);
        return hand_out(std::move(report), status, out);
    });
}

kato_status kato_import_explain_path(const char* path, size_t path_len,
                                     const kato_import_options* options, kato_import_report** out,
                                     kato_error** error) {
    const kato_import_options given = copy_options(options);
    const UserData owned(given.user_data, given.destroy);
    return guard_out(__func__, error, out, [&]() -> Return {
        KATO_CHECK(check_options(options));
        KATO_TRY(const std::string from, path_argument(path, path_len, "path"));
        Reentry reentry; // there is no store that a callback could be inside of
        KATO_TRY(const ImportOptions wanted, read_options(given, reentry));
        auto report = std::make_unique<kato_import_report>();
        const Status status = explain_path(from, wanted, report->report);
        return hand_out(std::move(report), status, out);
    });
}

kato_status kato_import_explain_stream(kato_read_fn read, void* read_data,
                                       kato_destroy_fn read_destroy,
                                       const kato_import_options* options, kato_import_report** out,
                                       kato_error** error) {
    const UserData owned_input(read_data, read_destroy);
    const kato_import_options given = copy_options(options);
    const UserData owned(given.user_data, given.destroy);
    return guard_out(__func__, error, out, [&]() -> Return {
        if (read == nullptr) return misuse("`read` is required");
        KATO_CHECK(check_options(options));
        Reentry reentry;
        KATO_TRY(const ImportOptions wanted, read_options(given, reentry));
        auto report = std::make_unique<kato_import_report>();
        const Status status =
            explain_stream(input_from(reentry, read, read_data), wanted, report->report);
        return hand_out(std::move(report), status, out);
    });
}

uint64_t kato_import_report_count(const kato_import_report* report, int32_t which) {
    if (report == nullptr || which < 0) return 0;
    const auto index = static_cast<std::size_t>(which);
    return index < report->report.counts.size() ? report->report.counts[index] : 0;
}

size_t kato_import_report_rows(const kato_import_report* report) {
    return report != nullptr ? report->report.rows.size() : 0;
}

const char* kato_import_report_row(const kato_import_report* report, size_t index, size_t* len) {
    const bool there = report != nullptr && index < report->report.rows.size();
    return give(there ? std::string_view(report->report.rows[index]) : std::string_view(), len);
}

void kato_import_report_free(kato_import_report* report) {
    const std::unique_ptr<kato_import_report> owned(report);
}
