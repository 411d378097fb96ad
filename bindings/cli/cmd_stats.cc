// kato stats: what the workspace holds.
#include "command.h"

#include "json.h"
#include "text.h"

#include <fmt/format.h>

namespace kato_cli {
namespace {

struct StatsOptions {
    bool hash = false;
};

std::string readable_value(const std::string& name, const Json& value) {
    if (value.is(Json::Type::string)) return visible_line(value.string);
    const auto number = value.as_uint();
    if (number && name.ends_with("_bytes"))
        return fmt::format("{} ({} bytes)", human_bytes(*number), *number);
    return visible_line(value.raw);
}

// Members one a line, objects indented below their name, arrays of objects one item a line.
void print_members(Session& session, const Json& object, const std::string& indent) {
    std::size_t column = 0;
    for (const auto& [name, value] : object.members) column = std::max(column, width(name));
    for (const auto& [name, value] : object.members) {
        std::string label = visible_line(name);
        for (char& c : label)
            if (c == '_') c = ' ';
        if (value.is(Json::Type::object) && !value.members.empty()) {
            session.out.write(fmt::format("{}{}\n", indent, label));
            print_members(session, value, indent + "  ");
        } else if (value.is(Json::Type::array) && !value.items.empty()) {
            session.out.write(fmt::format("{}{}\n", indent, label));
            for (const Json& item : value.items)
                session.out.write(fmt::format("{}  {}\n", indent, visible_line(item.raw)));
        } else {
            session.out.write(
                fmt::format("{}{}  {}\n", indent, pad(label, column), readable_value(name, value)));
        }
    }
}

int run_stats(Session& session, const StatsOptions& options) {
    Store store;
    if (const int code = open_workspace(session, Access::read, store)) return code;
    Buffer buffer;
    Error error;
    const std::uint32_t flags = session.json || options.hash ? KATO_STATS_CONTENT_HASH : 0u;
    const kato_status status =
        kato_store_stats(store.get(), flags, session.cancel.get(), out(buffer), out(error));
    if (status < 0) return fail(status, error);
    const auto stats = parse_json(text(buffer));
    if (!stats || !stats->is(Json::Type::object) || stats->members.empty()) {
        say_error("the library's statistics cannot be read", {});
        return Exit::failed;
    }
    if (session.json)
        session.out.write("{\"type\":\"stats\"," + json_safe(text(buffer)).substr(1) + "\n");
    else
        print_members(session, *stats, "");
    return Exit::done;
}

} // namespace

void add_stats(Command program, Session& session) {
    add_command<StatsOptions>(
        program, session, "stats", "Count what the workspace holds",
        "  kato stats\n"
        "  kato stats --hash             also the hash of all content; equal hashes, equal stores\n"
        "  kato stats --json | jq -r .content_hash\n",
        [](Command& command, StatsOptions& options) {
            command.flag("--hash", options.hash,
                         "Also the content hash: reads everything (--json always does)");
        },
        run_stats);
}

} // namespace kato_cli
