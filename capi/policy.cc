// kato/policy.h: the builder of policies, and what they come to.
#include "policy.h"

#include "arguments.h"
#include "handle.h"

#include "agent/apply.h"
#include "agent/home.h"

using namespace kato;
using namespace kato::capi;

// Handed out and taken by number.
static_assert(static_cast<int>(Capability::read) == KATO_CAPABILITY_READ);
static_assert(static_cast<int>(Capability::write) == KATO_CAPABILITY_WRITE);
static_assert(static_cast<int>(Capability::net) == KATO_CAPABILITY_NET);
static_assert(static_cast<int>(Capability::env) == KATO_CAPABILITY_ENV);
static_assert(static_cast<int>(Capability::run) == KATO_CAPABILITY_RUN);
static_assert(static_cast<int>(Capability::sys) == KATO_CAPABILITY_SYS);
static_assert(static_cast<int>(Capability::ffi) == KATO_CAPABILITY_FFI);
static_assert(k_capability_count == KATO_CAPABILITY_FFI + 1);
static_assert(static_cast<int>(agent::Origin::api) == KATO_ORIGIN_API);
static_assert(static_cast<int>(agent::Origin::flag) == KATO_ORIGIN_FLAG);
static_assert(static_cast<int>(agent::Origin::request) == KATO_ORIGIN_REQUEST);
static_assert(static_cast<int>(agent::Origin::remembered) == KATO_ORIGIN_REMEMBERED);
static_assert(agent::k_grantor_count == KATO_ORIGIN_REMEMBERED + 1);

namespace kato::capi {

namespace {

constexpr std::size_t k_max_arguments = 4096;

} // namespace

Status enter(const kato_policy* policy) {
    if (policy == nullptr) return misuse("`policy` is required");
    if (policy->open.reentry->inside()) return misuse("called from a callback of the same policy");
    return done();
}

Result<std::vector<std::string>> command_of(const kato_policy* policy, const char* const* words,
                                            std::size_t count) {
    if (words == nullptr && count != 0) return misuse("`command` is NULL and has a count");
    if (count > k_max_arguments) return Error{Code::limit, "the command has too many arguments"};
    std::vector<std::string> command;
    for (std::size_t i = 0; i < count; ++i) {
        if (words[i] == nullptr) return misuse("an element of `command` is NULL");
        command.emplace_back(words[i]);
    }
    if (!command.empty() && command.front().empty())
        return Error{Code::invalid, "the program's name is empty"};
    if (policy == nullptr && command.empty()) return misuse("`command` is required");
    if (policy == nullptr) return command;
    return agent::command_of(policy->open.policy, std::move(command));
}

Result<agent::Decision> decide(const OpenPolicy& open) {
    if (open.asker == nullptr) return agent::decide(open.policy, open.surroundings);
    return agent::decide(
        open.policy, open.surroundings, [&](const agent::Granted& granted) -> Result<bool> {
            const std::string json = agent::describe(granted);
            int32_t keep = 1;
            KATO_CHECK(call_back(*open.reentry, [&] {
                return open.asker->grant(open.asker->owned.get(), json.c_str(), json.size(), &keep);
            }));
            return keep != 0;
        });
}

} // namespace kato::capi

namespace {

// An optional path that must be absolute.
Result<std::string> absolute_argument(const char* path, std::size_t len, const char* name) {
    if (path == nullptr && (len == 0 || len == KATO_NTS)) return std::string();
    KATO_TRY(std::string text, path_argument(path, len, name));
    if (text[0] != '/') {
        Error error{Code::invalid, std::string("`") + name + "` is not an absolute path"};
        error.path = text;
        return error;
    }
    return text;
}

Result<agent::Surroundings> read_options(const kato_policy_options* given) {
    KATO_CHECK(check_options(given));
    const kato_policy_options options = copy_options(given);
    agent::Surroundings surroundings;
    KATO_TRY(surroundings.home, absolute_argument(options.home, options.home_len, "home"));
    if (surroundings.home.empty()) {
        KATO_TRY(surroundings.home, agent::home_of_user());
    }
    KATO_TRY(std::string workspace,
             absolute_argument(options.workspace, options.workspace_len, "workspace"));
    if (!workspace.empty()) surroundings.workspaces.push_back(std::move(workspace));
    KATO_TRY(std::string search,
             absolute_argument(options.search_path, options.search_path_len, "search_path"));
    if (!search.empty()) surroundings.search_path = std::move(search);
    return surroundings;
}

// A value is a path in some kinds: bytes without NUL, where nothing means everything.
Result<std::string> value_argument(Capability capability, const char* value, std::size_t len) {
    if (value == nullptr && (len == 0 || len == KATO_NTS)) return std::string();
    if (value != nullptr && (len == 0 || (len == KATO_NTS && *value == '\0'))) return std::string();
    const bool is_path = capability == Capability::read || capability == Capability::write ||
                         capability == Capability::run || capability == Capability::ffi;
    if (is_path) return path_argument(value, len, "value");
    KATO_TRY(const std::string_view text, required_text(value, len, "value"));
    return std::string(text);
}

kato_status add_rule(const char* function, kato_policy* policy, Effect effect, int32_t capability,
                     const char* value, std::size_t value_len, int32_t origin, kato_error** error) {
    return guard(function, error, [&]() -> Return {
        KATO_CHECK(enter(policy));
        if (capability < 0 || capability >= k_capability_count)
            return misuse("`capability` is none of KATO_CAPABILITY_*");
        if (origin < 0 || origin >= agent::k_grantor_count)
            return misuse("`origin` is none of KATO_ORIGIN_*");
        const auto kind = static_cast<Capability>(capability);
        const auto who = static_cast<agent::Origin>(origin);
        KATO_TRY(const std::string text, value_argument(kind, value, value_len));
        OpenPolicy& open = policy->open;
        if (effect == Effect::allow)
            KATO_CHECK(open.policy.allow(kind, text, who, open.surroundings.home));
        else
            KATO_CHECK(open.policy.deny(kind, text, who, open.surroundings.home));
        return KATO_OK;
    });
}

} // namespace

kato_status kato_policy_new(const kato_policy_options* options, kato_policy** out,
                            kato_error** error) {
    return guard_out(__func__, error, out, [&]() -> Return {
        auto policy = std::make_unique<kato_policy>();
        KATO_TRY(policy->open.surroundings, read_options(options));
        *out = policy.release();
        return KATO_OK;
    });
}

kato_status kato_policy_allow(kato_policy* policy, int32_t capability, const char* value,
                              size_t value_len, int32_t origin, kato_error** error) {
    return add_rule(__func__, policy, Effect::allow, capability, value, value_len, origin, error);
}

kato_status kato_policy_deny(kato_policy* policy, int32_t capability, const char* value,
                             size_t value_len, int32_t origin, kato_error** error) {
    return add_rule(__func__, policy, Effect::deny, capability, value, value_len, origin, error);
}

kato_status kato_policy_request(kato_policy* policy, const char* path, size_t path_len,
                                kato_error** error) {
    return guard(__func__, error, [&]() -> Return {
        KATO_CHECK(enter(policy));
        KATO_TRY(const std::string file, path_argument(path, path_len, "path"));
        KATO_TRY(agent::Manifest manifest, agent::read_manifest(file));
        OpenPolicy& open = policy->open;
        KATO_CHECK(open.policy.request(std::move(manifest), open.surroundings.home));
        return KATO_OK;
    });
}

kato_status kato_policy_request_text(kato_policy* policy, const char* text, size_t text_len,
                                     const char* folder, size_t folder_len, kato_error** error) {
    return guard(__func__, error, [&]() -> Return {
        KATO_CHECK(enter(policy));
        KATO_TRY(const std::string_view manifest_text, required_text(text, text_len, "text"));
        std::string where = ".";
        if (folder != nullptr) {
            KATO_TRY(where, path_argument(folder, folder_len, "folder"));
        }
        KATO_TRY(const std::string from, absolute_path(where));
        KATO_TRY(agent::Manifest manifest, agent::parse_manifest(manifest_text, from));
        OpenPolicy& open = policy->open;
        KATO_CHECK(open.policy.request(std::move(manifest), open.surroundings.home));
        return KATO_OK;
    });
}

kato_status kato_policy_on_grant(kato_policy* policy, kato_grant_fn grant, void* user_data,
                                 kato_destroy_fn destroy, kato_error** error) {
    UserData owned(user_data, destroy);
    return guard(__func__, error, [&]() -> Return {
        KATO_CHECK(enter(policy));
        std::shared_ptr<GrantAsker> asker;
        if (grant != nullptr) {
            asker = std::make_shared<GrantAsker>(grant, user_data, destroy);
            owned.release();
        }
        policy->open.asker = std::move(asker);
        return KATO_OK;
    });
}

kato_status kato_policy_describe(const kato_policy* policy, kato_write_fn write, void* user_data,
                                 kato_destroy_fn destroy, kato_error** error) {
    const UserData owned(user_data, destroy);
    return guard(__func__, error, [&]() -> Return {
        KATO_CHECK(enter(policy));
        if (write == nullptr) return misuse("`write` is required");
        const OpenPolicy open = policy->open; // the function may free the policy
        KATO_TRY(const agent::Decision decision, decide(open));
        const std::string json = agent::describe(open.policy, decision);
        KATO_CHECK(output_to(*open.reentry, write, user_data)(json));
        return KATO_OK;
    });
}

void kato_policy_free(kato_policy* policy) { const std::unique_ptr<kato_policy> owned(policy); }
