// kato doctor: is the workspace whole?
#include "command.h"

#include "json.h"
#include "progress.h"
#include "text.h"

#include <fmt/format.h>

#include <algorithm>

namespace kato_cli {
namespace {

struct DoctorOptions {
    bool reindex = false;
};

int reindex(Session& session, const Store& store) {
    Progress progress(session, "indexing");
    Error error;
    const kato_status status = kato_store_reindex(
        store.get(), session.cancel.get(), Progress::callback, &progress, nullptr, out(error));
    progress.clear();
    if (status < 0) return fail(status, error);
    say("built the search index anew");
    return Exit::done;
}

void print_checks(Session& session, const Json& checks) {
    const bool colour = session.terminal.out_colour;
    std::size_t column = 0;
    for (const Json& check : checks.items) column = std::max(column, width(check.text("name")));
    for (const Json& check : checks.items) {
        if (session.json) {
            session.out.write("{\"type\":\"check\"," + json_safe(check.raw).substr(1) + "\n");
            continue;
        }
        const bool good = check.truth("ok");
        std::string facts = fmt::format("{} checked", check.number("checked"));
        if (!good) facts += ": " + visible_line(check.text("problem"));
        session.out.write(fmt::format(
            "{}  {}  {}\n", styled(colour, good ? k_green : k_red, good ? "ok     " : "DAMAGED"),
            pad(visible_line(check.text("name")), column), facts));
    }
}

int verify(Session& session, const Store& store) {
    Buffer buffer;
    Error error;
    kato_status status = KATO_OK;
    {
        Progress progress(session, "checking");
        status = kato_store_verify(store.get(), session.cancel.get(), Progress::callback, &progress,
                                   nullptr, out(buffer), out(error));
    }
    if (status < 0) return fail(status, error);
    const auto report = parse_json(text(buffer));
    const Json* checks = report ? report->find("checks") : nullptr;
    if (!checks) {
        say_error("the library's report cannot be read", {});
        return Exit::failed;
    }
    print_checks(session, *checks);
    const bool good = status == KATO_OK && report->truth("ok");
    if (session.json) {
        JsonObject object("doctor");
        object.add("path", workspace_path(session)).add_bool("ok", good);
        session.out.write(object.line());
    }
    if (good) return Exit::done;
    session.out.flush();
    say_error("the workspace is damaged",
              "export what can be read (kato export --all), and keep a copy of the directory; an "
              "index alone is repaired by kato doctor --reindex",
              Exit::damaged);
    return Exit::damaged;
}

int run_doctor(Session& session, const DoctorOptions& options) {
    Store store;
    const Access access = options.reindex ? Access::write : Access::read;
    if (const int code = open_workspace(session, access, store)) return code;
    if (!session.json) say(fmt::format("workspace {}", workspace_path(session)));
    if (options.reindex)
        if (const int code = reindex(session, store)) return code;
    return verify(session, store);
}

} // namespace

void add_doctor(Command program, Session& session) {
    add_command<DoctorOptions>(
        program, session, "doctor", "Check that the workspace is whole",
        "  kato doctor                the database, every reference, every hash, the index\n"
        "  kato doctor --reindex      builds the search index anew first\n"
        "  kato doctor || test $? -ne 5 || echo damaged\n",
        [](Command& command, DoctorOptions& options) {
            command.flag("--reindex", options.reindex,
                         "Build the search index anew; it holds nothing that is not in the store");
        },
        run_doctor);
}

} // namespace kato_cli
