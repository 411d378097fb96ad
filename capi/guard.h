// What every entry point of the C API is wrapped in: results and exceptions end here.
#pragma once

#include "error.h"

#include <exception>
#include <new>
#include <string>
#include <utility>

namespace kato::capi {

// What a body says: a status that is not a failure, or the Error.
using Return = Result<kato_status>;

inline Error misuse(std::string message) { return Error{Code::misuse, std::move(message)}; }

// Runs `body` and turns its outcome, or whatever it throws, into a status and an error object.
template <class Body>
kato_status guard(const char* function, kato_error** error, Body&& body) noexcept {
    if (error != nullptr) *error = nullptr;
    try {
        const Return outcome = std::forward<Body>(body)();
        if (outcome.ok()) return *outcome;
        if (outcome.error().code == Code::no_memory) return fail_no_memory(error);
        return fail(error, function, outcome.error());
    } catch (const std::bad_alloc&) {
        return fail_no_memory(error);
    } catch (...) { // a broken invariant: what() would not help the caller
        try {
            return fail(error, function,
                        Error{Code::failed, "internal error: unexpected exception"});
        } catch (...) {
            return fail_no_memory(error);
        }
    }
}

// The same for a call that hands something out: `*out` is NULL unless the body sets it, which it
// does last.
template <class T, class Body>
kato_status guard_out(const char* function, kato_error** error, T** out, Body&& body) noexcept {
    if (out != nullptr) *out = nullptr;
    return guard(function, error, [&]() -> Return {
        if (out == nullptr) return misuse("`out` is required");
        return body();
    });
}

} // namespace kato::capi
