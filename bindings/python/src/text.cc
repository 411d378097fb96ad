// Text and times between Python and the C API.
#include "text.h"

#include <datetime.h>

#include <chrono>
#include <string>

namespace binding {

TextArgument::TextArgument(const py::object& value) {
    if (value.is_none()) {
        return;
    }
    PyObject* raw = value.ptr();
    if (PyBytes_Check(raw)) {
        owner_ = value;
    } else if (PyUnicode_Check(raw)) {
        Py_ssize_t size = 0;
        if (const char* utf8 = PyUnicode_AsUTF8AndSize(raw, &size)) { // kept by the str itself
            owner_ = value;
            data_ = utf8;
            size_ = static_cast<std::size_t>(size);
            return;
        }
        PyErr_Clear();
        owner_ = py::reinterpret_steal<py::object>(
            PyUnicode_AsEncodedString(raw, "utf-8", "surrogatepass"));
        if (!owner_) {
            throw py::error_already_set();
        }
    } else {
        throw py::type_error(std::string("text must be str, not ") + Py_TYPE(raw)->tp_name);
    }
    data_ = PyBytes_AsString(owner_.ptr());
    size_ = static_cast<std::size_t>(PyBytes_Size(owner_.ptr()));
}

TextArgument TextArgument::required(const py::object& value) {
    if (value.is_none()) {
        throw py::type_error("text must be str, not NoneType");
    }
    return TextArgument(value);
}

py::object to_str(std::string_view text) {
    PyObject* made =
        PyUnicode_DecodeUTF8(text.data(), static_cast<Py_ssize_t>(text.size()), "replace");
    if (made == nullptr) {
        throw py::error_already_set();
    }
    return py::reinterpret_steal<py::object>(made);
}

py::object to_optional_str(std::string_view text) {
    return text.empty() ? py::none() : to_str(text);
}

py::object to_datetime(std::int64_t time_us) {
    if (time_us == KATO_TIME_NONE) {
        return py::none();
    }
    if (PyDateTimeAPI == nullptr) {
        PyDateTime_IMPORT; // on first use: most programs that import kato never ask for a time
        if (PyDateTimeAPI == nullptr) {
            throw py::error_already_set();
        }
    }
    using namespace std::chrono;
    const sys_time<microseconds> time{microseconds(time_us)};
    const auto day = floor<days>(time);
    constexpr std::int64_t k_year_1 = -719162; // in days from 1970
    constexpr std::int64_t k_year_10000 = 2932897;
    const std::int64_t days_since_epoch = day.time_since_epoch().count();
    if (days_since_epoch < k_year_1 || days_since_epoch >= k_year_10000) {
        PyErr_SetString(PyExc_OverflowError, "a datetime has the years 1 to 9999; use time_us");
        throw py::error_already_set();
    }
    const year_month_day date(day);
    const hh_mm_ss<microseconds> clock(time - day);
    PyObject* made = PyDateTimeAPI->DateTime_FromDateAndTime(
        static_cast<int>(date.year()), static_cast<int>(static_cast<unsigned>(date.month())),
        static_cast<int>(static_cast<unsigned>(date.day())),
        static_cast<int>(clock.hours().count()), static_cast<int>(clock.minutes().count()),
        static_cast<int>(clock.seconds().count()), static_cast<int>(clock.subseconds().count()),
        PyDateTime_TimeZone_UTC, PyDateTimeAPI->DateTimeType);
    if (made == nullptr) {
        throw py::error_already_set();
    }
    return py::reinterpret_steal<py::object>(made);
}

py::object to_optional_us(std::int64_t time_us) {
    if (time_us == KATO_TIME_NONE) {
        return py::none();
    }
    return py::int_(time_us);
}

py::object buffer_text(const kato_buffer* buffer) {
    std::size_t size = 0;
    const void* data = kato_buffer_data(buffer, &size);
    return to_str({static_cast<const char*>(data), size});
}

} // namespace binding
