// kato export: chats in a format of choice, or the original bytes they came from.
#include "command.h"

#include "export_folder.h"
#include "export_options.h"
#include "export_sink.h"
#include "json.h"
#include "progress.h"
#include "signals.h"
#include "text.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>

namespace kato_cli {
namespace {

// A source that becomes a file of its own.
struct Item {
    std::string id;
    WantedName name;
};

// "a/b/log.jsonl.zst" is log with the suffix ".jsonl.zst".
WantedName name_of_source(std::string_view name, const std::string& id) {
    name.remove_prefix(name.rfind('/') + 1); // npos + 1 is 0
    const auto suffix_at = [&](std::size_t end) {
        const std::size_t dot = name.substr(0, end).rfind('.');
        return dot == std::string_view::npos || dot == 0 || end - dot > 8 ? end : dot;
    };
    std::size_t at = suffix_at(name.size());
    const std::string_view last = name.substr(at);
    if (last == ".zst" || last == ".gz" || last == ".xz" || last == ".bz2") at = suffix_at(at);
    const std::string suffix = safe_file_name(name.substr(at), "");
    const bool usable = suffix.starts_with('.') && suffix.size() <= 16;
    return {std::string(name.substr(0, usable ? at : name.size())), usable ? suffix : "", id};
}

class Exporter {
public:
    Exporter(Session& session, const ExportOptions& options, const Store& store)
        : session_(session), options_(options), store_(store), loss_(session, options) {}

    int run();

private:
    int find_chats();
    int find_filtered_chats();
    int chats();
    int originals();
    int list_sources(std::vector<Item>& items, std::uint64_t& absent);
    int to_directory(const std::vector<Item>& items);
    int to_file(const std::vector<std::string>& ids);
    int to_standard_output(const std::vector<std::string>& ids);
    int write(const std::vector<std::string>& ids, ExportSink& sink);
    int finish_file(ExportSink& sink, const std::string& path, const std::string& id);

    Session& session_;
    const ExportOptions& options_;
    const Store& store_;
    LossReport loss_;
    std::vector<std::string> named_{}; // the chats of the command line, each once
};

// Writes these chats (none: all) or this source to the sink; gives the exit code.
int Exporter::write(const std::vector<std::string>& ids, ExportSink& sink) {
    Error error;
    kato_status status = KATO_OK;
    if (options_.original()) {
        status = kato_source_read(store_.get(), ids.front().data(), ids.front().size(),
                                  ExportSink::callback, &sink, nullptr, out(error));
    } else {
        LibraryOptions wanted;
        if (const int code = wanted.fill(session_, options_, ids)) return code;
        Progress progress(session_, "exporting");
        ExportTold told;
        told.loss = &loss_;
        // Two writers on one terminal would only garble each other.
        if (!options_.to_stdout() || !session_.terminal.out) told.progress = &progress;
        told.listen(wanted.filled);
        status = kato_export(store_.get(), &wanted.filled, ExportSink::callback, &sink, nullptr,
                             out(error));
    }
    if (sink.stopped()) return fail(KATO_E_CANCELLED, error);
    if (sink.error() != 0) return failed_write(options_.output, sink.error());
    if (status == KATO_E_USER) return Exit::failed; // standard output's end; finish() says it
    if (status < 0) return fail(status, error);
    if (status == KATO_PARTIAL)
        say_error("parts of the original were purged and read as zero bytes", {}, Exit::partial);
    return exit_code(status, nullptr);
}

int Exporter::finish_file(ExportSink& sink, const std::string& path, const std::string& id) {
    if (const int error = sink.commit()) return failed_write(path, error);
    say_written(session_, path, options_.format, sink.bytes(),
                options_.original() ? "source" : "chat", id);
    return Exit::done;
}

int Exporter::to_standard_output(const std::vector<std::string>& ids) {
    allow_pager(session_);
    ExportSink sink(session_);
    const int code = write(ids, sink);
    const int error = sink.commit();
    return error != 0 ? failed_write("standard output", error) : code;
}

int Exporter::to_file(const std::vector<std::string>& ids) {
    const auto [folder, name] = split_path(options_.output);
    Descriptor directory;
    if (const int error = open_directory(folder, false, directory))
        return failed_write(options_.output, error);
    ExportSink sink(session_);
    if (const int error = sink.open_file(directory.get(), name, true))
        return failed_write(options_.output, error);
    const int code = write(ids, sink);
    if (code != Exit::done && code != Exit::partial) return code;
    const int ended = finish_file(sink, options_.output, ids.size() == 1 ? ids.front() : "");
    return ended != Exit::done ? ended : code;
}

int Exporter::to_directory(const std::vector<Item>& items) {
    std::string folder = options_.output;
    while (folder.size() > 1 && folder.ends_with('/')) folder.pop_back();
    Descriptor directory;
    if (const int error = open_directory(folder, true, directory))
        return failed_write(folder, error);
    std::vector<WantedName> wanted;
    wanted.reserve(items.size());
    for (const Item& item : items) wanted.push_back(item.name);
    const std::vector<std::string> names = unique_file_names(wanted);
    const auto path_of = [&](const std::string& name) {
        return folder == "/" ? "/" + name : folder + "/" + name;
    };
    // Before the first is written: all or none as far as one can see.
    for (const std::string& name : names) {
        struct stat present {};
        if (!options_.force &&
            fstatat(directory.get(), name.c_str(), &present, AT_SYMLINK_NOFOLLOW) == 0)
            return failed_write(path_of(name), EEXIST);
    }
    int result = Exit::done;
    for (std::size_t i = 0; i < items.size(); ++i) {
        if (caught_signal()) return fail(KATO_E_CANCELLED, Error());
        ExportSink sink(session_);
        if (const int error = sink.open_file(directory.get(), names[i], options_.force))
            return failed_write(path_of(names[i]), error);
        const int code = write({items[i].id}, sink);
        if (code != Exit::done && code != Exit::partial) return code;
        if (code != Exit::done) result = code;
        if (const int ended = finish_file(sink, path_of(names[i]), items[i].id)) return ended;
    }
    return result;
}

int Exporter::find_chats() {
    for (const std::string& reference : options_.chats) {
        Chat chat;
        if (const int code = find_chat(store_, reference, chat)) return code;
        const std::string id(text<kato_chat_id>(chat.get()));
        if (std::find(named_.begin(), named_.end(), id) == named_.end()) named_.push_back(id);
    }
    return Exit::done;
}

// Of the named ones, or of all, those that the filters want: for originals, which are no chats.
int Exporter::find_filtered_chats() {
    LibraryOptions wanted;
    if (const int code = wanted.fill(session_, options_, {})) return code;
    kato_chat_filter filter = KATO_CHAT_FILTER_INIT;
    filter.provider = wanted.filled.provider;
    filter.provider_len = wanted.filled.provider_len;
    filter.project = wanted.filled.project;
    filter.project_len = wanted.filled.project_len;
    filter.after_us = wanted.filled.after_us;
    filter.before_us = wanted.filled.before_us;
    std::vector<std::string> found;
    Error error;
    ChatCursor cursor;
    kato_status status = kato_chat_list(store_.get(), &filter, out(cursor), out(error));
    while (status >= 0) {
        Chat chat;
        status = kato_chat_cursor_next(cursor.get(), out(chat), out(error));
        if (status == KATO_DONE) break;
        if (status < 0) break;
        std::string id(text<kato_chat_id>(chat.get()));
        if (options_.chats.empty() || std::find(named_.begin(), named_.end(), id) != named_.end())
            found.push_back(std::move(id));
    }
    if (status < 0) return fail(status, error);
    named_ = std::move(found);
    if (!named_.empty()) return Exit::done;
    say_error("no such chat has an original", {}, Exit::not_found);
    return Exit::not_found;
}

int Exporter::list_sources(std::vector<Item>& items, std::uint64_t& absent) {
    std::vector<const char*> references;
    for (const std::string& chat : named_) references.push_back(chat.c_str());
    SourceCursor cursor;
    Error error;
    kato_status status = kato_source_list(store_.get(), references.data(), references.size(),
                                          out(cursor), out(error));
    while (status >= 0) {
        const char* json = nullptr;
        std::size_t len = 0;
        status = kato_source_cursor_next(cursor.get(), &json, &len, out(error));
        if (status == KATO_DONE) return Exit::done;
        if (status < 0) break;
        const auto source = parse_json({json, len});
        if (!source) continue;
        const std::string id(source->text("id"));
        if (source->truth("retained"))
            items.push_back({id, name_of_source(source->text("name"), id)});
        else
            ++absent;
    }
    return fail(status, error);
}

int Exporter::chats() {
    int code = Exit::done;
    if (options_.to_stdout())
        code = to_standard_output(named_);
    else if (names_directory(options_.output))
        code = export_to_folder(session_, options_, store_, named_, loss_);
    else
        code = to_file(named_);
    if (code != Exit::done) return code;
    return loss_.write();
}

int Exporter::originals() {
    std::vector<Item> items;
    std::uint64_t absent = 0;
    if (const int code = list_sources(items, absent)) return code;
    if (items.empty()) {
        say_error(absent > 0 ? "the original's bytes are not in this workspace"
                             : "there is no original: nothing of this was imported",
                  "kato export writes what there is, in other formats", Exit::not_found);
        return Exit::not_found;
    }
    struct stat present {};
    const bool there = !options_.to_stdout() && stat(options_.output.c_str(), &present) == 0;
    const bool several = items.size() > 1;
    int code = Exit::done;
    if (several && (options_.to_stdout() || (there && !S_ISDIR(present.st_mode))))
        return usage_error(fmt::format("there are {} originals", items.size()),
                           "give a directory for them: -o DIR");
    if (options_.to_stdout())
        code = to_standard_output({items.front().id});
    else if (several || names_directory(options_.output))
        code = to_directory(items);
    else
        code = to_file({items.front().id});
    if (code == Exit::done && absent > 0) {
        say_error(fmt::format("{} more originals are not in this workspace", absent), {},
                  Exit::partial);
        return Exit::partial;
    }
    return code;
}

int Exporter::run() {
    if (const int code = find_chats()) return code;
    if (!options_.original()) return chats();
    if (options_.filtered()) {
        if (const int code = find_filtered_chats()) return code;
    }
    return originals();
}

int run_export(Session& session, const ExportOptions& options) {
    if (const int code = check_format_options(options)) return code;
    if (options.chats.empty() && !options.all && !options.filtered())
        return usage_error("which chats?", "name some (kato chat list shows them), or give --all");
    if (!options.chats.empty() && options.all)
        return usage_error("--all and the names of chats exclude each other");
    Store store;
    if (const int code = open_workspace(session, Access::read, store)) return code;
    return Exporter(session, options, store).run();
}

} // namespace

void add_export(Command program, Session& session) {
    add_command<ExportOptions>(
        program, session, "export", "Write chats to standard output or to files",
        "  kato export --all > backup.jsonl             everything, for kato import\n"
        "  kato export 3f2a9c01 --format markdown       one chat, to read\n"
        "  kato export --all --format html -o pages/    a page for each chat, and index.html\n"
        "  kato export --project garden --after 2026-01-01 --format markdown --no-tools\n"
        "  kato export 3f2a9c01 --format original -o log.jsonl    the imported file, byte for "
        "byte\n"
        "\n"
        "Files are readable by you alone, appear when they are complete, and never go through a\n"
        "link. In a directory nothing is replaced without --force.\n",
        [](Command& command, ExportOptions& options) {
            command.arguments("CHAT", options.chats, "An id, the beginning of one, or a title");
            command.flag("--all", options.all, "Every chat");
            command.option("--format", options.format, "NAME",
                           "kato (default), html, markdown, json, ...: kato formats lists them");
            command.option("-o,--output", options.output, "FILE|DIR",
                           "A file, or a directory (it exists, or ends with /) for a file each; - "
                           "is standard output");
            command.option("--provider", options.provider, "NAME",
                           "Only chats imported from this format");
            command.option("--project", options.project, "TEXT",
                           "Only chats whose project contains this text");
            command.option("--after", options.after, "WHEN",
                           "Only chats changed at or after this time");
            command.option("--before", options.before, "WHEN",
                           "Only chats created before this time");
            command.option("--kinds", options.kinds, "LIST",
                           "Only these kinds of events: user.message,assistant.message,...");
            command.flag("--no-thinking", options.no_thinking, "Without the model's thinking");
            command.flag("--no-tools", options.no_tools, "Without tool calls and their results");
            command.flag("--head-only", options.head_only,
                         "The current branch only (html, json, markdown)");
            command.flag("--hidden", options.hidden,
                         "Also what the provider did not show (html, markdown, openai-messages)");
            command.flag("--no-blobs", options.no_blobs,
                         "Attachments' hashes only (html, json, kato, openai-messages)");
            command.option("--loss-report", options.loss_report, "FILE",
                           "What the export does not carry, as JSON; - says it on standard error");
            command.flag("--force", options.force, "Replace files in the directory");
        },
        run_export);
}

} // namespace kato_cli
