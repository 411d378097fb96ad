// kato chat append: adds one event to a chat; its text comes from standard input.
#include "command.h"

#include "chat_json.h"

namespace kato_cli {
namespace {

constexpr std::size_t k_max_text_bytes = 64u * 1024u * 1024u;

struct AppendOptions {
    std::string chat;
    std::string role;
    std::optional<std::string> text;
    std::string model;
    std::string name;
    std::string call_id;
    std::string parent;
    std::string outcome;
};

int read_text(Session& session, std::string& text) {
    if (session.terminal.in) say("reading the text from the terminal; end it with Ctrl-D");
    if (const int code = read_standard_input(k_max_text_bytes, text)) return code;
    // `echo` and editors end a text with a line's end that is not part of it.
    if (text.ends_with('\n')) text.pop_back();
    if (text.ends_with('\r')) text.pop_back();
    return Exit::done;
}

int run_append(Session& session, const AppendOptions& options) {
    Store store;
    if (const int code = open_workspace(session, Access::write, store)) return code;
    // Before the text is typed, not after.
    Chat chat;
    if (const int code = find_chat(store, options.chat, chat)) return code;
    std::string content;
    if (options.text)
        content = *options.text;
    else if (const int code = read_text(session, content))
        return code;
    if (content.empty())
        return usage_error("there is no text to append",
                           "echo Hello | kato chat append CHAT --role user");

    kato_event_options wanted = KATO_EVENT_OPTIONS_INIT;
    const auto set = [](const char*& data, std::size_t& len, const std::string& value) {
        if (value.empty()) return;
        data = value.data();
        len = value.size();
    };
    set(wanted.role, wanted.role_len, options.role);
    set(wanted.text, wanted.text_len, content);
    set(wanted.model, wanted.model_len, options.model);
    set(wanted.name, wanted.name_len, options.name);
    set(wanted.call_id, wanted.call_id_len, options.call_id);
    set(wanted.parent, wanted.parent_len, options.parent);
    if (options.outcome == "success") wanted.outcome = KATO_OUTCOME_SUCCESS;
    if (options.outcome == "failure") wanted.outcome = KATO_OUTCOME_FAILURE;

    const std::string_view id = text<kato_chat_id>(chat.get());
    Event event;
    Error error;
    const kato_status status =
        kato_event_append(store.get(), id.data(), id.size(), &wanted, out(event), out(error));
    if (status < 0) return fail(status, error);
    if (session.json)
        session.out.write(event_json(event.get(), Place::unknown));
    else
        session.out.write(std::string(text<kato_event_id>(event.get())) + "\n");
    return Exit::done;
}

} // namespace

void add_chat_append(Command chat, Session& session) {
    add_command<AppendOptions>(
        chat, session, "append", "Add a message to a chat, its text from standard input",
        "  echo \"What is a monad?\" | kato chat append Notes --role user\n"
        "  kato chat append 3f2a9c01 --role assistant --model my-model < answer.md\n"
        "  kato chat append Notes --role user --text \"One more thing\"\n",
        [](Command& command, AppendOptions& options) {
            command.argument("CHAT", options.chat, "An id, the beginning of one, or a title");
            command.choice("--role", options.role, {"user", "assistant", "system", "tool"},
                           "Who speaks", Command::Need::required);
            command.option("--text", options.text, "TEXT",
                           "The text itself, instead of standard input");
            command.option("--model", options.model, "MODEL", "The model that wrote it");
            command.option("--name", options.name, "TOOL", "The tool's name");
            command.option("--call-id", options.call_id, "ID",
                           "Pairs a tool's result with its call");
            command.choice("--outcome", options.outcome, {"success", "failure", "unknown"},
                           "Whether a tool succeeded");
            command.option("--parent", options.parent, "EVENT",
                           "Reply to this event instead of the newest: makes a branch");
        },
        run_append);
}

} // namespace kato_cli
