// Result<T>: a value or an Error. Expected failures travel this way; exceptions do not.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <variant>

namespace kato {

enum class Code : std::int32_t {
    failed = -1,
    no_memory = -2,
    misuse = -3,
    invalid = -4,
    not_found = -5,
    exists = -6,
    ambiguous = -7,
    busy = -8,
    io = -9,
    denied = -10,
    corrupt = -11,
    version = -12,
    limit = -13,
    cancelled = -14,
    unsupported = -15,
    abi = -16,
    user = -100, // a callback stopped the call; `Error::user_status` holds its value
};

struct Error {
    Code code = Code::failed;
    std::string message;
    std::optional<std::uint64_t> offset{}; // byte offset in the input the message speaks of
    std::string path{};                    // file the message speaks of
    std::string hint{};                    // what the user can do
    std::optional<std::uint64_t> line{};
    int os_error = 0;     // errno
    int sqlite_error = 0; // extended result code
    std::int32_t user_status = 0;
};

struct Nothing {};

template <class T = Nothing> class [[nodiscard]] Result {
public:
    // Implicit, so that `return value;` and `return Error{...};` do.
    // NOLINTBEGIN(google-explicit-constructor)
    Result(T value) : state_(std::in_place_index<0>, std::move(value)) {}
    Result(Error error) : state_(std::in_place_index<1>, std::move(error)) {}
    // NOLINTEND(google-explicit-constructor)

    bool ok() const { return state_.index() == 0; }
    explicit operator bool() const { return ok(); }
    T& value() { return std::get<0>(state_); }
    const T& value() const { return std::get<0>(state_); }
    T* operator->() { return &value(); }
    const T* operator->() const { return &value(); }
    T& operator*() { return value(); }
    const T& operator*() const { return value(); }
    Error& error() { return std::get<1>(state_); }
    const Error& error() const { return std::get<1>(state_); }

private:
    std::variant<T, Error> state_;
};

using Status = Result<Nothing>;
inline Status done() { return Nothing{}; }

} // namespace kato

#define KATO_CONCAT_(a, b) a##b
#define KATO_CONCAT(a, b) KATO_CONCAT_(a, b)
#define KATO_TRY_(tmp, decl, expr)                \
    auto tmp = (expr);                            \
    if (!tmp.ok()) return std::move(tmp.error()); \
    decl = std::move(*tmp)
// KATO_TRY(auto x, call()) declares or assigns x, or returns the call's Error to our caller.
#define KATO_TRY(decl, expr) KATO_TRY_(KATO_CONCAT(kato_try_, __LINE__), decl, expr)
// KATO_CHECK(call()) is the same for a call whose value is not needed.
#define KATO_CHECK(expr)                                              \
    do {                                                              \
        auto kato_check_ = (expr);                                    \
        if (!kato_check_.ok()) return std::move(kato_check_.error()); \
    } while (false)
