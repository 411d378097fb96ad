// kato agent grants: what agents may have in all runs, because somebody said so.
#include "command.h"

#include "json.h"
#include "text.h"

#include <kato/agent.h>

#include <fmt/format.h>

namespace kato_cli {
namespace {

constexpr std::size_t k_shown_id = 8;

struct GrantOptions {
    std::string forget;
};

int forget(Session& session, const std::string& id) {
    Store store;
    if (const int code = open_workspace(session, Access::write, store)) return code;
    Error error;
    const kato_status status = kato_grant_forget(store.get(), id.data(), id.size(), out(error));
    if (status < 0) return fail(status, error, "kato agent grants lists them");
    if (session.json)
        session.out.write(JsonObject("forgotten").add("id", id).line());
    else
        say(fmt::format("forgotten: {}", id));
    return Exit::done;
}

int show_grants(Session& session, const GrantOptions& options) {
    if (!options.forget.empty()) return forget(session, options.forget);
    Store store;
    if (const int code = open_workspace(session, Access::read, store)) return code;
    std::string text;
    Error error;
    const kato_status status = kato_grant_list(store.get(), take_text, &text, nullptr, out(error));
    if (status < 0) return fail(status, error);
    allow_pager(session);
    std::string_view rest = text;
    for (std::size_t end; (end = rest.find('\n')) != std::string_view::npos;) {
        const std::string_view line = rest.substr(0, end);
        rest.remove_prefix(end + 1);
        const auto grant = parse_json(line);
        if (!grant) continue;
        if (session.json)
            session.out.write(json_safe(line) + "\n");
        else
            session.out.write(fmt::format(
                "{}  {}  {}  {} {}\n", grant->text("id").substr(0, k_shown_id),
                grant->text("granted_at").substr(0, 10), visible_line(grant->text("program")),
                grant->text("capability"), visible_line(grant->text("value"))));
    }
    return Exit::done;
}

} // namespace

void add_agent_grants(Command agent, Session& session) {
    add_command<GrantOptions>(
        agent, session, "grants", "List what agents may have in all runs, or forget one of them",
        "  kato agent grants\n  kato agent grants --forget 3fa1c07e\n",
        [](Command& command, GrantOptions& options) {
            command.option("--forget", options.forget, "ID", "Ask about this one again");
        },
        show_grants);
}

} // namespace kato_cli
