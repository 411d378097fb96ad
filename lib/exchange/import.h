// An import from end to end: finding files, detection, reading, accounting, the report.
#pragma once

#include "store/store.h"

#include <array>

namespace kato {

enum class Count : std::uint8_t { // numbered as KATO_COUNT_*
    sources,
    sources_new,
    sources_updated,
    sources_unchanged,
    sources_failed,
    chats,
    events,
    events_new,
    events_updated,
    events_vanished,
    size_bytes,
    parsed_bytes,
    opaque_bytes,
    quarantined_bytes,
    pending_bytes,
    issues,
};
inline constexpr std::size_t k_count_count = 16;

struct ImportReport {
    std::array<std::uint64_t, k_count_count> counts{};
    std::vector<std::string> rows{}; // JSON objects; the last is the total
    bool partial = false;            // see kato_import_path
};

struct ImportOptions {
    std::string format{}; // empty: detect
    std::string name = "-";
    StopFn stop{};
    ProgressFn progress{};
    std::function<Status(const std::string& row)> row{};
};

// Fills up to `size` bytes; 0 is the end.
using Input = std::function<Result<std::size_t>(char* buffer, std::size_t size)>;

// The report is filled as far as the import came, also when the call fails.
Status import_path(Store& store, const std::string& path, const ImportOptions& options,
                   ImportReport& report);
Status import_stream(Store& store, const Input& input, const ImportOptions& options,
                     ImportReport& report);

// The same without a store: what would be read, as which format and why. Nothing is kept.
Status explain_path(const std::string& path, const ImportOptions& options, ImportReport& report);
Status explain_stream(const Input& input, const ImportOptions& options, ImportReport& report);

} // namespace kato
