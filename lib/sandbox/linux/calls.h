// System calls by number and name, for the processor this is compiled for.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace kato::sandbox {

struct Call {
    std::int32_t number;
    std::string_view name;
};

// Numbers above it are of kernels that we do not know: the filter says that they do not exist.
constexpr std::int32_t k_newest_call = 470;

std::string_view call_name(std::int32_t number); // "unknown" for one without
std::optional<std::int32_t> call_number(std::string_view name);

} // namespace kato::sandbox
