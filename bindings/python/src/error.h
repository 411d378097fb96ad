// From status codes to Python exceptions.
#pragma once

#include "handles.h"

namespace binding {

// Receives a call's kato_error and turns a failure into an exception.
class ErrorSlot {
public:
    ErrorSlot() = default;
    ErrorSlot(const ErrorSlot&) = delete;
    ErrorSlot& operator=(const ErrorSlot&) = delete;
    ~ErrorSlot() { kato_error_free(error_); }

    kato_error** out() { return &error_; }

    // Gives back a status that is not a failure; throws what kato/_errors.py makes of one.
    kato_status check(kato_status status) const;

    // The exception object for a failure, MemoryError included.
    py::object exception(kato_status status) const;

private:
    kato_error* error_ = nullptr;
};

// Throws `exception`, an instance.
[[noreturn]] void throw_python(const py::object& exception);

// Throws the exception for wrong use of this package.
[[noreturn]] void throw_misuse(const char* message);

} // namespace binding
