#include "agent/policy.h"

#include "agent/value.h"

#include <fmt/format.h>

#include <array>
#include <utility>

namespace kato::agent {
namespace {

constexpr std::array<std::string_view, k_grantor_count + 1> k_origins = {"api", "flag", "request",
                                                                         "remembered", "manifest"};

Error too_many() {
    return Error{Code::limit, fmt::format("more than {} rules in a policy", k_max_rules)};
}

} // namespace

std::string_view origin_name(Origin origin) {
    const auto index = static_cast<std::size_t>(origin);
    return index < k_origins.size() ? k_origins[index] : std::string_view("unknown");
}

Status Policy::add(Effect effect, Capability capability, std::string_view value, Origin origin,
                   std::string_view home) {
    if (rules_.size() + requests_.size() >= k_max_rules) return too_many();
    StatedRule stated;
    stated.rule.effect = effect;
    stated.rule.capability = capability;
    KATO_TRY(stated.rule.value, spell_value(capability, value, ValueContext{home, {}}));
    stated.given = value;
    stated.origin = origin;
    rules_.push_back(std::move(stated));
    return done();
}

Status Policy::allow(Capability capability, std::string_view value, Origin origin,
                     std::string_view home) {
    return add(Effect::allow, capability, value, origin, home);
}

Status Policy::deny(Capability capability, std::string_view value, Origin origin,
                    std::string_view home) {
    return add(Effect::deny, capability, value, origin, home);
}

Status Policy::request(Manifest manifest, std::string_view home) {
    if (manifest_) return Error{Code::exists, "the policy has a manifest already"};
    if (rules_.size() + manifest.permissions.size() > k_max_rules) return too_many();
    std::vector<StatedRule> requests;
    for (const Requested& wanted : manifest.permissions) {
        StatedRule stated;
        stated.rule.effect = Effect::allow;
        stated.rule.capability = wanted.capability;
        auto spelled =
            spell_value(wanted.capability, wanted.value, ValueContext{home, manifest.folder});
        if (!spelled) {
            spelled.error().path = manifest.path;
            spelled.error().line = wanted.line;
            return std::move(spelled.error());
        }
        stated.rule.value = std::move(*spelled);
        stated.given = wanted.value;
        stated.origin = Origin::manifest;
        requests.push_back(std::move(stated));
    }
    requests_ = std::move(requests);
    manifest_ = std::move(manifest);
    return done();
}

} // namespace kato::agent
