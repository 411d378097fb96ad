// kato chat new: makes an empty chat.
#include "command.h"

#include "chat_json.h"

namespace kato_cli {
namespace {

struct NewOptions {
    std::string title;
    std::string project;
};

int run_new(Session& session, const NewOptions& options) {
    Store store;
    if (const int code = open_workspace(session, Access::create, store)) return code;
    kato_chat_options wanted = KATO_CHAT_OPTIONS_INIT;
    wanted.title = options.title.data();
    wanted.title_len = options.title.size();
    wanted.project = options.project.data();
    wanted.project_len = options.project.size();
    Chat chat;
    Error error;
    const kato_status status = kato_chat_create(store.get(), &wanted, out(chat), out(error));
    if (status < 0) return fail(status, error);
    if (session.json)
        session.out.write(chat_json(chat.get()));
    else
        session.out.write(std::string(text<kato_chat_id>(chat.get())) + "\n");
    return Exit::done;
}

} // namespace

void add_chat_new(Command chat, Session& session) {
    add_command<NewOptions>(
        chat, session, "new", "Make an empty chat and print its id",
        "  kato chat new \"Plans for spring\"\n"
        "  id=$(kato chat new Notes) && echo Hello | kato chat append \"$id\" --role user\n",
        [](Command& command, NewOptions& options) {
            command.argument("TITLE", options.title, "The chat's title");
            command.option("--project", options.project, "NAME", "A directory or any name");
        },
        run_new);
}

} // namespace kato_cli
