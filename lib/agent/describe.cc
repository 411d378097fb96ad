// A policy and what it comes to, as JSON.
#include "agent/decide.h"

#include "base/json_string.h"
#include "base/text.h"

#include <fmt/format.h>

#include <array>
#include <optional>
#include <utility>

namespace kato::agent {
namespace {

std::string json_text(std::string_view text) {
    std::string out;
    append_json_string(out, to_valid_utf8(text));
    return out;
}

// "[...]" of what `item` makes of each element.
template <class List, class Item> std::string array_of(const List& list, Item&& item) {
    std::string out = "[";
    for (const auto& element : list) {
        if (out.size() > 1) out += ',';
        out += item(element);
    }
    return out + ']';
}

// The members that every rule has, without the braces.
std::string rule_members(const StatedRule& stated) {
    return fmt::format(R"("capability":"{}","value":{},"given":{},"origin":"{}")",
                       capability_name(stated.rule.capability), json_text(stated.rule.value),
                       json_text(stated.given), origin_name(stated.origin));
}

std::string refused_json(const Refused& refused) {
    return fmt::format(
        R"({{{},"refusal":"{}","reason":{}{}}})", rule_members(refused.rule),
        refusal_name(refused.refusal), json_text(refused.reason),
        refused.target.empty() ? "" : fmt::format(R"(,"target":{})", json_text(refused.target)));
}

std::string rule_json(const StatedRule& stated) {
    return fmt::format(R"({{"effect":"{}",{}}})", effect_name(stated.rule.effect),
                       rule_members(stated));
}

std::string met_json(const StatedRule& stated) { return '{' + rule_members(stated) + '}'; }

std::string rights_json(std::uint8_t rights) {
    constexpr std::array<std::pair<std::uint8_t, std::string_view>, 3> k_names = {
        {{sandbox::k_read, "read"}, {sandbox::k_execute, "execute"}, {sandbox::k_write, "write"}}};
    std::string out = "[";
    for (const auto& [right, name] : k_names)
        if ((rights & right) != 0) out += fmt::format(R"({}"{}")", out.size() > 1 ? "," : "", name);
    return out + ']';
}

std::string grant_json(const sandbox::Grant& grant) {
    return fmt::format(R"({{"path":{},"rights":{},"reason":{}}})", json_text(grant.path),
                       rights_json(grant.rights), json_text(grant.reason));
}

std::string program_json(const Program& program) {
    return fmt::format(R"({{"name":{},"path":{}}})", json_text(program.name),
                       json_text(program.path));
}

std::string number_json(const std::optional<std::uint64_t>& number) {
    return number ? fmt::format("{}", *number) : "null";
}

std::string limits_json(const RequestedLimits& limits) {
    return fmt::format(R"({{"wall_ms":{},"cpu_ms":{},"memory_bytes":{},"processes":{},"files":{},)"
                       R"("scratch_bytes":{},"output_bytes":{},"message_bytes":{}}})",
                       number_json(limits.wall_ms), number_json(limits.cpu_ms),
                       number_json(limits.memory_bytes), number_json(limits.processes),
                       number_json(limits.files), number_json(limits.scratch_bytes),
                       number_json(limits.output_bytes), number_json(limits.message_bytes));
}

std::string manifest_json(const Manifest* manifest) {
    if (manifest == nullptr) return "null";
    std::string params = "{";
    for (const auto& [name, value] : manifest->params)
        params += fmt::format("{}{}:{}", params.size() > 1 ? "," : "", json_text(name), value);
    return fmt::format(
        R"({{"path":{},"name":{},"description":{},"version":{},"program":{},"arguments":{},)"
        R"("mode":"{}","limits":{},"params":{}}}}})",
        manifest->path.empty() ? "null" : json_text(manifest->path), json_text(manifest->name),
        json_text(manifest->description), json_text(manifest->version),
        manifest->program.empty() ? "null" : json_text(manifest->program),
        array_of(manifest->arguments, json_text), mode_name(manifest->mode),
        limits_json(manifest->limits), params);
}

} // namespace

std::string describe(const Granted& granted) {
    return fmt::format(
        R"({{{},"paths":{},"without":{}}})", rule_members(granted.rule),
        array_of(granted.paths, [](const GrantedPath& path) { return json_text(path.path); }),
        array_of(granted.without, json_text));
}

std::string describe(const Policy& policy, const Decision& decision) {
    return fmt::format(
        R"({{"schema":1,"manifest":{},"rules":{},"requests":{{"met":{},"unmet":{}}},)"
        R"("granted":{},"refused":{},"grants":{},"environment":{},"programs":{}}})",
        manifest_json(policy.manifest()), array_of(policy.rules(), rule_json),
        array_of(decision.met, met_json), array_of(decision.unmet, refused_json),
        array_of(decision.granted, [](const Granted& granted) { return describe(granted); }),
        array_of(decision.refused, refused_json), array_of(decision.grants, grant_json),
        array_of(decision.environment, json_text), array_of(decision.programs, program_json));
}

} // namespace kato::agent
