// kato chat show: one chat, to read or as JSON lines.
#include "command.h"

#include "chat_json.h"
#include "signals.h"
#include "transcript.h"

#include <fmt/format.h>

#include <map>

namespace kato_cli {
namespace {

struct ShowOptions {
    std::string chat;
    bool tree = false;
    bool all = false;
    bool full = false;
    bool local = false;
};

// Calls `take` with each event; stops at an interrupt or when nobody reads any more.
template <class Take> int for_each_event(const Session& session, const kato_store* store,
                                         std::string_view id, std::uint32_t flags, Take take) {
    EventCursor cursor;
    Error error;
    kato_status status =
        kato_chat_events(store, id.data(), id.size(), flags, out(cursor), out(error));
    if (status < 0) return fail(status, error);
    while (!caught_signal() && !session.out.failed()) {
        const kato_event* event = nullptr;
        status = kato_event_cursor_next(cursor.get(), &event, out(error));
        if (status == KATO_DONE) return Exit::done;
        if (status < 0) return fail(status, error);
        take(event);
    }
    return caught_signal() ? 128 + caught_signal() : Exit::done;
}

int run_show(Session& session, const ShowOptions& options) {
    Store store;
    if (const int code = open_workspace(session, Access::read, store)) return code;
    Chat chat;
    if (const int code = find_chat(store, options.chat, chat)) return code;
    const std::string_view id = text<kato_chat_id>(chat.get());
    std::uint32_t flags = options.tree ? KATO_EVENTS_TREE : 0u;
    if (options.all) flags = KATO_EVENTS_TREE | KATO_EVENTS_REVISIONS;
    if (session.json)
        return for_each_event(session, store.get(), id, flags, [&](const kato_event* event) {
            session.out.write(event_json(event, Place::walked));
        });

    // What is shown of an event depends on those that come later.
    std::map<std::string, std::size_t> children;
    std::vector<std::string> ids;
    if (const int code = for_each_event(
            session, store.get(), id, KATO_EVENTS_TREE, [&](const kato_event* event) {
                if (flags == 0)
                    ++children[std::string(text<kato_event_parent>(event))];
                else
                    ids.emplace_back(text<kato_event_id>(event));
            }))
        return code;
    TranscriptStyle style;
    style.colour = session.terminal.out_colour;
    style.local_time = options.local;
    style.full = options.full;
    style.all = options.all;
    style.tree = flags != 0;
    allow_pager(session);
    Transcript transcript(session.out, style, std::move(children), ShortIds(std::move(ids)));
    transcript.heading(chat.get());
    const int code = for_each_event(session, store.get(), id, flags,
                                    [&](const kato_event* event) { transcript.event(event); });
    if (code == Exit::done && transcript.left_out() > 0)
        session.out.write(styled(style.colour, k_dim,
                                 fmt::format("\n{} events of the program's own not shown (--all)\n",
                                             transcript.left_out())));
    return code;
}

} // namespace

void add_chat_show(Command chat, Session& session) {
    add_command<ShowOptions>(
        chat, session, "show", "Read a chat",
        "  kato chat show 3f2a9c01            the conversation, in a pager when it is long\n"
        "  kato chat show garden --tree       every branch of the chat with \"garden\" in its "
        "title\n"
        "  kato chat show 3f2a9c01 --json | jq -r 'select(.role == \"user\").text'\n",
        [](Command& command, ShowOptions& options) {
            command.argument("CHAT", options.chat, "An id, the beginning of one, or a title");
            command.flag("--tree", options.tree, "Every branch, not only the current one");
            command.flag("--all", options.all,
                         "Everything: every branch, revisions, what the provider did not show");
            command.flag("--full", options.full, "Do not shorten tools' calls and results");
            command.flag("--local", options.local, "Local times instead of UTC");
        },
        run_show);
}

} // namespace kato_cli
