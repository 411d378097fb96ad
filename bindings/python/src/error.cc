// From status codes to Python exceptions.
#include "error.h"

#include "front.h"
#include "text.h"

#include <new>

namespace binding {

void throw_python(const py::object& exception) {
    PyErr_SetObject(py::type::handle_of(exception).ptr(), exception.ptr());
    throw py::error_already_set();
}

void throw_misuse(const char* message) {
    throw_python(front().make_error(KATO_E_MISUSE, kato_status_name(KATO_E_MISUSE), message, ""));
}

py::object ErrorSlot::exception(kato_status status) const {
    if (status == KATO_E_NOMEM) {
        return py::reinterpret_borrow<py::object>(PyExc_MemoryError)();
    }
    if (error_ == nullptr) {
        const char* name = kato_status_name(status);
        return front().make_error(status, name, name, "");
    }
    return front().make_error(status, kato_status_name(status),
                              get_text(kato_error_message, error_),
                              get_text(kato_error_detail, error_));
}

kato_status ErrorSlot::check(kato_status status) const {
    if (status >= 0) {
        return status;
    }
    throw_python(exception(status));
}

} // namespace binding
