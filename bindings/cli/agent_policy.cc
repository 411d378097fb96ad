#include "agent_policy.h"

#include "files.h"
#include "json.h"
#include "text.h"

#include <cstdlib>
#include <iterator>

#include <unistd.h>

#include <fmt/format.h>

namespace kato_cli {
namespace {

struct Kind {
    const char* allow;
    const char* deny;
    const char* name; // as requests say it
    const char* value;
    const char* text;
};

constexpr Kind k_kinds[7] = {
    {"--allow-read", "--deny-read", "read", "PATH", "Let it read this file or folder"},
    {"--allow-write", "--deny-write", "write", "PATH", "Let it write this file, or in this folder"},
    {"--allow-net", "--deny-net", "net", "HOST:PORT", "Not available yet: is refused"},
    {"--allow-env", "--deny-env", "env", "NAME", "Give it this variable of the environment"},
    {"--allow-run", "--deny-run", "run", "PROGRAM", "Let it run this program"},
    {"--allow-sys", "--deny-sys", "sys", "NAME", "Not available: is refused"},
    {"--allow-ffi", "--deny-ffi", "ffi", "PATH", "Not available: is refused"},
};

int add_rules(kato_policy* policy, const PolicyFlags& flags) {
    for (std::int32_t kind = 0; kind < 7; ++kind) {
        for (const bool allow : {true, false}) {
            for (const std::string& value : allow ? flags.allow[kind] : flags.deny[kind]) {
                Error error;
                const kato_status status = (allow ? kato_policy_allow : kato_policy_deny)(
                    policy, kind, value.data(), value.size(), KATO_ORIGIN_FLAG, out(error));
                if (status < 0)
                    return fail(status, error, {}, {},
                                allow ? k_kinds[kind].allow : k_kinds[kind].deny);
            }
        }
    }
    return Exit::done;
}

int described(const kato_policy* policy, std::string& text) {
    Error error;
    const kato_status status = kato_policy_describe(policy, take_text, &text, nullptr, out(error));
    return status < 0 ? fail(status, error) : Exit::done;
}

enum class Answer : std::uint8_t { no, run, always };

Answer answer() {
    std::string text;
    char c = 0;
    while (::read(0, &c, 1) == 1 && c != '\n') text += c;
    if (text == "a" || text == "always") return Answer::always;
    return text == "y" || text == "yes" ? Answer::run : Answer::no;
}

std::int32_t kind_of(std::string_view name) {
    for (std::int32_t kind = 0; kind < 7; ++kind)
        if (name == k_kinds[kind].name) return kind;
    return -1;
}

std::string shown(const Json& rule) {
    return fmt::format("{} {}", rule.text("capability"), visible_line(rule.text("value")));
}

// What a yes would be to: a name in the agent's folder may be a link to anything.
std::string shown_request(const Json& request) {
    const std::string_view target = request.text("target");
    return target.empty() ? shown(request)
                          : fmt::format("{}, a link to {}", shown(request), visible_line(target));
}

// In continuous integration the command line says everything, and nobody is there.
bool in_integration() {
    const char* ci = std::getenv("CI");
    return ci != nullptr && *ci != '\0';
}

// What was granted for all runs, and is granted now; each is said.
int recall(const PolicyUse& use, kato_policy* policy) {
    std::uint64_t count = 0;
    Error error;
    const kato_status status = kato_grant_recall(policy, use.store, use.command.data(),
                                                 use.command.size(), &count, out(error));
    if (status < 0) return fail(status, error);
    if (count == 0) return Exit::done;
    std::string text;
    if (const int code = described(policy, text)) return code;
    const auto json = parse_json(text);
    const Json* granted = json ? json->find("granted") : nullptr;
    if (granted == nullptr) return Exit::failed;
    for (const Json& rule : granted->items)
        if (rule.text("origin") == "remembered")
            say(fmt::format("granted for all runs: {}; kato agent grants lists them", shown(rule)));
    return Exit::done;
}

int allow(const PolicyUse& use, kato_policy* policy, const Json& request, Answer said) {
    const std::int32_t kind = kind_of(request.text("capability"));
    const std::string_view value = request.text("value");
    Error error;
    const kato_status status =
        said == Answer::always
            ? kato_grant_remember(policy, use.store, use.command.data(), use.command.size(), kind,
                                  value.data(), value.size(), out(error))
            : kato_policy_allow(policy, kind, value.data(), value.size(), KATO_ORIGIN_REQUEST,
                                out(error));
    return status < 0 ? fail(status, error) : Exit::done;
}

// Once for each request that nothing grants; only a person at a terminal can say yes.
int ask(const PolicyUse& use, kato_policy* policy, bool may_ask) {
    std::string text;
    if (const int code = described(policy, text)) return code;
    const auto json = parse_json(text);
    const Json* requests = json ? json->find("requests") : nullptr;
    const Json* unmet = requests ? requests->find("unmet") : nullptr;
    if (unmet == nullptr) return Exit::done;
    for (const Json& request : unmet->items) {
        if (request.text("refusal") != "not_granted" || !may_ask) {
            say(fmt::format("not granted: {}: {}", shown(request),
                            visible_line(request.text("reason"))));
            continue;
        }
        (void)write_all(2,
                        fmt::format("The agent asks to {}. Let it, for this run? [y/N{}] ",
                                    shown_request(request),
                                    use.store ? "; a: always, as long as it stays the same" : ""));
        const Answer said = answer();
        if (said == Answer::no || (said == Answer::always && !use.store)) continue;
        if (const int code = allow(use, policy, request, said)) return code;
    }
    return Exit::done;
}

// What the manifest names, with its arguments: nothing runs unseen. Empty when it names nothing.
std::string named_command(const Json& description) {
    const Json* manifest = description.find("manifest");
    if (manifest == nullptr || manifest->text("program").empty()) return {};
    std::string line = visible_line(manifest->text("program"));
    if (const Json* arguments = manifest->find("arguments"))
        for (const Json& argument : arguments->items) line += ' ' + visible_line(argument.string);
    return line;
}

int say_command(const kato_policy* policy) {
    std::string text;
    if (const int code = described(policy, text)) return code;
    const auto json = parse_json(text);
    const std::string line = json ? named_command(*json) : std::string();
    if (line.empty())
        return usage_error("the manifest names no program",
                           "kato agent run CHAT -- PROGRAM ARGUMENT...");
    say(fmt::format("the manifest's program: {}", line));
    return Exit::done;
}

} // namespace

void declare_policy(Command& command, PolicyFlags& flags) {
    for (int kind = 0; kind < 7; ++kind) {
        command.options(k_kinds[kind].allow, flags.allow[kind], k_kinds[kind].value,
                        k_kinds[kind].text);
        command.options(k_kinds[kind].deny, flags.deny[kind], k_kinds[kind].value,
                        "Never, whatever is allowed");
    }
    command.option("--manifest", flags.manifest, "FILE",
                   "What it asks for (kato-agent.toml beside the program), and what to run");
    command.flag("--no-prompt", flags.no_prompt,
                 "Ask nobody: what no option grants is not granted");
}

int make_policy(const Session& session, const PolicyFlags& flags, const PolicyUse& use,
                Policy& policy) {
    Error error;
    kato_status status = kato_policy_new(nullptr, out(policy), out(error));
    if (status < 0) return fail(status, error);
    std::string manifest = flags.manifest;
    const std::string program = use.command.empty() ? std::string() : use.command.front();
    if (manifest.empty() && program.find('/') != std::string::npos) {
        const std::string beside = split_path(program).first + "/kato-agent.toml";
        if (is_file(beside)) manifest = beside;
    }
    if (!manifest.empty()) {
        status = kato_policy_request(policy.get(), manifest.data(), manifest.size(), out(error));
        if (status < 0) return fail(status, error, {}, {}, manifest);
    }
    if (const int code = add_rules(policy.get(), flags)) return code;
    if (use.command.empty())
        if (const int code = say_command(policy.get())) return code;
    if (manifest.empty()) return Exit::done;
    const bool unattended = flags.no_prompt || in_integration();
    if (!unattended && use.store != nullptr)
        if (const int code = recall(use, policy.get())) return code;
    const bool may_ask =
        use.may_ask && !unattended && session.terminal.in && session.terminal.err && !session.json;
    return ask(use, policy.get(), may_ask);
}

std::string manifest_program(const Policy& policy) {
    std::string text;
    if (described(policy.get(), text) != Exit::done) return {};
    const auto json = parse_json(text);
    const Json* manifest = json ? json->find("manifest") : nullptr;
    const std::string path(manifest ? manifest->text("program") : std::string_view());
    return path.substr(path.rfind('/') + 1);
}

int show_policy(Session& session, const PolicyUse& use, const Policy& policy) {
    std::string text;
    if (const int code = described(policy.get(), text)) return code;
    Buffer host;
    Error error;
    const kato_status status = kato_agent_host(out(host), out(error));
    if (status < 0) return fail(status, error);
    if (session.json) {
        JsonObject object("policy");
        object.add_raw("policy", json_safe(text)).add_raw("host", json_safe(kato_cli::text(host)));
        session.out.write(object.line());
        return Exit::done;
    }
    const auto json = parse_json(text);
    const auto machine = parse_json(kato_cli::text(host));
    if (!json || !machine) return Exit::failed;
    if (use.command.empty()) session.out.write(fmt::format("runs: {}\n", named_command(*json)));
    session.out.write("granted:\n  read the chat, write its output\n");
    for (const Json& one : json->find("granted")->items)
        session.out.write(fmt::format("  {} ({})\n", shown(one), one.text("origin")));
    for (const char* part : {"refused", "unmet"}) {
        const Json* list =
            part[0] == 'u' ? json->find("requests")->find("unmet") : json->find(part);
        if (list == nullptr || list->items.empty()) continue;
        session.out.write(part[0] == 'u' ? "asked for, not granted:\n" : "refused:\n");
        for (const Json& one : list->items)
            session.out.write(
                fmt::format("  {}: {}\n", shown(one), visible_line(one.text("reason"))));
    }
    session.out.write(fmt::format("this machine can enforce: {}\n", machine->text("best").empty()
                                                                        ? "nothing"
                                                                        : machine->text("best")));
    for (const Json& missing : machine->find("missing")->items)
        session.out.write(fmt::format("  missing: {}\n", visible_line(missing.text("reason"))));
    return Exit::done;
}

} // namespace kato_cli
