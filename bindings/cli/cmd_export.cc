// kato export: chats in a format of choice, or the original bytes they came from.
#include "command.h"

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
#include <cstring>
#include <tuple>

namespace kato_cli {
namespace {

struct ExportOptions {
    std::vector<std::string> chats;
    std::string format = "kato";
    std::string output;
    bool all = false;
    bool no_blobs = false;
    bool head_only = false;
    bool hidden = false;
    bool force = false;

    bool to_stdout() const { return output.empty() || output == "-"; }
    bool original() const { return format == "original"; }
};

// What becomes one file: a chat, or a source for "original".
struct Item {
    std::string id;
    WantedName name;
};

std::string suffix_of_format(const std::string& format) {
    if (format == "kato") return ".jsonl";
    if (format == "markdown") return ".md";
    if (format == "html") return ".html";
    return ".txt";
}

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

int failed_write(const std::string& path, int error) {
    std::string hint;
    if (error == EEXIST) hint = "--force replaces it";
    if (error == ENOENT)
        hint = "the directory must be there; only the last part of -o DIR/ is made";
    const int code = error == EACCES || error == EPERM || error == EROFS ? Exit::denied
                     : error == ENOENT                                   ? Exit::not_found
                                                                         : Exit::failed;
    say_error(fmt::format("cannot write {}: {}", path, std::strerror(error)), hint, code);
    return code;
}

class Exporter {
public:
    Exporter(Session& session, const ExportOptions& options, const Store& store)
        : session_(session), options_(options), store_(store) {}

    int run();

private:
    int find_chats();
    int chats();
    int originals();
    int list_chats(std::vector<Item>& items);
    int list_sources(std::vector<Item>& items, std::uint64_t& absent);
    int to_directory(const std::vector<Item>& items);
    int to_file(const std::vector<std::string>& ids);
    int to_standard_output(const std::vector<std::string>& ids);
    int write(const std::vector<std::string>& ids, ExportSink& sink);
    int finish_file(ExportSink& sink, const std::string& path, const std::string& id);

    Session& session_;
    const ExportOptions& options_;
    const Store& store_;
    std::vector<Item> named_{}; // the chats of the command line, each once
};

// Writes these chats (none: all) or this source to the sink; gives the exit code.
int Exporter::write(const std::vector<std::string>& ids, ExportSink& sink) {
    Error error;
    kato_status status = KATO_OK;
    if (options_.original()) {
        status = kato_source_read(store_.get(), ids.front().data(), ids.front().size(),
                                  ExportSink::callback, &sink, nullptr, out(error));
    } else {
        std::vector<const char*> references;
        references.reserve(ids.size());
        for (const std::string& id : ids) references.push_back(id.c_str());
        Progress progress(session_, "exporting");
        kato_export_options wanted = KATO_EXPORT_OPTIONS_INIT;
        wanted.format = options_.format.data();
        wanted.format_len = options_.format.size();
        wanted.chats = references.empty() ? nullptr : references.data();
        wanted.chat_count = references.size();
        wanted.cancel = session_.cancel.get();
        // Two writers on one terminal would only garble each other.
        if (!options_.to_stdout() || !session_.terminal.out) {
            wanted.progress = Progress::callback;
            wanted.user_data = &progress;
        }
        if (options_.no_blobs) wanted.flags |= KATO_EXPORT_NO_BLOBS;
        if (options_.head_only) wanted.flags |= KATO_EXPORT_HEAD_PATH;
        if (options_.hidden) wanted.flags |= KATO_EXPORT_HIDDEN;
        status =
            kato_export(store_.get(), &wanted, ExportSink::callback, &sink, nullptr, out(error));
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
    if (session_.json) {
        JsonObject object("file");
        object.add("path", path).add("format", options_.format).add_number("bytes", sink.bytes());
        object.add_text_or_null(options_.original() ? "source" : "chat", id);
        session_.out.write(object.line());
    } else {
        say(fmt::format("wrote {} ({})", path, human_bytes(sink.bytes())));
    }
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

Item item_of(const kato_chat* chat, const std::string& format) {
    const std::string id(text<kato_chat_id>(chat));
    return {id, {std::string(text<kato_chat_title>(chat)), suffix_of_format(format), id}};
}

int Exporter::find_chats() {
    for (const std::string& reference : options_.chats) {
        Chat chat;
        if (const int code = find_chat(store_, reference, chat)) return code;
        const auto same = [&](const Item& item) {
            return item.id == text<kato_chat_id>(chat.get());
        };
        if (std::find_if(named_.begin(), named_.end(), same) == named_.end())
            named_.push_back(item_of(chat.get(), options_.format));
    }
    return Exit::done;
}

int Exporter::list_chats(std::vector<Item>& items) {
    if (!options_.all) {
        items = named_;
        return Exit::done;
    }
    Error error;
    ChatCursor cursor;
    kato_status status = kato_chat_list(store_.get(), nullptr, out(cursor), out(error));
    while (status >= 0) {
        Chat chat;
        status = kato_chat_cursor_next(cursor.get(), out(chat), out(error));
        if (status == KATO_DONE) return Exit::done;
        if (status >= 0) items.push_back(item_of(chat.get(), options_.format));
    }
    return fail(status, error);
}

int Exporter::list_sources(std::vector<Item>& items, std::uint64_t& absent) {
    std::vector<const char*> references;
    for (const Item& chat : named_) references.push_back(chat.id.c_str());
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
    std::vector<std::string> ids;
    for (const Item& chat : named_) ids.push_back(chat.id);
    if (options_.to_stdout()) return to_standard_output(ids);
    if (!names_directory(options_.output)) return to_file(ids);
    std::vector<Item> items;
    if (const int code = list_chats(items)) return code;
    return to_directory(items);
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
    return options_.original() ? originals() : chats();
}

// What a format does not know would be ignored without a word.
int check_format_options(const ExportOptions& options) {
    for (const auto& [given, option, format] :
         {std::tuple(options.no_blobs, "--no-blobs", "kato"),
          std::tuple(options.head_only, "--head-only", "markdown"),
          std::tuple(options.hidden, "--hidden", "markdown")})
        if (given && options.format != format)
            return usage_error(fmt::format("{} is for the format {} only", option, format),
                               fmt::format("add --format {}, or leave {} out", format, option));
    return Exit::done;
}

int run_export(Session& session, const ExportOptions& options) {
    if (const int code = check_format_options(options)) return code;
    if (options.chats.empty() && !options.all)
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
        "  kato export --all --format markdown -o notes/    a file for each chat\n"
        "  kato export 3f2a9c01 --format original -o log.jsonl    the imported file, byte for "
        "byte\n"
        "\n"
        "Files are readable by you alone, appear when they are complete, and never go through a\n"
        "link. In a directory nothing is replaced without --force.\n",
        [](Command& command, ExportOptions& options) {
            command.arguments("CHAT", options.chats, "An id, the beginning of one, or a title");
            command.flag("--all", options.all, "Every chat");
            command.option("--format", options.format, "NAME",
                           "kato (default), markdown, original, ...: kato formats lists them");
            command.option("-o,--output", options.output, "FILE|DIR",
                           "A file, or a directory (it exists, or ends with /) for a file each; - "
                           "is standard output");
            command.flag("--no-blobs", options.no_blobs, "Attachments' hashes only (kato)");
            command.flag("--head-only", options.head_only, "The current branch only (markdown)");
            command.flag("--hidden", options.hidden,
                         "Also what the provider did not show (markdown)");
            command.flag("--force", options.force, "Replace files in the directory");
        },
        run_export);
}

} // namespace kato_cli
