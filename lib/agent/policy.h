// The policy of an agent's run: what a caller allows and denies, and what a manifest asks for.
//
// Empty it allows nothing. Rules are only collected here, each with its origin and in one spelling;
// decide.h works out what they come to. Only `allow` grants; a request never does.
#pragma once

#include "agent/manifest.h"
#include "base/result.h"
#include "model/capability.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace kato::agent {

// Who said it. The numbers are the C API's KATO_ORIGIN_*.
enum class Origin : std::uint8_t {
    api = 0,
    flag = 1,       // on a command line
    request = 2,    // a manifest's request that the caller was asked about, and granted
    remembered = 3, // such an answer, given for all runs of the program
    manifest = 4,   // the manifest itself: only in requests
};
inline constexpr int k_grantor_count = 4; // origins that may allow and deny

std::string_view origin_name(Origin origin); // "flag"

struct StatedRule {
    Rule rule;         // the value in its one spelling: paths absolute, hosts in lower case
    std::string given; // the value as it was written
    Origin origin = Origin::api;
};

inline constexpr std::size_t k_max_rules = 1024; // of a policy, requests included

class Policy {
public:
    // `home`: for values that begin with ~/, may be empty. Relative paths go from the current
    // directory. Errors: Code::invalid for a value that does not fit its kind.
    Status allow(Capability capability, std::string_view value, Origin origin,
                 std::string_view home);
    Status deny(Capability capability, std::string_view value, Origin origin,
                std::string_view home);
    // Takes the manifest's requests; relative paths go from its folder. Code::exists for a second.
    Status request(Manifest manifest, std::string_view home);

    const std::vector<StatedRule>& rules() const { return rules_; }
    const std::vector<StatedRule>& requests() const { return requests_; }
    const Manifest* manifest() const { return manifest_ ? &*manifest_ : nullptr; }

private:
    Status add(Effect effect, Capability capability, std::string_view value, Origin origin,
               std::string_view home);

    std::vector<StatedRule> rules_;
    std::vector<StatedRule> requests_;
    std::optional<Manifest> manifest_;
};

} // namespace kato::agent
