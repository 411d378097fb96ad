#include "sandbox/linux/calls.h"

#if defined(__x86_64__)
#include "sandbox/linux/calls_x86_64.h"
#elif defined(__aarch64__)
#include "sandbox/linux/calls_aarch64.h"
#else
#error "no table of system calls for this processor"
#endif

#include <algorithm>
#include <iterator>

namespace kato::sandbox {

std::string_view call_name(std::int32_t number) {
    const auto* const found = std::lower_bound(
        std::begin(k_calls), std::end(k_calls), number,
        [](const Call& call, std::int32_t wanted) { return call.number < wanted; });
    if (found == std::end(k_calls) || found->number != number) return "unknown";
    return found->name;
}

std::optional<std::int32_t> call_number(std::string_view name) {
    const auto* const found = std::find_if(std::begin(k_calls), std::end(k_calls),
                                           [&](const Call& call) { return call.name == name; });
    if (found == std::end(k_calls)) return std::nullopt;
    return found->number;
}

} // namespace kato::sandbox
