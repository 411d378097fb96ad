// kato agent list, show and host: runs of the past, and what this machine can enforce.
#include "command.h"

#include "json.h"
#include "text.h"

#include <kato/agent.h>

#include <fmt/format.h>

namespace kato_cli {
namespace {

struct ListOptions {
    std::string chat;
    std::uint64_t limit = 50;
};

std::string or_dash(std::string_view text) { return text.empty() ? "-" : visible_line(text); }

int list_runs(Session& session, const ListOptions& options) {
    Store store;
    if (const int code = open_workspace(session, Access::read, store)) return code;
    Chat chat;
    if (!options.chat.empty())
        if (const int code = find_chat(store, options.chat, chat)) return code;
    RunCursor runs;
    Error error;
    kato_status status =
        kato_agent_run_list(store.get(), chat ? kato_chat_id(chat.get(), nullptr) : nullptr,
                            KATO_NTS, options.limit, out(runs), out(error));
    if (status < 0) return fail(status, error);
    allow_pager(session);
    for (;;) {
        const char* json = nullptr;
        std::size_t len = 0;
        status = kato_agent_run_cursor_next(runs.get(), &json, &len, out(error));
        if (status != KATO_OK) break;
        if (session.json) {
            session.out.write(json_safe({json, len}) + "\n");
            continue;
        }
        const auto run = parse_json({json, len});
        if (!run) continue;
        session.out.write(fmt::format(
            "{}  {}  {}  {}  {}\n", run->text("id").substr(0, 13),
            run->text("started_at").substr(0, 19), pad(or_dash(run->text("outcome")), 11),
            run->text("chat").substr(0, 8), or_dash(run->text("program"))));
    }
    return status < 0 ? fail(status, error) : Exit::done;
}

struct ShowOptions {
    std::string run;
};

void show_value(Session& session, std::string_view name, const Json& value, std::size_t depth) {
    const std::string indent(depth * 2, ' ');
    if (value.is(Json::Type::object) && !value.members.empty()) {
        session.out.write(fmt::format("{}{}\n", indent, visible_line(name)));
        for (const auto& [inner, member] : value.members)
            show_value(session, inner, member, depth + 1);
        return;
    }
    if (value.is(Json::Type::array) && !value.items.empty()) {
        session.out.write(fmt::format("{}{}\n", indent, visible_line(name)));
        for (const Json& item : value.items)
            session.out.write(
                fmt::format("{}  {}\n", indent,
                            visible_line(item.is(Json::Type::string) ? std::string_view(item.string)
                                                                     : item.raw)));
        return;
    }
    session.out.write(fmt::format(
        "{}{} {}\n", indent, pad(visible_line(name), 22 - std::min<std::size_t>(depth * 2, 20)),
        visible_line(value.is(Json::Type::string) ? std::string_view(value.string) : value.raw)));
}

int show_run(Session& session, const ShowOptions& options) {
    Store store;
    if (const int code = open_workspace(session, Access::read, store)) return code;
    Buffer buffer;
    Error error;
    const kato_status status = kato_agent_run_get(store.get(), options.run.data(),
                                                  options.run.size(), out(buffer), out(error));
    if (status < 0) return fail(status, error, "kato agent list lists the runs");
    if (session.json) {
        session.out.write(json_safe(text(buffer)) + "\n");
        return Exit::done;
    }
    const auto report = parse_json(text(buffer));
    if (!report) return Exit::failed;
    allow_pager(session);
    for (const auto& [name, value] : report->members)
        if (name != "type") show_value(session, name, value, 0);
    return Exit::done;
}

int show_host(Session& session, const NoOptions&) {
    Buffer buffer;
    Error error;
    const kato_status status = kato_agent_host(out(buffer), out(error));
    if (status < 0) return fail(status, error);
    if (session.json) {
        session.out.write(json_safe(text(buffer)) + "\n");
        return Exit::done;
    }
    const auto host = parse_json(text(buffer));
    if (!host) return Exit::failed;
    for (const auto& [name, value] : host->members)
        if (name != "type") show_value(session, name, value, 0);
    return Exit::done;
}

} // namespace

void add_agent_list(Command agent, Session& session) {
    add_command<ListOptions>(
        agent, session, "list", "List runs, the newest first",
        "  kato agent list\n  kato agent list --chat 0192f3\n",
        [](Command& command, ListOptions& options) {
            command.option("--chat", options.chat, "CHAT", "Only runs over this chat");
            command.number("--limit", options.limit, "At most so many; 0: all");
        },
        list_runs);
    add_command<ShowOptions>(
        agent, session, "show", "Show a run's report: granted, enforced, refused, written",
        "  kato agent show 0192f3\n",
        [](Command& command, ShowOptions& options) {
            command.argument("RUN", options.run, "The run: its id or the beginning of it");
        },
        show_run);
    add_command<NoOptions>(
        agent, session, "host", "Tell what this machine can enforce, and what keeps it from more",
        "  kato agent host\n", [](Command&, NoOptions&) {}, show_host);
}

} // namespace kato_cli
