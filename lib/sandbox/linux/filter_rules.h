// The policy of the system-call filter as tables: what is allowed, and with which arguments.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <span>
#include <string_view>

namespace kato::sandbox {

// Reports name the list by it; a changed list gets a new number.
constexpr std::string_view k_allowlist_id = "kato-1";

// The only descriptor from which the filter lets a program be executed; close-on-exec, so that it
// is the set-up's alone.
constexpr int k_program_descriptor = 9;

// Allowed whatever the arguments. Files are Landlock's affair.
std::span<const std::string_view> allowed_calls();
// Allowed too, where the kernel keeps signals inside.
std::span<const std::string_view> signal_calls();
// Acts on a path: Audit::files reports them before Landlock decides.
std::span<const std::string_view> path_calls();
// "No such call": programs then take another way, which clone3, for one, is needed for.
std::span<const std::string_view> absent_calls();

// Holds when the low half of the argument, under `mask`, is one of `values`: where the kernel takes
// 32 bits it ignores the others, and so must we. `whole`: the high half must be 0 besides.
struct ArgumentRule {
    std::uint32_t argument;
    std::uint32_t mask;
    std::span<const std::uint32_t> values;
    bool whole = false;
};
struct CallRule {
    std::string_view call;
    std::span<const ArgumentRule> arguments; // all must hold
};
// Allowed only so.
std::span<const CallRule> ruled_calls();

} // namespace kato::sandbox
