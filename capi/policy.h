// What a kato_policy consists of, for the calls that run agents by it.
#pragma once

#include "callback.h"

#include "agent/decide.h"
#include "agent/remembered.h"

#include <kato/policy.h>

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace kato::capi {

// The caller's function that is asked about grants.
struct GrantAsker {
    GrantAsker(kato_grant_fn function, void* user_data, kato_destroy_fn destroy) noexcept
        : grant(function), owned(user_data, destroy) {}
    kato_grant_fn grant;
    UserData owned;
};

// A copy is what a run takes along; the function and its user_data live as long as any copy.
struct OpenPolicy {
    agent::Policy policy;
    agent::Surroundings surroundings;
    std::shared_ptr<GrantAsker> asker; // may be none
    std::optional<agent::Occasion>
        occasion; // what remembered answers were about: all that it is for
    std::shared_ptr<Reentry> reentry = std::make_shared<Reentry>();
};

// Refuses NULL and calls from the policy's own function.
Status enter(const kato_policy* policy);
// What a run or a question is about: `words`, or without any what the policy's manifest names. `policy` may be
// NULL.
Result<std::vector<std::string>> command_of(const kato_policy* policy, const char* const* words,
                                            std::size_t count);
// Asks the policy's function, if there is one. It may free the handle: work on a copy.
Result<agent::Decision> decide(const OpenPolicy& open);

} // namespace kato::capi

struct kato_policy {
    kato::capi::OpenPolicy open;
};
