#include "agent/decide.h"

#include "agent/expand.h"
#include "agent/path.h"
#include "agent/places.h"
#include "base/text.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <utility>
#include <variant>

namespace kato::agent {
namespace {

constexpr std::array<std::string_view, 8> k_refusals = {"denied",      "privileged", "unavailable",
                                                        "not_found",   "not_a_file", "too_broad",
                                                        "not_granted", "withheld"};

// Variables that Kato sets itself.
constexpr std::array<std::string_view, 3> k_own_variables = {"PATH", "HOME", "LANG"};
// Variables that make a program load or execute something before its own first line, and those of a
// proxy, which belong to a grant of `net`.
constexpr std::array<std::string_view, 22> k_steering_variables = {"BASH_ENV",
                                                                   "BUN_OPTIONS",
                                                                   "ENV",
                                                                   "GCONV_PATH",
                                                                   "GLIBC_TUNABLES",
                                                                   "IFS",
                                                                   "JAVA_TOOL_OPTIONS",
                                                                   "LOCPATH",
                                                                   "MALLOC_CHECK_",
                                                                   "NODE_OPTIONS",
                                                                   "NODE_PATH",
                                                                   "PERL5DB",
                                                                   "PERL5LIB",
                                                                   "PERL5OPT",
                                                                   "PROMPT_COMMAND",
                                                                   "PYTHONHOME",
                                                                   "PYTHONPATH",
                                                                   "PYTHONSTARTUP",
                                                                   "RUBYLIB",
                                                                   "RUBYOPT",
                                                                   "SHELLOPTS",
                                                                   "ZDOTDIR"};
constexpr std::array<std::string_view, 6> k_steering_prefixes = {"LD_",  "DYLD_", "KATO_",
                                                                 "GIT_", "DENO_", "BASH_FUNC_"};

// A rule that nothing speaks against, or why it gives nothing.
struct No {
    Refusal refusal;
    std::string reason;
};
using Judged = std::variant<Granted, No>;

// What the deny rules come to.
struct Denies {
    std::array<bool, k_capability_count> all{}; // of a kind
    std::vector<std::string> read;              // paths
    std::vector<std::string> write;
    std::vector<std::string> run;
    std::vector<std::string> run_names; // without a slash
    std::vector<std::string> env;
};

bool covers(const std::vector<std::string>& folders, std::string_view path) {
    return std::any_of(folders.begin(), folders.end(),
                       [&](const std::string& folder) { return is_within(path, folder); });
}

bool contains(const std::vector<std::string>& all, std::string_view one) {
    return std::find(all.begin(), all.end(), one) != all.end();
}

bool steers(std::string_view name) {
    return std::find(k_steering_variables.begin(), k_steering_variables.end(), name) !=
               k_steering_variables.end() ||
           std::any_of(
               k_steering_prefixes.begin(), k_steering_prefixes.end(),
               [&](std::string_view prefix) { return name.substr(0, prefix.size()) == prefix; });
}

bool any_about_files(const std::vector<StatedRule>& rules) {
    return std::any_of(rules.begin(), rules.end(), [](const StatedRule& stated) {
        const Capability kind = stated.rule.capability;
        return kind == Capability::read || kind == Capability::write || kind == Capability::run;
    });
}

class Judge {
public:
    explicit Judge(const Surroundings& surroundings) : surroundings_(surroundings) {}

    // To be told before a rule about files is judged.
    Status learn_places() {
        places_.emplace(surroundings_.root, surroundings_.home, surroundings_.workspaces);
        return places_->learn_mounts();
    }

    Status learn(const std::vector<StatedRule>& rules) {
        for (const StatedRule& stated : rules)
            if (stated.rule.effect == Effect::deny) KATO_CHECK(learn(stated.rule));
        return done();
    }

    Judged judge(const StatedRule& stated) const {
        const Rule& rule = stated.rule;
        if (denies_.all[static_cast<std::size_t>(rule.capability)])
            return No{Refusal::denied,
                      fmt::format("{} is denied altogether", capability_name(rule.capability))};
        switch (rule.capability) {
        case Capability::read: return judge_path(stated, false);
        case Capability::write: return judge_path(stated, true);
        case Capability::env: return judge_env(stated);
        case Capability::run: return judge_run(stated);
        case Capability::net: return No{Refusal::unavailable, "net is not available yet"};
        case Capability::sys:
            return No{Refusal::unavailable, "sys: every run may call the same system calls"};
        case Capability::ffi:
            return No{Refusal::unavailable, "ffi: a run loads the libraries of its program only"};
        }
        return No{Refusal::unavailable, "unknown capability"};
    }

    // The program's path as the rule has it, links not followed; nothing where there is none.
    std::optional<std::string> find_program(const std::string& value) const {
        return agent::find_program(value, surroundings_.search_path);
    }

    const Denies& denies() const { return denies_; }

private:
    Status learn(const Rule& rule) {
        if (rule.value.empty()) {
            denies_.all[static_cast<std::size_t>(rule.capability)] = true;
            return done();
        }
        switch (rule.capability) {
        case Capability::read: return learn_path(denies_.read, rule.value);
        case Capability::write: return learn_path(denies_.write, rule.value);
        case Capability::env: denies_.env.push_back(rule.value); return done();
        case Capability::run: {
            if (rule.value.find('/') == std::string::npos) denies_.run_names.push_back(rule.value);
            const std::optional<std::string> path = find_program(rule.value);
            if (path) return learn_path(denies_.run, *path);
            return done();
        }
        case Capability::net:
        case Capability::sys:
        case Capability::ffi: return done(); // nothing of these is given
        }
        return done();
    }

    // Both the name that was denied and what it stands for: a link may be turned elsewhere later.
    static Status learn_path(std::vector<std::string>& into, const std::string& path) {
        auto resolved = resolve_path(path);
        if (!resolved) {
            resolved.error().message =
                fmt::format("cannot tell what is denied: {}", resolved.error().message);
            return std::move(resolved.error());
        }
        if (resolved->path != path) into.push_back(path);
        into.push_back(std::move(resolved->path));
        return done();
    }

    Judged judge_path(const StatedRule& stated, bool write) const {
        const std::string& value = stated.rule.value;
        if (value.empty()) return No{Refusal::too_broad, "everything: name files or folders"};
        const auto target = resolve_path(value);
        if (!target) return No{Refusal::not_found, target.error().message};
        const RulePath rule{value, target->path};
        // Before whether it exists: nobody learns here what there is in such a place.
        if (auto no = refuse_place(*target, write, rule)) return std::move(*no);
        const std::vector<std::string>& denied = write ? denies_.write : denies_.read;
        if (covers(denied, target->path))
            return No{Refusal::denied, fmt::format("{} is denied", target->path)};
        if (target->type == FileType::missing)
            return No{Refusal::not_found, fmt::format("{} does not exist", target->path)};
        if (target->type == FileType::other)
            return No{Refusal::not_a_file,
                      fmt::format("{} is neither a file nor a folder", target->path)};
        Granted granted{stated, {}, {}};
        if (target->type == FileType::file) {
            granted.paths.push_back({target->path, target->identity});
            return granted;
        }
        Expansion left = expand_folder(*target, rule, write, *places_, denied);
        if (left.too_broad)
            return No{Refusal::too_broad,
                      fmt::format("{} has places in it that are not given, and comes apart into "
                                  "too many pieces without them: name folders in it",
                                  target->path)};
        if (left.paths.empty())
            return No{Refusal::privileged,
                      fmt::format("nothing in {} is given by a rule for the whole", target->path)};
        granted.paths = std::move(left.paths);
        granted.without = std::move(left.without);
        return granted;
    }

    std::optional<No> refuse_place(const ResolvedPath& target, bool write,
                                   const RulePath& rule) const {
        if (auto reason = places_->refusal(target.path, write, rule))
            return No{Refusal::privileged, std::move(*reason)};
        if (auto reason = places_->alias_refusal(target.path, write))
            return No{Refusal::privileged, std::move(*reason)};
        if (target.kernel_file_system)
            return No{Refusal::privileged,
                      fmt::format("{} is one of the kernel's files", target.path)};
        return std::nullopt;
    }

    Judged judge_env(const StatedRule& stated) const {
        const std::string& name = stated.rule.value;
        if (name.empty()) return No{Refusal::too_broad, "every variable: name them"};
        if (contains(denies_.env, name)) return No{Refusal::denied, name + " is denied"};
        if (std::find(k_own_variables.begin(), k_own_variables.end(), name) !=
            k_own_variables.end())
            return No{Refusal::privileged, name + " is set by Kato"};
        if (steers(name)) return No{Refusal::privileged, name + " would change how programs start"};
        return Granted{stated, {}, {}};
    }

    Judged judge_run(const StatedRule& stated) const {
        const std::string& value = stated.rule.value;
        if (value.empty()) return No{Refusal::too_broad, "every program: name them"};
        const std::optional<std::string> name = find_program(value);
        if (!name)
            return No{Refusal::not_found,
                      fmt::format("no program {} in {}", value, surroundings_.search_path)};
        const auto file = resolve_path(*name);
        if (!file) return No{Refusal::not_found, file.error().message};
        if (auto no = refuse_place(*file, false, RulePath{*name, file->path}))
            return std::move(*no);
        if (contains(denies_.run_names, file_name(*name)) ||
            contains(denies_.run_names, file_name(file->path)) || covers(denies_.run, file->path) ||
            covers(denies_.run, *name))
            return No{Refusal::denied, fmt::format("{} is denied", file->path)};
        if (covers(denies_.read, file->path))
            return No{Refusal::denied, fmt::format("reading {} is denied", file->path)};
        if (file->type == FileType::missing)
            return No{Refusal::not_found, fmt::format("{} does not exist", file->path)};
        if (!file->executable)
            return No{Refusal::not_a_file, fmt::format("{} is not a program", file->path)};
        return Granted{stated, {{file->path, file->identity}}, {}};
    }

    const Surroundings& surroundings_;
    std::optional<Places> places_;
    Denies denies_;
};

// What the caller's rules grant, as the sandbox and the run want it.
class Collector {
public:
    Collector(Decision& decision, const Judge& judge) : decision_(decision), judge_(judge) {}

    void add(const Granted& granted) {
        const Rule& rule = granted.rule.rule;
        const std::string reason =
            fmt::format("{} {} ({})", capability_name(rule.capability),
                        to_valid_utf8(granted.rule.given), origin_name(granted.rule.origin));
        if (rule.capability == Capability::env) {
            if (!contains(decision_.environment, rule.value))
                decision_.environment.push_back(rule.value);
            return;
        }
        if (rule.capability == Capability::run) add_program(rule.value, granted.paths.front().path);
        for (const GrantedPath& path : granted.paths) add_path(path, rights(rule), reason);
    }

private:
    static std::uint8_t rights(const Rule& rule) {
        if (rule.capability == Capability::write) return sandbox::k_write;
        if (rule.capability == Capability::run) return sandbox::k_read | sandbox::k_execute;
        return sandbox::k_read;
    }

    void add_program(const std::string& value, const std::string& path) {
        Program program{judge_.find_program(value).value_or(path), path};
        const bool known = std::any_of(
            decision_.programs.begin(), decision_.programs.end(),
            [&](const Program& p) { return p.name == program.name && p.path == program.path; });
        if (!known) decision_.programs.push_back(std::move(program));
    }

    void add_path(const GrantedPath& path, std::uint8_t rights, const std::string& reason) {
        const auto [entry, added] = known_.try_emplace(path.path, decision_.grants.size());
        if (added) {
            decision_.grants.push_back({path.path, rights, reason, path.identity});
            return;
        }
        sandbox::Grant& grant = decision_.grants[entry->second];
        if ((grant.rights | rights) == grant.rights) return;
        grant.rights = static_cast<std::uint8_t>(grant.rights | rights);
        grant.reason += "; " + reason;
    }

    Decision& decision_;
    const Judge& judge_;
    std::map<std::string, std::size_t> known_;
};

// Whether what is granted covers all that `wanted`, judged as if it were granted, would give.
bool covered(const Granted& wanted, const Decision& decision) {
    const Rule& rule = wanted.rule.rule;
    if (rule.capability == Capability::env) return contains(decision.environment, rule.value);
    return std::all_of(wanted.paths.begin(), wanted.paths.end(), [&](const GrantedPath& path) {
        return std::any_of(decision.granted.begin(), decision.granted.end(),
                           [&](const Granted& granted) {
                               return granted.rule.rule.capability == rule.capability &&
                                      std::any_of(granted.paths.begin(), granted.paths.end(),
                                                  [&](const GrantedPath& given) {
                                                      return is_within(path.path, given.path);
                                                  });
                           });
    });
}

// Where a file is that has another name in the rule; empty: nowhere else.
std::string other_name(const Rule& rule, const Surroundings& surroundings) {
    if (rule.capability == Capability::env) return {};
    std::string name = rule.value;
    if (rule.capability == Capability::run) {
        auto found = find_program(name, surroundings.search_path);
        if (!found) return {};
        name = std::move(*found);
    }
    auto target = resolve_path(name);
    return target && target->path != name ? std::move(target->path) : std::string();
}

} // namespace

std::string_view refusal_name(Refusal refusal) {
    const auto index = static_cast<std::size_t>(refusal);
    return index < k_refusals.size() ? k_refusals[index] : std::string_view("unknown");
}

bool Decision::denies(std::string_view path, std::uint8_t rights) const {
    const auto touches = [&](const std::vector<std::string>& denied) {
        return std::any_of(denied.begin(), denied.end(), [&](const std::string& one) {
            return is_within(path, one) || is_within(one, path);
        });
    };
    if ((rights & (sandbox::k_read | sandbox::k_execute)) != 0 && touches(denied_read)) return true;
    return (rights & sandbox::k_write) != 0 && touches(denied_write);
}

Result<Decision> decide(const Policy& policy, const Surroundings& surroundings, const AskFn& ask) {
    Decision decision;
    Judge judge(surroundings);
    // Which takes a while: most runs have no such rule.
    if (any_about_files(policy.rules()) || any_about_files(policy.requests()))
        KATO_CHECK(judge.learn_places());
    KATO_CHECK(judge.learn(policy.rules()));
    decision.denied_read = judge.denies().read;
    decision.denied_write = judge.denies().write;
    Collector collector(decision, judge);
    for (const StatedRule& stated : policy.rules()) {
        if (stated.rule.effect == Effect::deny) continue;
        Judged judged = judge.judge(stated);
        if (auto* no = std::get_if<No>(&judged)) {
            decision.refused.push_back({stated, no->refusal, std::move(no->reason)});
            continue;
        }
        auto& granted = std::get<Granted>(judged);
        if (ask) {
            KATO_TRY(const bool stands, ask(granted));
            if (!stands) {
                decision.refused.push_back(
                    {stated, Refusal::withheld, "the policy's function took it back"});
                continue;
            }
        }
        collector.add(granted);
        decision.granted.push_back(std::move(granted));
    }
    for (const StatedRule& wanted : policy.requests()) {
        Judged judged = judge.judge(wanted);
        if (auto* no = std::get_if<No>(&judged))
            decision.unmet.push_back({wanted, no->refusal, std::move(no->reason)});
        else if (covered(std::get<Granted>(judged), decision))
            decision.met.push_back(wanted);
        else
            decision.unmet.push_back({wanted, Refusal::not_granted, "the caller did not grant it",
                                      other_name(wanted.rule, surroundings)});
    }
    return decision;
}

} // namespace kato::agent
