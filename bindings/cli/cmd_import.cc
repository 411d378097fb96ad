// kato import: files, directories or standard input.
#include "command.h"

#include "import_report.h"
#include "signals.h"

#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

namespace kato_cli {
namespace {

struct ImportOptions {
    std::vector<std::string> inputs;
    std::string format;
    std::string name;
    bool verbose = false;
    bool explain = false;
};

struct Standard {
    int error = 0;
};

kato_status read_standard(void* data, void* buffer, std::size_t size, std::size_t* got) {
    while (true) {
        const ssize_t count = read(0, buffer, size);
        if (count >= 0) {
            *got = static_cast<std::size_t>(count);
            return KATO_OK;
        }
        if (caught_signal()) return KATO_E_CANCELLED;
        if (errno == EINTR) continue;
        static_cast<Standard*>(data)->error = errno;
        return KATO_E_USER;
    }
}

struct Receiver {
    Session* session;
    ImportLog* log;
};

kato_status take_row(void* data, const char* json, std::size_t len) {
    const auto* receiver = static_cast<Receiver*>(data);
    receiver->log->row({json, len});
    return receiver->session->out.failed() ? KATO_E_USER : KATO_OK;
}

kato_status take_progress(void* data, std::uint64_t done, std::uint64_t total, const char* what) {
    static_cast<Receiver*>(data)->log->progress().update(done, total, what);
    return KATO_OK;
}

// One input into the store, or none when it is only explained; gives its exit code.
int import_one(Session& session, const Store* store, const ImportOptions& options,
               const std::string& input, ImportLog& log) {
    Receiver receiver{&session, &log};
    kato_import_options wanted = KATO_IMPORT_OPTIONS_INIT;
    wanted.format = options.format.data();
    wanted.format_len = options.format.size();
    wanted.cancel = session.cancel.get();
    wanted.progress = take_progress;
    wanted.row = take_row;
    wanted.user_data = &receiver;

    ImportReport report;
    Error error;
    Standard standard;
    kato_status status = KATO_OK;
    struct stat info {};
    const bool directory = input != "-" && stat(input.c_str(), &info) == 0 && S_ISDIR(info.st_mode);
    log.begin_input(!directory);
    if (input == "-") {
        wanted.name = options.name.data();
        wanted.name_len = options.name.size();
        status = store != nullptr ? kato_import_stream(store->get(), read_standard, &standard,
                                                       nullptr, &wanted, out(report), out(error))
                                  : kato_import_explain_stream(read_standard, &standard, nullptr,
                                                               &wanted, out(report), out(error));
    } else if (store != nullptr) {
        status = kato_import_path(store->get(), input.data(), input.size(), &wanted, out(report),
                                  out(error));
    } else {
        status =
            kato_import_explain_path(input.data(), input.size(), &wanted, out(report), out(error));
    }
    log.clear_progress();
    if (report) log.add(report.get());
    if (standard.error != 0) {
        say_error(fmt::format("cannot read standard input: {}", std::strerror(standard.error)), {});
        return Exit::failed;
    }
    if (status == KATO_E_USER) return Exit::failed; // standard output's end; finish() says it
    if (status < 0) return fail(status, error, {}, {}, log.failed_at());
    return exit_code(status, nullptr);
}

// Nothing to import is no reason to make a workspace.
int check_inputs(const Session& session, const ImportOptions& options) {
    if (options.inputs.empty() && session.terminal.in)
        return usage_error("nothing to import",
                           "name files or directories (kato import ~/.claude/projects), or pipe "
                           "something in; - reads from the terminal");
    int code = Exit::done;
    for (const std::string& input : options.inputs) {
        if (input == "-" || access(input.c_str(), F_OK) == 0 || errno != ENOENT) return Exit::done;
        code = Exit::not_found;
    }
    if (code == Exit::not_found) {
        for (const std::string& input : options.inputs)
            say_error(fmt::format("there is no file {}", input), {}, code);
    }
    return code;
}

int run_import(Session& session, const ImportOptions& options) {
    if (const int code = check_inputs(session, options)) return code;
    std::vector<std::string> inputs = options.inputs;
    if (inputs.empty()) inputs.emplace_back("-");
    if (!options.name.empty() && std::find(inputs.begin(), inputs.end(), "-") == inputs.end())
        return usage_error("--name is for standard input; files have names");
    Store store;
    if (!options.explain)
        if (const int code = open_workspace(session, Access::create, store)) return code;

    ImportLog log(session, options.verbose, options.explain);
    int first_failure = Exit::done;
    std::size_t failures = 0;
    bool stopped = false;
    for (const std::string& input : inputs) {
        const int code =
            import_one(session, options.explain ? nullptr : &store, options, input, log);
        if (code != Exit::done && code != Exit::partial) ++failures;
        if (code != Exit::done && first_failure == Exit::done) first_failure = code;
        stopped =
            caught_signal() || session.out.failed() || code == Exit::damaged || code == Exit::usage;
        if (stopped) {
            first_failure = code;
            break;
        }
    }
    log.finish();
    // Some of the inputs were imported, some were not: partly done.
    const bool mixed = failures > 0 && failures < inputs.size();
    return mixed && !stopped ? Exit::partial : first_failure;
}

} // namespace

void add_import(Command program, Session& session) {
    add_command<ImportOptions>(
        program, session, "import", "Import conversations that other programs have kept",
        "  kato import ~/.claude/projects ~/.codex/sessions\n"
        "  kato import backup.jsonl                 what kato export has written\n"
        "  kato import chatgpt-export.zip           archives, too\n"
        "  kato import --explain conversations.json what it is, without importing it\n"
        "  ssh laptop cat log.jsonl | kato import\n"
        "  kato import ~/.claude/projects --json | jq -c 'select(.type == \"issue\")'\n"
        "\n"
        "Importing again adds what is new and changes nothing else. Every byte is kept; what\n"
        "could not be read is reported and the exit code is then 6.\n",
        [](Command& command, ImportOptions& options) {
            command.arguments("FILE", options.inputs,
                              "Files, directories with all that is in them, or - for standard "
                              "input, which is also the default");
            command.option("--format", options.format, "NAME",
                           "Read as this format (kato formats lists them); default: found from "
                           "the content");
            command.option("--name", options.name, "NAME",
                           "What to call standard input in the report");
            command.flag("--explain", options.explain,
                         "Only say what would be read, as which format and why; opens no "
                         "workspace and writes nothing");
            command.flag("-v,--verbose", options.verbose,
                         "Also list what is unchanged, and records that were kept without being "
                         "understood");
        },
        run_import);
}

} // namespace kato_cli
