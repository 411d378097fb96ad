// kato chat list: the chats, newest change first.
#include "command.h"

#include "chat_json.h"
#include "short_ids.h"
#include "signals.h"
#include "text.h"
#include "times.h"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

namespace kato_cli {
namespace {

struct ListOptions {
    std::string provider;
    std::string project;
    std::string tag;
    std::string title;
    std::string after;
    std::string before;
    std::string sort = "updated";
    std::uint64_t limit = 0;
    bool deleted = false;
};

struct Row {
    std::string id;
    std::string updated;
    std::string provider;
    std::string events;
    std::string title;
    bool deleted = false;
};

int fill_filter(const ListOptions& options, kato_chat_filter& filter) {
    const auto set = [](const char*& data, std::size_t& len, const std::string& value) {
        if (value.empty()) return;
        data = value.data();
        len = value.size();
    };
    set(filter.provider, filter.provider_len, options.provider);
    set(filter.project, filter.project_len, options.project);
    set(filter.tag, filter.tag_len, options.tag);
    set(filter.title, filter.title_len, options.title);
    for (const auto& [value, bound, name] :
         {std::tuple(&options.after, &filter.after_us, "--after"),
          std::tuple(&options.before, &filter.before_us, "--before")}) {
        if (value->empty()) continue;
        const auto when = parse_when(*value);
        if (!when)
            return usage_error(fmt::format("{}: \"{}\" is not a date", name, *value),
                               "write 2026-01-31 or 2026-01-31T12:00:00Z");
        *bound = *when == 0 ? 1 : *when; // 0 would mean no bound
    }
    filter.limit = options.limit;
    if (options.deleted) filter.flags |= KATO_CHATS_DELETED;
    if (options.sort == "created") filter.flags |= KATO_CHATS_BY_CREATED;
    return Exit::done;
}

// Calls `take` with every chat that fits; gives an exit code.
template <class Take>
int for_each_chat(const Store& store, const kato_chat_filter& filter, Take take) {
    ChatCursor cursor;
    Error error;
    kato_status status = kato_chat_list(store.get(), &filter, out(cursor), out(error));
    if (status < 0) return fail(status, error);
    while (!caught_signal()) {
        Chat chat;
        status = kato_chat_cursor_next(cursor.get(), out(chat), out(error));
        if (status == KATO_DONE) return Exit::done;
        if (status < 0) return fail(status, error);
        take(chat.get());
    }
    return 128 + caught_signal();
}

int all_ids(const Store& store, std::vector<std::string>& ids) {
    kato_chat_filter everything = KATO_CHAT_FILTER_INIT;
    everything.flags = KATO_CHATS_DELETED;
    return for_each_chat(store, everything, [&](const kato_chat* chat) {
        ids.emplace_back(text<kato_chat_id>(chat));
    });
}

void print_table(Session& session, const std::vector<Row>& rows) {
    const bool colour = session.terminal.out_colour;
    Row head{"ID", "UPDATED", "PROVIDER", "EVENTS", "TITLE", false};
    std::size_t id = width(head.id);
    std::size_t provider = width(head.provider);
    std::size_t events = width(head.events);
    for (const Row& row : rows) {
        id = std::max(id, width(row.id));
        provider = std::max(provider, width(row.provider));
        events = std::max(events, width(row.events));
    }
    const std::size_t before_title = id + 2 + 16 + 2 + provider + 2 + events + 2;
    const std::size_t title_room = !session.terminal.out ? SIZE_MAX
                                   : session.terminal.columns > before_title + 10
                                       ? session.terminal.columns - before_title
                                       : 10;
    const auto print = [&](const Row& row, bool heading) {
        const std::string title = row.deleted ? "[deleted] " + row.title : row.title;
        if (heading) {
            session.out.write(
                styled(colour, k_bold,
                       fmt::format("{}  {}  {}  {}  {}", pad(row.id, id), pad(row.updated, 16),
                                   pad(row.provider, provider), pad(row.events, events), title)) +
                "\n");
            return;
        }
        session.out.write(fmt::format(
            "{}  {}  {}  {:>{}}  {}\n", styled(colour, k_yellow, pad(row.id, id)),
            styled(colour, k_dim, pad(row.updated, 16)), pad(row.provider, provider), row.events,
            events, styled(colour && row.deleted, k_dim, fit(title, title_room))));
    };
    print(head, true);
    for (const Row& row : rows) print(row, false);
}

int run_list(Session& session, const ListOptions& options) {
    kato_chat_filter filter = KATO_CHAT_FILTER_INIT;
    if (const int code = fill_filter(options, filter)) return code;
    Store store;
    if (const int code = open_workspace(session, Access::read, store)) return code;
    if (session.json)
        return for_each_chat(store, filter,
                             [&](const kato_chat* chat) { session.out.write(chat_json(chat)); });

    std::vector<Row> rows;
    if (const int code = for_each_chat(store, filter, [&](const kato_chat* chat) {
            rows.push_back(
                {std::string(text<kato_chat_id>(chat)), table_time(kato_chat_updated_us(chat)),
                 visible_line(text<kato_chat_provider>(chat)),
                 fmt::to_string(kato_chat_event_count(chat)),
                 visible_line(text<kato_chat_title>(chat)), kato_chat_deleted(chat) != 0});
        }))
        return code;
    if (rows.empty()) {
        say("no chats");
        return Exit::done;
    }
    std::vector<std::string> ids;
    if (const int code = all_ids(store, ids)) return code;
    const ShortIds shortened(std::move(ids));
    for (Row& row : rows)
        if (!row.deleted) row.id = shortened.of(row.id); // restore needs the full id
    allow_pager(session);
    print_table(session, rows);
    return Exit::done;
}

} // namespace

void add_chat_list(Command chat, Session& session) {
    add_command<ListOptions>(
        chat, session, "list", "List chats, the last changed first",
        "  kato chat list --provider claude-code --after 2026-01-01\n"
        "  kato chat list --title garden --limit 5\n"
        "  kato chat list --json | jq -r .id\n",
        [](Command& command, ListOptions& options) {
            command.option("--provider", options.provider, "NAME", "Imported from this format");
            command.option("--project", options.project, "TEXT", "Projects that contain this text");
            command.option("--tag", options.tag, "TAG", "Chats with this tag");
            command.option("--title", options.title, "TEXT", "Titles that contain this text");
            command.option("--after", options.after, "WHEN", "Changed at or after this time");
            command.option("--before", options.before, "WHEN", "Created before this time");
            command.number("--limit", options.limit, "At most so many");
            command.choice("--sort", options.sort, {"updated", "created"},
                           "By last change or by creation");
            command.flag("--deleted", options.deleted, "Also those that were deleted");
        },
        run_list);
}

} // namespace kato_cli
