// kato chat rename, tag, untag, delete, restore: what a user changes about a chat.
#include "command.h"

#include "chat_json.h"
#include "text.h"

#include <fmt/format.h>
#include <unistd.h>

namespace kato_cli {
namespace {

constexpr std::size_t k_full_id_characters = 36;

struct EditOptions {
    std::string chat;
    std::string title;
    std::vector<std::string> tags;
    bool purge = false;
    bool yes = false;
};

// Prints the chat as it is now with --json, else says what was done.
int report(Session& session, const Store& store, std::string_view id, const std::string& done) {
    if (!session.json) {
        say(done);
        return Exit::done;
    }
    Chat now;
    Error error;
    const kato_status status =
        kato_chat_get(store.get(), id.data(), id.size(), out(now), out(error));
    if (status < 0) return fail(status, error);
    session.out.write(chat_json(now.get()));
    return Exit::done;
}

std::string quoted_title(const kato_chat* chat) {
    const std::string title = visible_line(text<kato_chat_title>(chat));
    return title.empty() ? std::string(text<kato_chat_id>(chat)) : "\"" + title + "\"";
}

int run_rename(Session& session, const EditOptions& options) {
    Store store;
    Chat chat;
    if (const int code = open_workspace(session, Access::write, store)) return code;
    if (const int code = find_chat(store, options.chat, chat)) return code;
    const std::string_view id = text<kato_chat_id>(chat.get());
    Error error;
    const kato_status status = kato_chat_rename(
        store.get(), id.data(), id.size(), options.title.data(), options.title.size(), out(error));
    if (status < 0) return fail(status, error);
    return report(session, store, id, fmt::format("renamed {}", quoted_title(chat.get())));
}

int run_tag(Session& session, const EditOptions& options, bool remove) {
    Store store;
    Chat chat;
    if (const int code = open_workspace(session, Access::write, store)) return code;
    if (const int code = find_chat(store, options.chat, chat)) return code;
    const std::string_view id = text<kato_chat_id>(chat.get());
    for (const std::string& tag : options.tags) {
        Error error;
        const kato_status status = kato_chat_tag(store.get(), id.data(), id.size(), tag.data(),
                                                 tag.size(), remove ? 1 : 0, out(error));
        if (status < 0) return fail(status, error);
    }
    return report(session, store, id,
                  fmt::format("{} {}", remove ? "untagged" : "tagged", quoted_title(chat.get())));
}

int run_delete(Session& session, const EditOptions& options) {
    Store store;
    Chat chat;
    if (const int code = open_workspace(session, Access::write, store)) return code;
    std::string title = options.chat;
    std::string id = options.chat;
    // What was deleted before is named by its full id, as for restore.
    Error none;
    const bool deleted =
        options.purge && id.size() == k_full_id_characters &&
        kato_chat_get(store.get(), id.data(), id.size(), out(chat), out(none)) == KATO_E_NOT_FOUND;
    if (!deleted) {
        if (const int code = find_chat(store, options.chat, chat)) return code;
        title = quoted_title(chat.get());
        id = text<kato_chat_id>(chat.get());
    }
    const bool can_ask = session.terminal.in && session.terminal.err;
    if (!options.yes && !can_ask && options.purge)
        return usage_error("--purge cannot be undone and there is no terminal to ask",
                           "add --yes if you mean it");
    if (!options.yes && can_ask) {
        const std::string question =
            options.purge
                ? fmt::format("Remove {} and its bytes for good?", title)
                : fmt::format("Delete {}? (kato chat restore {} brings it back)", title, id);
        if (!confirmed(question)) {
            say_error("nothing was deleted", {});
            return Exit::failed;
        }
    }
    Error error;
    const kato_status status = kato_chat_delete(store.get(), id.data(), id.size(),
                                                options.purge ? KATO_DELETE_PURGE : 0u, out(error));
    if (status < 0) return fail(status, error);
    if (session.json)
        session.out.write(fmt::format("{{\"type\":\"deleted\",\"id\":{},\"purged\":{}}}\n",
                                      json_string(id), options.purge));
    else
        say(options.purge
                ? fmt::format("removed {} for good", title)
                : fmt::format("deleted {}; kato chat restore {} brings it back", title, id));
    return Exit::done;
}

int run_restore(Session& session, const EditOptions& options) {
    Store store;
    if (const int code = open_workspace(session, Access::write, store)) return code;
    Error error;
    const kato_status status =
        kato_chat_restore(store.get(), options.chat.data(), options.chat.size(), out(error));
    if (status < 0)
        return fail(status, error,
                    "kato chat list --deleted shows the full ids of what can be restored; what was "
                    "purged cannot");
    return report(session, store, options.chat, "restored " + options.chat);
}

void add_chat_argument(Command& command, EditOptions& options) {
    command.argument("CHAT", options.chat, "An id, the beginning of one, or a title");
}

} // namespace

void add_chat_edit(Command chat, Session& session) {
    add_command<EditOptions>(
        chat, session, "rename", "Give a chat a title of your own",
        "  kato chat rename 3f2a9c01 \"Garden plans\"\n"
        "  kato chat rename 3f2a9c01 \"\"          back to the provider's title\n",
        [](Command& command, EditOptions& options) {
            add_chat_argument(command, options);
            command.argument("TITLE", options.title, "The new title; later imports keep it");
        },
        run_rename);
    const auto declare_tags = [](Command& command, EditOptions& options) {
        add_chat_argument(command, options);
        command.arguments("TAG", options.tags, "One or more words without spaces",
                          Command::Need::required);
    };
    add_command<EditOptions>(
        chat, session, "tag", "Add tags to a chat", "  kato chat tag 3f2a9c01 garden todo\n",
        declare_tags,
        [](Session& s, const EditOptions& options) { return run_tag(s, options, false); });
    add_command<EditOptions>(
        chat, session, "untag", "Remove tags from a chat", "  kato chat untag 3f2a9c01 todo\n",
        declare_tags,
        [](Session& s, const EditOptions& options) { return run_tag(s, options, true); });
    add_command<EditOptions>(
        chat, session, "delete", "Hide a chat, or remove it for good",
        "  kato chat delete 3f2a9c01                  can be undone\n"
        "  kato chat delete 3f2a9c01 --purge --yes    its texts and bytes are gone\n",
        [](Command& command, EditOptions& options) {
            add_chat_argument(command, options);
            command.flag("--purge", options.purge,
                         "Also remove its texts, attachments and bytes; cannot be undone");
            command.flag("--yes,-y", options.yes, "Do not ask");
        },
        run_delete);
    add_command<EditOptions>(
        chat, session, "restore", "Bring a deleted chat back",
        "  kato chat list --deleted\n"
        "  kato chat restore 3f2a9c01-5d1e-8c3a-9b7f-0123456789ab\n"
        "\n"
        "What was purged (kato chat delete --purge) cannot come back: importing its source again\n"
        "does not bring it back either.\n",
        [](Command& command, EditOptions& options) {
            command.argument("CHAT", options.chat, "The full id");
        },
        run_restore);
}

} // namespace kato_cli
