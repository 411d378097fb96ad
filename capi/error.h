// Error objects of the C API: made from an Error, or the static one for when memory is gone.
#pragma once

#include <kato/base.h>

#include "base/result.h"

#include <cstddef>

// What kato_error_* read. Objects with texts of their own are OwnedError (error.cc).
struct kato_error {
    kato_status status;
    const char* message;
    std::size_t message_len;
    const char* detail;
    std::size_t detail_len;
};

namespace kato::capi {

// Stores an error object in `*out`, unless `out` is NULL or the status is a callback's positive one,
// and returns the status. `function` stands before the message of a misuse.
kato_status fail(kato_error** out, const char* function, const Error& error) noexcept;
kato_status fail_no_memory(kato_error** out) noexcept;

const char* status_name(kato_status status) noexcept;

} // namespace kato::capi
