// kato agent run: runs a program over one chat.
#include "agent_batch.h"
#include "agent_policy.h"
#include "command.h"

#include "files.h"
#include "json.h"
#include "quantities.h"
#include "text.h"

#include <kato/agent.h>

#include <unistd.h>

#include <fmt/format.h>

namespace kato_cli {
namespace {

constexpr std::uint64_t k_step_ms = 100; // between two looks at what the agent says

struct RunOptions {
    std::string chat; // with a batch the program
    std::vector<std::string> command;
    Batch batch;
    PolicyFlags policy;
    bool dry_run = false;
    std::string isolation = "auto";
    std::string audit = "denials";
    std::string instructions;
    std::string params;
    std::string output_name;
    std::string timeout;
    std::string memory;
    std::string output_limit;
    std::string scratch;
    bool filter = false;
    bool output_file = false;
    bool audit_required = false;
};

struct Quantity {
    const char* option;
    const std::string& text;
    std::uint64_t& target;
};

// False when one is none, which was then said.
bool read_quantities(const RunOptions& options, kato_agent_options& wanted) {
    if (!options.timeout.empty()) {
        const auto ms = parse_duration_ms(options.timeout);
        if (!ms || *ms == 0) {
            (void)usage_error(fmt::format("--timeout: {} is no duration", options.timeout),
                              "500ms, 30s, 5m, 1h");
            return false;
        }
        wanted.wall_ms = *ms;
    }
    for (const Quantity& one : {Quantity{"--memory", options.memory, wanted.memory_bytes},
                                {"--max-output", options.output_limit, wanted.output_bytes},
                                {"--scratch", options.scratch, wanted.scratch_bytes}}) {
        if (one.text.empty()) continue;
        const auto bytes = parse_size_bytes(one.text);
        if (!bytes || *bytes == 0) {
            (void)usage_error(fmt::format("{}: {} is no size", one.option, one.text),
                              "1000000, 64MB, 512MiB");
            return false;
        }
        one.target = *bytes;
    }
    return true;
}

std::int32_t number_of(const std::string& name, const std::vector<std::string>& names) {
    for (std::size_t i = 0; i < names.size(); ++i)
        if (names[i] == name) return static_cast<std::int32_t>(i);
    return 0;
}

const Command::Choices k_isolations = {"auto", "confined", "isolated"};
const Command::Choices k_audits = {"denials", "none", "files"};

void show_messages(const Session& session, kato_agent_run* run) {
    for (;;) {
        const char* json = nullptr;
        std::size_t len = 0;
        Error error;
        if (kato_agent_run_message(run, &json, &len, out(error)) != KATO_OK) return;
        if (session.json || session.quiet) continue;
        const auto message = parse_json({json, len});
        if (!message) continue;
        const Json* body = message->find("body");
        if (!body) continue;
        const std::string_view said = body->is(Json::Type::string)  ? std::string_view(body->string)
                                      : !body->text("text").empty() ? body->text("text")
                                                                    : body->raw;
        say(fmt::format("{}: {}", message->text("type"), visible_line(said)));
    }
}

// What went wrong, on standard error.
void say_failure(const Json& report, int code) {
    const std::string_view outcome = report.text("outcome");
    std::string message = fmt::format("the run ended: {}", outcome);
    if (report.find("code")) message += fmt::format(" with exit code {}", report.number("code"));
    if (report.find("signal")) message += fmt::format(" by signal {}", report.number("signal"));
    if (!report.text("limit").empty()) message += fmt::format(" of {}", report.text("limit"));
    if (!report.text("message").empty())
        message += fmt::format(": {}", visible_line(report.text("message")));
    std::string hint = visible_line(report.text("hint"));
    const std::string diagnostics = visible(report.text("diagnostics"));
    if (hint.empty() && !diagnostics.empty()) hint = "it said on standard error:\n" + diagnostics;
    if (!hint.empty() && hint.back() == '\n') hint.pop_back();
    say_error(message, hint, code);
}

void show_report(Session& session, std::string_view text, int code) {
    if (session.json) {
        session.out.write(json_safe(text) + "\n");
        return;
    }
    const auto report = parse_json(text);
    if (!report) return;
    const Json* output = report->find("output");
    const bool kept = output && output->is(Json::Type::object);
    session.out.write(fmt::format(
        "{}  {}  {}  {}\n", report->text("outcome"), report->text("isolation"),
        kept ? human_bytes(output->number("bytes")) : "nothing",
        kept ? workspace_path(session) + "/" + visible_line(output->text("path")) : ""));
    session.out.flush();
    const Json* denied = report->find("denied");
    if (denied && denied->number("count") != 0)
        say(fmt::format("{} attempts were refused; kato agent show {} lists them",
                        denied->number("count"), report->text("id").substr(0, 8)));
    if (code != Exit::done) say_failure(*report, code);
}

// Without a workspace, too: then nothing was granted for all runs.
int dry_run(Session& session, const RunOptions& options, PolicyUse& use) {
    Store store;
    if (is_file(workspace_path(session) + "/kato.db"))
        if (const int code = open_workspace(session, Access::read, store)) return code;
    use.store = store.get();
    use.may_ask = false;
    Policy policy;
    const int code = make_policy(session, options.policy, use, policy);
    return code != Exit::done ? code : show_policy(session, use, policy);
}

int run_agent(Session& session, const RunOptions& options) {
    kato_agent_options wanted = KATO_AGENT_OPTIONS_INIT;
    if (!read_quantities(options, wanted)) return Exit::usage;
    const bool many = options.batch.all || !options.batch.query.empty();
    if (options.batch.all && !options.batch.query.empty())
        return usage_error("--all and --query exclude each other");
    PolicyUse use;
    if (many && !options.chat.empty()) use.command.push_back(options.chat.c_str());
    for (const std::string& word : options.command) use.command.push_back(word.c_str());
    if (!many && options.chat.empty())
        return usage_error("the chat is missing", "kato agent run CHAT -- PROGRAM ARGUMENT...");
    if (use.command.empty() && options.policy.manifest.empty())
        return usage_error("the program is missing", "kato agent run CHAT -- PROGRAM ARGUMENT...");
    wanted.command = use.command.data();
    wanted.command_count = use.command.size();
    wanted.isolation = number_of(options.isolation, k_isolations);
    wanted.audit = number_of(options.audit, k_audits);
    wanted.instructions = options.instructions.data();
    wanted.instructions_len = options.instructions.size();
    wanted.params = options.params.data();
    wanted.params_len = options.params.size();
    wanted.flags = (options.filter ? KATO_AGENT_FILTER : 0U) |
                   (options.output_file ? KATO_AGENT_OUTPUT_FILE : 0U) |
                   (options.audit_required ? KATO_AGENT_AUDIT_REQUIRED : 0U);
    Store store;
    Policy policy;
    if (options.dry_run) return dry_run(session, options, use);
    if (const int code = open_workspace(session, Access::write, store)) return code;
    use.store = store.get();
    if (const int code = make_policy(session, options.policy, use, policy)) return code;
    wanted.policy = policy.get();
    // What tells a chat that is done, where nothing was said of it: the program's own name.
    std::string output_name = options.output_name;
    if (many && output_name.empty())
        output_name = (use.command.empty() ? manifest_program(policy)
                                           : split_path(use.command.front()).second) +
                      ".txt";
    wanted.output_name = output_name.data();
    wanted.output_name_len = output_name.size();
    std::vector<const char*> environment;
    for (char** value = environ; value != nullptr && *value != nullptr; ++value)
        environment.push_back(*value);
    wanted.environment = environment.data();
    wanted.environment_count = environment.size();
    if (many) return run_batch(session, store, options.batch, wanted);
    Chat chat;
    if (const int code = find_chat(store, options.chat, chat)) return code;
    AgentRun run;
    Error error;
    kato_status status = kato_agent_run_start(store.get(), kato_chat_id(chat.get(), nullptr),
                                              KATO_NTS, &wanted, out(run), out(error));
    if (status < 0) return fail(status, error);
    do {
        status = kato_agent_run_wait(run.get(), k_step_ms, session.cancel.get(), out(error));
        show_messages(session, run.get());
    } while (status == KATO_E_BUSY);
    if (status < 0) return fail(status, error);
    const int code = exit_of_run(kato_agent_run_outcome(run.get()));
    show_report(session, text<kato_agent_run_report>(run.get()), code);
    return code;
}

} // namespace

void add_agent_run(Command agent, Session& session) {
    add_command<RunOptions>(
        agent, session, "run", "Run a program over one chat, confined",
        "  kato agent run 0192f3 --filter -- wc -w\n"
        "  kato agent run 0192f3 --timeout 30s --instructions \"List open questions\" -- "
        "./agent.py\n"
        "  kato agent run 0192f3 --manifest examples/agents/outline\n"
        "  kato agent run --query kiln --output-name words -j 4 --filter -- wc -w\n"
        "\n"
        "With --all or --query a chat that has an output of that name (PROGRAM.txt) is skipped, "
        "so\n"
        "the same command again goes on where it was stopped.\n"
        "\n"
        "The program reads the chat (Kato JSONL) on descriptor 3 and its instructions on 0, "
        "writes\n"
        "its output on 4 and messages on 1; with --filter the chat is 0 and the output 1. It has "
        "no\n"
        "network, no environment and no other files or programs. The output becomes\n"
        "out/<chat>/<run>.txt in the workspace. See docs/agents.md.\n"
        "\n"
        "Exit codes: 0 ok, 1 it failed or hit a limit, 4 it could not be started or this machine\n"
        "lacks a layer, 124 it ran longer than --timeout.\n",
        [](Command& command, RunOptions& options) {
            command.argument("CHAT", options.chat, "The chat: id, beginning of it, or title",
                             Command::Need::optional);
            command.arguments("PROGRAM", options.command,
                              "The program and its arguments, after --; else the manifest's");
            command.flag("--all", options.batch.all, "One run for each chat, instead of CHAT");
            command.option("--query", options.batch.query, "QUERY",
                           "One run for each chat that a search finds, instead of CHAT");
            command.number("-j,--jobs", options.batch.jobs, "So many runs at once (2)", 1, 64);
            declare_policy(command, options.policy);
            command.flag("--dry-run", options.dry_run,
                         "Show what would be granted and enforced; run nothing");
            command.choice("--isolation", options.isolation, k_isolations,
                           "How far to confine it; what this machine cannot do is an error");
            command.flag("--filter", options.filter,
                         "The chat on standard input, the output on standard output");
            command.option("--instructions", options.instructions, "TEXT", "What it is to do");
            command.option("--params", options.params, "JSON", "An object for it to read");
            command.option("--output-name", options.output_name, "NAME",
                           "Name of the output; one that exists is refused");
            command.flag("--output-file", options.output_file,
                         "Let it write to the file that KATO_OUTPUT names");
            command.option("--timeout", options.timeout, "TIME", "End it after so long (5m)");
            command.option("--memory", options.memory, "SIZE",
                           "Memory of all its processes (512MiB)");
            command.option("--max-output", options.output_limit, "SIZE", "Of its output (64MiB)");
            command.option("--scratch", options.scratch, "SIZE", "Give it a private /tmp");
            command.choice("--audit", options.audit, k_audits, "What goes into the audit log");
            command.flag("--audit-required", options.audit_required,
                         "Refuse to run it where refused calls cannot be seen");
        },
        run_agent);
}

} // namespace kato_cli
