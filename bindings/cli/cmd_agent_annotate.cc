// kato agent annotate: what a run proposed to note becomes part of the chat, because somebody says so.
#include "command.h"

#include "json.h"
#include "text.h"

#include <kato/agent.h>

#include <set>
#include <tuple>

#include <fmt/format.h>

namespace kato_cli {
namespace {

constexpr std::size_t k_shown_id = 8;
constexpr std::size_t k_shown_text = 160;

struct AnnotateOptions {
    std::string run;
    bool yes = false;
};

struct Note {
    std::string event; // its full id
    std::string text;
    std::string json; // the message
};

// Who notes what where: the same again is no second note.
using Known = std::set<std::tuple<std::string, std::string, std::string>>;

class Annotator {
public:
    Annotator(Session& session, const Store& store, const Json& report)
        : session_(session), store_(store), run_(report.text("id")), chat_(report.text("chat")) {
        const std::string program(report.text("program"));
        name_ = program.substr(program.rfind('/') + 1);
    }

    // What is proposed about events of this chat, and is not there yet.
    int collect(const Json& said) {
        Known known;
        if (const int code = load(known)) return code;
        for (const Json& message : said.items) {
            const Json* body = message.find("body");
            if (message.text("type") != "annotation" || body == nullptr) continue;
            Note note{std::string(body->text("event")), std::string(body->text("text")),
                      std::string(body->raw)};
            if (!find_event(note)) {
                ++refused_;
                say(fmt::format("not about an event of the chat: {}",
                                fit(visible_line(note.json), k_shown_text)));
                continue;
            }
            if (known.emplace(note.event, name_, note.text).second)
                notes_.push_back(std::move(note));
            else
                ++present_;
        }
        return Exit::done;
    }

    void show() const {
        for (const Note& note : notes_)
            say(fmt::format("{}  {}", note.event.substr(0, k_shown_id),
                            fit(visible_line(note.text), k_shown_text)));
    }

    int keep() {
        for (const Note& note : notes_) {
            const std::string data = fmt::format("{{\"run\":{},\"annotation\":{}}}",
                                                 json_string(run_), json_safe(note.json));
            kato_event_options wanted = KATO_EVENT_OPTIONS_INIT;
            wanted.role = "system";
            wanted.role_len = KATO_NTS;
            wanted.text = note.text.data();
            wanted.text_len = note.text.size();
            wanted.name = name_.data();
            wanted.name_len = name_.size();
            wanted.data = data.data();
            wanted.data_len = data.size();
            wanted.parent = note.event.data();
            wanted.parent_len = note.event.size();
            wanted.flags = KATO_EVENT_SIDECHAIN;
            Event event;
            Error error;
            const kato_status status = kato_event_append(store_.get(), chat_.data(), chat_.size(),
                                                         &wanted, out(event), out(error));
            if (status < 0) return fail(status, error);
            if (session_.json)
                session_.out.write(JsonObject("note")
                                       .add("id", text<kato_event_id>(event.get()))
                                       .add("event", note.event)
                                       .line());
        }
        return Exit::done;
    }

    int summary() {
        if (session_.json)
            session_.out.write(JsonObject("total")
                                   .add_number("kept", notes_.size())
                                   .add_number("present", present_)
                                   .add_number("refused", refused_)
                                   .line());
        else
            say(fmt::format("{} notes, {} there before, {} not about this chat", notes_.size(),
                            present_, refused_));
        return refused_ == 0 ? Exit::done : Exit::partial;
    }

    std::size_t size() const { return notes_.size(); }
    const std::string& name() const { return name_; }

private:
    // False for what is no note on an event of this chat.
    bool find_event(Note& note) const {
        if (note.text.empty() || note.event.empty()) return false;
        Event event;
        Error error;
        const kato_status status = kato_event_get(store_.get(), note.event.data(),
                                                  note.event.size(), out(event), out(error));
        if (status != KATO_OK || text<kato_event_chat>(event.get()) != chat_) return false;
        note.event = text<kato_event_id>(event.get());
        return true;
    }
    int load(Known& known) const {
        EventCursor cursor;
        Error error;
        kato_status status = kato_chat_events(store_.get(), chat_.data(), chat_.size(),
                                              KATO_EVENTS_TREE, out(cursor), out(error));
        const kato_event* event = nullptr;
        while (status == KATO_OK) {
            status = kato_event_cursor_next(cursor.get(), &event, out(error));
            if (status == KATO_OK && (kato_event_flags(event) & KATO_EVENT_SIDECHAIN) != 0)
                known.emplace(text<kato_event_parent>(event), text<kato_event_name>(event),
                              text<kato_event_text>(event));
        }
        return status < 0 ? fail(status, error) : Exit::done;
    }

    Session& session_;
    const Store& store_;
    std::string run_;
    std::string chat_;
    std::string name_; // of the program
    std::vector<Note> notes_;
    std::uint64_t present_ = 0;
    std::uint64_t refused_ = 0;
};

int annotate(Session& session, const AnnotateOptions& options) {
    Store store;
    if (const int code = open_workspace(session, Access::write, store)) return code;
    Buffer buffer;
    Error error;
    const kato_status status = kato_agent_run_get(store.get(), options.run.data(),
                                                  options.run.size(), out(buffer), out(error));
    if (status < 0) return fail(status, error, "kato agent list lists the runs");
    const auto report = parse_json(text(buffer));
    const Json* said = report ? report->find("said") : nullptr;
    if (said == nullptr) return Exit::failed;
    Annotator annotator(session, store, *report);
    if (const int code = annotator.collect(*said)) return code;
    if (annotator.size() != 0 && !options.yes) {
        annotator.show();
        if (!session.terminal.in || !session.terminal.err)
            return usage_error("there is no terminal to ask whether these become notes",
                               "add --yes if they shall");
        if (!confirmed(fmt::format("Keep {} notes by {} in the chat?", annotator.size(),
                                   visible_line(annotator.name())))) {
            say_error("nothing was noted", {});
            return Exit::failed;
        }
    }
    if (const int code = annotator.keep()) return code;
    return annotator.summary();
}

} // namespace

void add_agent_annotate(Command agent, Session& session) {
    add_command<AnnotateOptions>(
        agent, session, "annotate", "Keep the notes that a run proposed, in its chat",
        "  kato agent annotate 0192f3\n"
        "\n"
        "An agent proposes notes on events by messages of the type annotation. They become events\n"
        "beside those that they are about, and are not what the chat shows: kato chat show --tree\n"
        "has them. Nothing is kept without being asked for here.\n",
        [](Command& command, AnnotateOptions& options) {
            command.argument("RUN", options.run, "The run: its id or the beginning of it");
            command.flag("--yes,-y", options.yes, "Do not ask");
        },
        annotate);
}

} // namespace kato_cli
