// Import, export, sources, blobs and search of an open workspace.
#include "exchange.h"

#include "fields.h"
#include "text.h"

#include <vector>

namespace binding {

namespace {

kato_import_options import_options(const TextArgument& format, const Cancel* cancel, Told& told) {
    kato_import_options options = KATO_IMPORT_OPTIONS_INIT;
    options.format = format.data();
    options.format_len = format.size();
    options.cancel = token(cancel);
    options.progress = &Told::tell_progress;
    options.row = &Told::tell_row;
    options.user_data = &told;
    return options;
}

// The report is there beside most errors; the front attaches it to the exception.
std::unique_ptr<Report> finish_import(const Call& call, ReportHandle report, kato_status status,
                                      const ErrorSlot& error) {
    call.rethrow();
    if (!report) {
        error.check(status);
        throw_misuse("the import gave no report");
    }
    py::object failure = status < 0 ? error.exception(status) : py::object(py::none());
    return std::make_unique<Report>(std::move(report), status, std::move(failure));
}

py::tuple finish_output(const Call& call, const Sink& sink, kato_status status,
                        const ErrorSlot& error) {
    const bool complete = call.finish(status, error) != KATO_PARTIAL;
    return py::make_tuple(sink.result(), complete);
}

} // namespace

py::list Report::rows() const {
    const std::size_t count = kato_import_report_rows(report_.get());
    py::list made(count);
    for (std::size_t i = 0; i < count; ++i) {
        std::size_t size = 0;
        const char* json = kato_import_report_row(report_.get(), i, &size);
        made[i] = to_str({json, size});
    }
    return made;
}

std::unique_ptr<Report> import_path(const Store& store, const py::object& path,
                                    const py::object& format, const Cancel* cancel,
                                    const py::object& progress, const py::object& row) {
    const StoreHandle handle = store.use();
    const TextArgument path_bytes(path);
    const TextArgument format_text(format);
    Call call;
    Told told{Progress(call, progress), call, row};
    const kato_import_options options = import_options(format_text, cancel, told);
    kato_import_report* made = nullptr;
    ErrorSlot error;
    const kato_status status = without_gil([&] {
        return kato_import_path(handle.get(), path_bytes.data(), path_bytes.size(), &options, &made,
                                error.out());
    });
    return finish_import(call, ReportHandle(made), status, error);
}

std::unique_ptr<Report> explain_path(const py::object& path, const py::object& format,
                                     const Cancel* cancel, const py::object& progress,
                                     const py::object& row) {
    const TextArgument path_bytes(path);
    const TextArgument format_text(format);
    Call call;
    Told told{Progress(call, progress), call, row};
    const kato_import_options options = import_options(format_text, cancel, told);
    kato_import_report* made = nullptr;
    ErrorSlot error;
    const kato_status status = without_gil([&] {
        return kato_import_explain_path(path_bytes.data(), path_bytes.size(), &options, &made,
                                        error.out());
    });
    return finish_import(call, ReportHandle(made), status, error);
}

std::unique_ptr<Report> import_stream(const Store& store, const py::object& read,
                                      const py::object& name, const py::object& format,
                                      const Cancel* cancel, const py::object& progress,
                                      const py::object& row) {
    const StoreHandle handle = store.use();
    const TextArgument name_text(name);
    const TextArgument format_text(format);
    Call call;
    Feed feed(call, read);
    Told told{Progress(call, progress), call, row};
    kato_import_options options = import_options(format_text, cancel, told);
    options.name = name_text.data();
    options.name_len = name_text.size();
    kato_import_report* made = nullptr;
    ErrorSlot error;
    const kato_status status = without_gil([&] {
        return kato_import_stream(handle.get(), &Feed::call, &feed, nullptr, &options, &made,
                                  error.out());
    });
    return finish_import(call, ReportHandle(made), status, error);
}

namespace {

// The options of an export that Python passes as a dict, with what they lie in.
class ExportOptions {
public:
    ExportOptions(const py::object& chats, const py::dict& values, const Cancel* cancel, Told& told)
        : chats_(chats, "a chat reference"),
          kinds_(values.contains("kinds") ? py::object(values["kinds"]) : py::object(py::none()),
                 "a kind"),
          fields_(values) {
        fields_.text("format", options.format, options.format_len);
        fields_.text("provider", options.provider, options.provider_len);
        fields_.text("project", options.project, options.project_len);
        fields_.number("flags", options.flags);
        fields_.number("after_us", options.after_us);
        fields_.number("before_us", options.before_us);
        options.chats = chats_.data();
        options.chat_count = chats_.size();
        options.kinds = kinds_.data();
        options.kind_count = kinds_.size();
        options.cancel = token(cancel);
        options.progress = &Told::tell_progress;
        options.loss = told.row.is_none() ? nullptr : &Told::tell_row;
        options.user_data = &told;
    }
    ExportOptions(const ExportOptions&) = delete;
    ExportOptions& operator=(const ExportOptions&) = delete;

    kato_export_options options = KATO_EXPORT_OPTIONS_INIT;

private:
    Texts chats_;
    Texts kinds_;
    Fields fields_;
};

} // namespace

py::tuple export_chats(const Store& store, const py::object& chats, const py::dict& values,
                       const py::object& write, const Cancel* cancel, const py::object& progress,
                       const py::object& loss) {
    const StoreHandle handle = store.use();
    Call call;
    Told told{Progress(call, progress), call, loss};
    const ExportOptions given(chats, values, cancel, told);
    Sink sink(call, write);
    ErrorSlot error;
    const kato_status status = without_gil([&] {
        return kato_export(handle.get(), &given.options, &Sink::call, &sink, nullptr, error.out());
    });
    return finish_output(call, sink, status, error);
}

void export_files(const Store& store, const py::object& chats, const py::dict& values,
                  const py::object& next, const py::object& write, const Cancel* cancel,
                  const py::object& progress, const py::object& loss) {
    const StoreHandle handle = store.use();
    Call call;
    Told told{Progress(call, progress), call, loss};
    const ExportOptions given(chats, values, cancel, told);
    Files files(call, next, write);
    ErrorSlot error;
    const kato_status status = without_gil([&] {
        return kato_export_files(handle.get(), &given.options, &Files::next, &Files::write, &files,
                                 nullptr, error.out());
    });
    call.finish(status, error);
}

py::tuple read_source(const Store& store, const py::object& source, const py::object& write) {
    const StoreHandle handle = store.use();
    const TextArgument text = TextArgument::required(source);
    Call call;
    Sink sink(call, write);
    ErrorSlot error;
    const kato_status status = without_gil([&] {
        return kato_source_read(handle.get(), text.data(), text.size(), &Sink::call, &sink, nullptr,
                                error.out());
    });
    return finish_output(call, sink, status, error);
}

py::tuple read_blob(const Store& store, const py::object& sha256, const py::object& write) {
    const StoreHandle handle = store.use();
    const TextArgument text = TextArgument::required(sha256);
    Call call;
    Sink sink(call, write);
    ErrorSlot error;
    const kato_status status = without_gil([&] {
        return kato_blob_read(handle.get(), text.data(), text.size(), &Sink::call, &sink, nullptr,
                              error.out());
    });
    return finish_output(call, sink, status, error);
}

py::list sources(const Store& store, const py::object& chats) {
    const StoreHandle handle = store.use();
    const Texts references(chats, "a chat reference");
    std::vector<std::string> rows;
    ErrorSlot error;
    const kato_status status = without_gil([&] {
        kato_source_cursor* cursor = nullptr;
        kato_status step = kato_source_list(handle.get(), references.data(), references.size(),
                                            &cursor, error.out());
        const SourceCursorHandle owner(cursor);
        while (step == KATO_OK) {
            const char* json = nullptr;
            std::size_t size = 0;
            step = kato_source_cursor_next(cursor, &json, &size, error.out());
            if (step == KATO_OK) {
                rows.emplace_back(json, size);
            }
        }
        return step;
    });
    error.check(status);
    py::list made;
    for (const std::string& row : rows) {
        made.append(to_str(row));
    }
    return made;
}

py::tuple search(const Store& store, const py::object& query, std::uint64_t limit,
                 std::uint64_t offset, const Cancel* cancel) {
    const StoreHandle handle = store.use();
    const TextArgument text = TextArgument::required(query);
    kato_search_options options = KATO_SEARCH_OPTIONS_INIT;
    options.limit = limit;
    options.offset = offset;
    options.cancel = token(cancel);
    kato_search_cursor* made = nullptr;
    ErrorSlot error;
    error.check(without_gil([&] {
        return kato_search(handle.get(), text.data(), text.size(), &options, &made, error.out());
    }));
    const SearchHandle cursor(made);
    py::list hits;
    for (;;) {
        const kato_status status = without_gil([&] { return kato_search_next(made, error.out()); });
        if (error.check(status) != KATO_OK) {
            break;
        }
        hits.append(
            py::make_tuple(get_text(kato_search_chat, made), get_text(kato_search_title, made),
                           get_text(kato_search_event, made), get_text(kato_search_kind, made),
                           get_text(kato_search_snippet, made), kato_search_score(made),
                           to_optional_us(kato_search_time_us(made))));
    }
    return py::make_tuple(hits, kato_search_matches(made), get_text(kato_search_ranked, made));
}

} // namespace binding
