// Import, export, sources, blobs and search of an open workspace.
#pragma once

#include "store.h"

namespace binding {

// What an import did, with the exception of one that failed after it had begun. Immutable.
class Report {
public:
    Report(ReportHandle report, kato_status status, py::object failure)
        : report_(std::move(report)), status_(status), failure_(std::move(failure)) {}

    std::uint64_t count(std::int32_t which) const {
        return kato_import_report_count(report_.get(), which);
    }
    bool partial() const { return status_ == KATO_PARTIAL; }
    const py::object& failure() const { return failure_; }
    py::list rows() const;

private:
    ReportHandle report_;
    kato_status status_;
    py::object failure_;
};

// Without a store: what an import would read.
std::unique_ptr<Report> explain_path(const py::object& path, const py::object& format,
                                     const Cancel* cancel, const py::object& progress,
                                     const py::object& row);
std::unique_ptr<Report> import_path(const Store& store, const py::object& path,
                                    const py::object& format, const Cancel* cancel,
                                    const py::object& progress, const py::object& row);

// read(size) -> bytes
std::unique_ptr<Report> import_stream(const Store& store, const py::object& read,
                                      const py::object& name, const py::object& format,
                                      const Cancel* cancel, const py::object& progress,
                                      const py::object& row);

// These give (bytes or None, complete): None when `write` took them, complete is false when ranges
// were purged. `options`: format, flags, kinds, provider, project, after_us, before_us.
py::tuple export_chats(const Store& store, const py::object& chats, const py::dict& options,
                       const py::object& write, const Cancel* cancel, const py::object& progress,
                       const py::object& loss);
py::tuple read_source(const Store& store, const py::object& source, const py::object& write);
py::tuple read_blob(const Store& store, const py::object& sha256, const py::object& write);

// next(name, chat or None) -> bool before each file, False to leave it out; then write(bytes)...
void export_files(const Store& store, const py::object& chats, const py::dict& options,
                  const py::object& next, const py::object& write, const Cancel* cancel,
                  const py::object& progress, const py::object& loss);

// JSON, one text a source.
py::list sources(const Store& store, const py::object& chats);

// (rows, matches, ranked); a row is (chat, title, event, kind, snippet, score, time_us).
py::tuple search(const Store& store, const py::object& query, std::uint64_t limit,
                 std::uint64_t offset, const Cancel* cancel);

} // namespace binding
