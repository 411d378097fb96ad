// Argument checks: UTF-8 at the boundary, NUL in paths, sizes of option structs.
#include "arguments.h"

#include "base/text.h"

#include <fmt/format.h>

#include <algorithm>

namespace kato::capi {
namespace {

Result<std::string_view> bytes_argument(const char* text, std::size_t len, const char* name) {
    if (len == KATO_NTS) return std::string_view(text);
    if (len > PTRDIFF_MAX) return misuse(fmt::format("the length of `{}` is negative", name));
    return std::string_view(text, len);
}

} // namespace

Result<std::string_view> required_text(const char* text, std::size_t len, const char* name) {
    if (text == nullptr) return misuse(fmt::format("`{}` is required", name));
    KATO_TRY(const std::string_view view, bytes_argument(text, len, name));
    const std::size_t valid = utf8_prefix(view);
    if (valid != view.size())
        return Error{Code::invalid, fmt::format("`{}` is not UTF-8", name), valid};
    return view;
}

Result<std::string_view> optional_text(const char* text, std::size_t len, const char* name) {
    if (text != nullptr) return required_text(text, len, name);
    if (len != 0 && len != KATO_NTS)
        return misuse(fmt::format("`{}` is NULL and has a length", name));
    return std::string_view();
}

Result<std::string> path_argument(const char* path, std::size_t len, const char* name) {
    if (path == nullptr) return misuse(fmt::format("`{}` is required", name));
    KATO_TRY(const std::string_view view, bytes_argument(path, len, name));
    if (view.empty()) return Error{Code::invalid, fmt::format("`{}` is empty", name)};
    const std::size_t nul = view.find('\0');
    if (nul != std::string_view::npos)
        return Error{Code::invalid, fmt::format("`{}` has a NUL byte", name), nul};
    return std::string(view);
}

Status check_flags(std::uint32_t flags, std::uint32_t known) {
    if ((flags & ~known) != 0) return misuse(fmt::format("unknown flags {:#x}", flags & ~known));
    return done();
}

Status check_reserved(std::uint32_t value) {
    if (value == 0) return done();
    return Error{Code::abi,
                 "an option is set that this version of libkato does not know",
                 {},
                 {},
                 "update libkato"};
}

Status check_options(const void* given, std::size_t known, std::size_t alignment) {
    if (given == nullptr) return done();
    std::size_t size = 0;
    std::memcpy(&size, given, sizeof size);
    if (!plausible_size(size, alignment))
        return Error{Code::abi,
                     fmt::format("an options struct cannot have {} bytes", size),
                     {},
                     {},
                     "initialise it with its _INIT macro"};
    if (size <= known) return done();
    const auto* tail = static_cast<const unsigned char*>(given);
    if (std::any_of(tail + known, tail + size, [](unsigned char byte) { return byte != 0; }))
        return Error{Code::abi,
                     "an option is set that this version of libkato does not know",
                     {},
                     {},
                     "update libkato"};
    return done();
}

} // namespace kato::capi
