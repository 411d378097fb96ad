#include "model/event.h"

#include <array>

namespace kato {
namespace {
constexpr std::array<std::string_view, k_kind_count + 1> k_kinds = {
    "",
    "user.message",
    "assistant.message",
    "assistant.thinking",
    "assistant.tool.call",
    "assistant.tool.result",
    "assistant.decision.prompt",
    "user.decision.response",
    "system.message",
    "provider.info",
    "provider.raw",
};
constexpr std::array<std::string_view, 5> k_roles = {"", "user", "assistant", "system", "tool"};
} // namespace

std::string_view kind_name(Kind kind) {
    const auto i = static_cast<std::size_t>(kind);
    return i < k_kinds.size() ? k_kinds[i] : k_kinds.back();
}

std::optional<Kind> parse_kind(std::string_view name) {
    for (std::size_t i = 1; i < k_kinds.size(); ++i)
        if (k_kinds[i] == name) return static_cast<Kind>(i);
    return std::nullopt;
}

std::string_view role_name(Role role) {
    const auto i = static_cast<std::size_t>(role);
    return i < k_roles.size() ? k_roles[i] : k_roles.front();
}

std::optional<Role> parse_role(std::string_view name) {
    for (std::size_t i = 0; i < k_roles.size(); ++i)
        if (k_roles[i] == name) return static_cast<Role>(i);
    return std::nullopt;
}

bool is_conversation(Kind kind) {
    return kind != Kind::provider_info && kind != Kind::provider_raw;
}

} // namespace kato
