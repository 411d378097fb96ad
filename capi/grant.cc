// kato/agent.h: answers that hold for all runs of a program.
#include "arguments.h"
#include "handle.h"

#include "policy.h"

#include "agent/remembered.h"
#include "base/file.h"

#include <kato/agent.h>

using namespace kato;
using namespace kato::capi;

namespace {

// Ties the policy to what is asked about now.
Result<agent::Occasion> occasion_of(kato_policy& policy, const char* const* command,
                                    std::size_t count) {
    KATO_TRY(const std::vector<std::string> words, command_of(&policy, command, count));
    KATO_TRY(agent::Occasion occasion, agent::occasion_of(policy.open.policy, words));
    if (policy.open.occasion && *policy.open.occasion != occasion)
        return Error{Code::invalid, "the policy is for another program"};
    return occasion;
}

Result<agent::GrantBook> grants_of(const Store& store) {
    KATO_TRY(const std::string workspace, absolute_path(store.path()));
    return agent::GrantBook(workspace);
}

Result<agent::Surroundings> surroundings_of(const kato_policy& policy, const Store& store) {
    agent::Surroundings around = policy.open.surroundings;
    KATO_TRY(std::string workspace, absolute_path(store.path()));
    around.workspaces.push_back(std::move(workspace));
    return around;
}

} // namespace

kato_status kato_grant_recall(kato_policy* policy, const kato_store* store,
                              const char* const* command, size_t command_count, uint64_t* count,
                              kato_error** error) {
    return guard(__func__, error, [&]() -> Return {
        if (count != nullptr) *count = 0;
        KATO_CHECK(enter(policy));
        KATO_TRY(const OpenStorePtr open, enter(store));
        KATO_TRY(const agent::Occasion occasion, occasion_of(*policy, command, command_count));
        KATO_TRY(const agent::Surroundings around, surroundings_of(*policy, *open->store));
        KATO_TRY(const agent::GrantBook book, grants_of(*open->store));
        KATO_TRY(const std::uint64_t found,
                 agent::recall(policy->open.policy, around, occasion, book));
        if (found != 0) policy->open.occasion = occasion;
        if (count != nullptr) *count = found;
        return KATO_OK;
    });
}

kato_status kato_grant_remember(kato_policy* policy, kato_store* store, const char* const* command,
                                size_t command_count, int32_t capability, const char* value,
                                size_t value_len, kato_error** error) {
    return guard(__func__, error, [&]() -> Return {
        KATO_CHECK(enter(policy));
        KATO_TRY(const OpenStorePtr open, enter(store));
        if (capability < 0 || capability >= k_capability_count)
            return misuse("`capability` is none of KATO_CAPABILITY_*");
        if (open->store->read_only())
            return Error{Code::denied, "the store was opened to be read only"};
        KATO_TRY(const std::string_view wanted, required_text(value, value_len, "value"));
        KATO_TRY(const agent::Occasion occasion, occasion_of(*policy, command, command_count));
        KATO_TRY(const agent::Surroundings around, surroundings_of(*policy, *open->store));
        KATO_TRY(const agent::GrantBook book, grants_of(*open->store));
        KATO_CHECK(agent::remember(policy->open.policy, around, occasion,
                                   static_cast<Capability>(capability), wanted,
                                   open->store->environment().now_us(), book));
        policy->open.occasion = occasion;
        return KATO_OK;
    });
}

kato_status kato_grant_list(const kato_store* store, kato_write_fn write, void* user_data,
                            kato_destroy_fn destroy, kato_error** error) {
    const UserData owned(user_data, destroy);
    return guard(__func__, error, [&]() -> Return {
        KATO_TRY(const OpenStorePtr open, enter(store));
        if (write == nullptr) return misuse("`write` is required");
        KATO_TRY(const agent::GrantBook book, grants_of(*open->store));
        KATO_TRY(const std::vector<agent::RememberedGrant> grants, book.read());
        const Output out = output_to(open->reentry, write, user_data);
        for (const agent::RememberedGrant& grant : grants)
            KATO_CHECK(out(agent::grant_object(grant) + '\n'));
        return KATO_OK;
    });
}

kato_status kato_grant_forget(kato_store* store, const char* id, size_t id_len,
                              kato_error** error) {
    return guard(__func__, error, [&]() -> Return {
        KATO_TRY(const OpenStorePtr open, enter(store));
        KATO_TRY(const std::string_view wanted, required_text(id, id_len, "id"));
        if (open->store->read_only())
            return Error{Code::denied, "the store was opened to be read only"};
        KATO_TRY(const agent::GrantBook book, grants_of(*open->store));
        KATO_CHECK(book.forget(wanted));
        return KATO_OK;
    });
}
