// What comes in through the C API, checked: texts, paths, flags, option structs.
#pragma once

#include "guard.h"

#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <type_traits>

namespace kato::capi {

// A text that must be there: NULL is misuse. `name` says which argument a message speaks of.
Result<std::string_view> required_text(const char* text, std::size_t len, const char* name);
// A text that need not be there: NULL is empty.
Result<std::string_view> optional_text(const char* text, std::size_t len, const char* name);
// Bytes as the operating system has them.
Result<std::string> path_argument(const char* path, std::size_t len, const char* name);

Status check_flags(std::uint32_t flags, std::uint32_t known);
// A reserved field that is not zero was given a meaning by a newer version.
Status check_reserved(std::uint32_t value);

// Larger than any version's struct: a size beyond it cannot be meant.
inline constexpr std::size_t k_max_struct_size = 1024;

// Checks what `copy_options` passed over in silence. `known`: the size in this version.
Status check_options(const void* given, std::size_t known, std::size_t alignment);

// False for sizes that no version of the struct has: `struct_size` itself is not in it, or a field
// would be cut in two.
inline bool plausible_size(std::size_t size, std::size_t alignment) {
    return size >= sizeof(std::size_t) && size % alignment == 0 && size <= k_max_struct_size;
}

// The given fields over zero, which means default. What this version does not know is left out, a
// size that cannot be meant gives all defaults: check_options refuses both. Apart from it so that
// the struct's user_data can be taken into care before anything is refused.
template <class T> T copy_options(const T* given) noexcept {
    static_assert(
        std::is_trivially_copyable_v<T> && std::has_unique_object_representations_v<T>,
        "an options struct must not have padding: its bytes would count as unknown fields");
    T copy{};
    if (given == nullptr) return copy;
    std::size_t size = 0;
    std::memcpy(&size, given, sizeof size); // the caller's struct may be shorter than T
    if (!plausible_size(size, alignof(T))) return copy;
    std::memcpy(&copy, given, size < sizeof(T) ? size : sizeof(T));
    return copy;
}

template <class T> Status check_options(const T* given) {
    return check_options(given, sizeof(T), alignof(T));
}

} // namespace kato::capi
