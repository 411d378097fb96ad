#include "agent_policy.h"

#include "files.h"
#include "json.h"
#include "text.h"

#include <cstdlib>
#include <iterator>

#include <sys/stat.h>
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

bool is_file(const std::string& path) {
    struct stat info {};
    return ::stat(path.c_str(), &info) == 0 && S_ISREG(info.st_mode);
}

kato_status take_text(void* user_data, const void* data, std::size_t size_bytes) {
    static_cast<std::string*>(user_data)->append(static_cast<const char*>(data), size_bytes);
    return KATO_OK;
}

int described(const kato_policy* policy, std::string& text) {
    Error error;
    const kato_status status = kato_policy_describe(policy, take_text, &text, nullptr, out(error));
    return status < 0 ? fail(status, error) : Exit::done;
}

bool says_yes() {
    std::string answer;
    char c = 0;
    while (::read(0, &c, 1) == 1 && c != '\n') answer += c;
    return answer == "y" || answer == "yes";
}

std::int32_t kind_of(std::string_view name) {
    for (std::int32_t kind = 0; kind < 7; ++kind)
        if (name == k_kinds[kind].name) return kind;
    return -1;
}

// Once for each request that nothing grants; only a person at a terminal can say yes.
int ask(const Session& session, kato_policy* policy, bool may_ask) {
    std::string text;
    if (const int code = described(policy, text)) return code;
    const auto json = parse_json(text);
    const Json* requests = json ? json->find("requests") : nullptr;
    const Json* unmet = requests ? requests->find("unmet") : nullptr;
    if (unmet == nullptr) return Exit::done;
    for (const Json& request : unmet->items) {
        const std::string capability(request.text("capability"));
        const std::string value(request.text("value"));
        const std::string shown = fmt::format("{} {}", capability, visible_line(value));
        if (request.text("refusal") != "not_granted" || !may_ask) {
            say(fmt::format("not granted: {}: {}", shown, visible_line(request.text("reason"))));
            continue;
        }
        (void)write_all(2,
                        fmt::format("The agent asks to {}. Let it, for this run? [y/N] ", shown));
        if (!says_yes()) continue;
        Error error;
        const kato_status status = kato_policy_allow(policy, kind_of(capability), value.data(),
                                                     value.size(), KATO_ORIGIN_REQUEST, out(error));
        if (status < 0) return fail(status, error);
    }
    (void)session;
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
                   "What it asks for (kato-agent.toml beside the program)");
    command.flag("--no-prompt", flags.no_prompt,
                 "Ask nobody: what no option grants is not granted");
}

int make_policy(const Session& session, const PolicyFlags& flags, const std::string& program,
                Policy& policy) {
    Error error;
    kato_status status = kato_policy_new(nullptr, out(policy), out(error));
    if (status < 0) return fail(status, error);
    std::string manifest = flags.manifest;
    if (manifest.empty() && program.find('/') != std::string::npos) {
        const std::string beside = split_path(program).first + "/kato-agent.toml";
        if (is_file(beside)) manifest = beside;
    }
    if (!manifest.empty()) {
        status = kato_policy_request(policy.get(), manifest.data(), manifest.size(), out(error));
        if (status < 0) return fail(status, error, {}, {}, manifest);
    }
    if (const int code = add_rules(policy.get(), flags)) return code;
    const char* ci = std::getenv("CI");
    const bool may_ask = !flags.no_prompt && session.terminal.in && session.terminal.err &&
                         !session.json && (ci == nullptr || *ci == '\0');
    return manifest.empty() ? Exit::done : ask(session, policy.get(), may_ask);
}

int show_policy(Session& session, const Policy& policy) {
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
    const auto rule = [](const Json& one) {
        return fmt::format("{} {}", one.text("capability"), visible_line(one.text("value")));
    };
    session.out.write("granted:\n  read the chat, write its output\n");
    for (const Json& one : json->find("granted")->items)
        session.out.write(fmt::format("  {} ({})\n", rule(one), one.text("origin")));
    for (const char* part : {"refused", "unmet"}) {
        const Json* list =
            part[0] == 'u' ? json->find("requests")->find("unmet") : json->find(part);
        if (list == nullptr || list->items.empty()) continue;
        session.out.write(part[0] == 'u' ? "asked for, not granted:\n" : "refused:\n");
        for (const Json& one : list->items)
            session.out.write(
                fmt::format("  {}: {}\n", rule(one), visible_line(one.text("reason"))));
    }
    session.out.write(fmt::format("this machine can enforce: {}\n", machine->text("best").empty()
                                                                        ? "nothing"
                                                                        : machine->text("best")));
    for (const Json& missing : machine->find("missing")->items)
        session.out.write(fmt::format("  missing: {}\n", visible_line(missing.text("reason"))));
    return Exit::done;
}

} // namespace kato_cli
