// kato audit: the log of what agents were granted, tried and produced.
#include "command.h"

#include "json.h"
#include "text.h"

#include <kato/agent.h>

#include <deque>

#include <fmt/format.h>

namespace kato_cli {
namespace {

struct AuditOptions {
    std::string run;
    std::uint64_t last = 0; // 0: all
};

// Shows records as they come, or the last of them.
struct Records {
    Session& session;
    std::uint64_t last;
    std::string rest{};
    std::deque<std::string> held{};

    void line(const std::string& record) {
        if (session.json) {
            session.out.write(json_safe(record) + "\n");
            return;
        }
        const auto json = parse_json(record);
        if (!json) {
            session.out.write(visible_line(record) + "\n");
            return;
        }
        std::string facts;
        for (const char* name :
             {"call", "path", "limit", "outcome", "isolation", "program", "place", "reason"})
            if (!json->text(name).empty())
                facts += fmt::format("  {} {}", name, visible_line(json->text(name)));
        session.out.write(fmt::format(
            "{:>6}  {}  {}  {}{}\n", json->number("seq"), json->text("time").substr(0, 19),
            json->text("run").substr(0, 13), pad(visible_line(json->text("type")), 6), facts));
    }
    void add(std::string_view bytes) {
        rest += bytes;
        for (std::size_t end; (end = rest.find('\n')) != std::string::npos;) {
            held.push_back(rest.substr(0, end));
            rest.erase(0, end + 1);
            if (last == 0 || held.size() > last) {
                if (last == 0) line(held.front());
                held.pop_front();
            }
        }
    }
    void finish() {
        for (const std::string& record : held) line(record);
    }
    static kato_status write(void* user_data, const void* data, size_t size_bytes) {
        static_cast<Records*>(user_data)->add({static_cast<const char*>(data), size_bytes});
        return KATO_OK;
    }
};

// A run's full id, for a beginning of it.
int full_id(const Store& store, const std::string& reference, std::string& id) {
    Buffer buffer;
    Error error;
    const kato_status status = kato_agent_run_get(store.get(), reference.data(), reference.size(),
                                                  out(buffer), out(error));
    if (status < 0) return fail(status, error, "kato agent list lists the runs");
    const auto report = parse_json(text(buffer));
    id = report ? std::string(report->text("id")) : std::string();
    return Exit::done;
}

int show_audit(Session& session, const AuditOptions& options) {
    Store store;
    if (const int code = open_workspace(session, Access::read, store)) return code;
    std::string run;
    if (!options.run.empty())
        if (const int code = full_id(store, options.run, run)) return code;
    allow_pager(session);
    Records records{session, options.last};
    Error error;
    const kato_status status = kato_audit_read(store.get(), run.data(), run.size(), Records::write,
                                               &records, nullptr, out(error));
    if (status < 0) return fail(status, error);
    records.finish();
    return Exit::done;
}

int verify_audit(Session& session, const NoOptions&) {
    Store store;
    if (const int code = open_workspace(session, Access::read, store)) return code;
    Buffer buffer;
    Error error;
    const kato_status status = kato_audit_verify(store.get(), out(buffer), out(error));
    if (status < 0) return fail(status, error);
    const auto check = parse_json(text(buffer));
    if (!check) return Exit::failed;
    if (session.json) {
        session.out.write(json_safe(text(buffer)) + "\n");
        return check->truth("ok") ? Exit::done : Exit::damaged;
    }
    session.out.write(fmt::format("{} records\n", check->number("records")));
    if (check->find("known") && check->find("known")->is(Json::Type::null))
        say("the store has seen no run, so a cut-off end could not be told");
    if (check->truth("ok")) return Exit::done;
    for (const Json& problem : check->find("problems")->items)
        session.out.write(visible_line(problem.string) + "\n");
    session.out.flush();
    say_error(fmt::format("the audit log was changed: {} problems", check->number("problem_count")),
              {}, Exit::damaged);
    return Exit::damaged;
}

} // namespace

void add_audit(Command program, Session& session) {
    Command audit = program.add_group("audit", "See what agents were granted and tried");
    add_command<AuditOptions>(
        audit, session, "list", "Show the records of all runs, the oldest first",
        "  kato audit list\n  kato audit list --json | grep denied\n",
        [](Command&, AuditOptions&) {}, show_audit);
    add_command<AuditOptions>(
        audit, session, "show", "Show the records of one run", "  kato audit show 0192f3\n",
        [](Command& command, AuditOptions& options) {
            command.argument("RUN", options.run, "The run: its id or the beginning of it");
        },
        show_audit);
    add_command<AuditOptions>(
        audit, session, "tail", "Show the last records", "  kato audit tail --lines 5\n",
        [](Command& command, AuditOptions& options) {
            options.last = 20;
            command.number("--lines", options.last, "How many (20)", 1);
        },
        show_audit);
    add_command<NoOptions>(
        audit, session, "verify", "Check that nobody changed the log",
        "  kato audit verify || echo somebody did\n", [](Command&, NoOptions&) {}, verify_audit);
}

} // namespace kato_cli
