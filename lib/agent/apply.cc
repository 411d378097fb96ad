#include "agent/apply.h"

#include "agent/path.h"
#include "agent/prepare.h"
#include "base/json_members.h"
#include "sandbox/runtime.h"
#include "sandbox/runtime/locale.h"

#include <algorithm>
#include <set>

#include <fmt/format.h>

namespace kato::agent {
namespace {

// What the caller asked for and cannot have ends the run before it begins.
Status check_refused(const Decision& decision) {
    if (decision.refused.empty()) return done();
    const Refused& first = decision.refused.front();
    Error error{Code::denied,
                fmt::format("{} {}: {}", capability_name(first.rule.rule.capability),
                            first.rule.given.empty() ? "(everything)" : first.rule.given,
                            first.reason)};
    if (decision.refused.size() > 1)
        error.message += fmt::format(" (and {} more)", decision.refused.size() - 1);
    error.hint = "take the rule back, or name what is meant; kato agent run --dry-run shows all";
    return error;
}

// A program that may be run needs its own interpreter and libraries.
Status grant_programs(const Decision& decision, RunSpec& spec) {
    for (const Program& program : decision.programs) {
        KATO_TRY(const sandbox::Runtime runtime,
                 sandbox::resolve_runtime({program.path}, k_search_path));
        for (sandbox::Grant grant : runtime.grants) {
            grant.reason = fmt::format("run {}: {}", program.name, grant.reason);
            spec.grants.push_back(std::move(grant));
        }
    }
    return done();
}

// Most programs do well without the files of a locale. Those that are given a variable about locales are
// meant to have one, and need that of LANG for whatever the variable does not speak of.
void grant_locales(const Decision& decision, RunSpec& spec) {
    std::set<std::string> names;
    for (const std::string& value : spec.environment)
        if (value.starts_with("LC_")) names.insert(value.substr(value.find('=') + 1));
    if (names.empty()) return;
    names.insert(std::string(k_locale));
    for (const std::string& name : names)
        for (sandbox::Grant& grant : sandbox::locale_grants(name))
            if (!decision.denies(grant.path, grant.rights)) spec.grants.push_back(std::move(grant));
}

template <class To> void lower(To& limit, const std::optional<std::uint64_t>& wanted) {
    if (wanted && *wanted != 0 && (limit == 0 || *wanted < limit)) limit = static_cast<To>(*wanted);
}

// A manifest may ask for less than it would get; more is the caller's to say. Its parameters are those
// of a run that was given none.
void apply_manifest(const Manifest& manifest, RunSpec& spec) {
    if (manifest.mode == Mode::filter) spec.mode = Mode::filter;
    if (spec.params.empty() && !manifest.params.empty()) {
        JsonMembers params;
        for (const auto& [name, json] : manifest.params) params.raw(name, json);
        spec.params = params.object();
    }
    const RequestedLimits& wanted = manifest.limits;
    lower(spec.limits.wall_ms, wanted.wall_ms);
    lower(spec.limits.output_bytes, wanted.output_bytes);
    lower(spec.limits.message_bytes, wanted.message_bytes);
    lower(spec.limits.kernel.memory_bytes, wanted.memory_bytes);
    lower(spec.limits.kernel.processes, wanted.processes);
    lower(spec.limits.kernel.open_files, wanted.files);
    if (wanted.cpu_ms) lower(spec.limits.kernel.cpu_seconds, (*wanted.cpu_ms + 999) / 1000);
}

} // namespace

Result<std::vector<std::string>> command_of(const Policy& policy, std::vector<std::string> given) {
    if (!given.empty()) return given;
    const Manifest* manifest = policy.manifest();
    if (manifest == nullptr || manifest->program.empty())
        return Error{Code::invalid, "no program was given, and no manifest names one"};
    std::vector<std::string> command = {manifest->program};
    if (manifest->program_inside) {
        KATO_TRY(const ResolvedPath folder, resolve_path(manifest->folder));
        KATO_TRY(const ResolvedPath program, resolve_path(manifest->program));
        if (!is_within(program.path, folder.path)) {
            Error error{Code::denied, fmt::format("{}: is a link out of its manifest's folder",
                                                  manifest->program)};
            error.hint = "name it by its whole path in the manifest, if that is meant";
            return error;
        }
        command.front() = program.path;
    }
    command.insert(command.end(), manifest->arguments.begin(), manifest->arguments.end());
    return command;
}

Status apply(const Policy& policy, const Decision& decision,
             std::span<const std::string> environment, RunSpec& spec) {
    KATO_CHECK(check_refused(decision));
    spec.grants.insert(spec.grants.end(), decision.grants.begin(), decision.grants.end());
    KATO_CHECK(grant_programs(decision, spec));
    for (const std::string& value : environment) {
        const std::string name = value.substr(0, value.find('='));
        if (std::find(decision.environment.begin(), decision.environment.end(), name) !=
            decision.environment.end())
            spec.environment.push_back(value);
    }
    grant_locales(decision, spec);
    if (const Manifest* manifest = policy.manifest()) apply_manifest(*manifest, spec);
    spec.denies = [decision](std::string_view path, std::uint8_t rights) {
        return decision.denies(path, rights);
    };
    spec.policy = describe(policy, decision);
    return done();
}

} // namespace kato::agent
