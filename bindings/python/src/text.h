// Text and times between Python and the C API.
#pragma once

#include "handles.h"

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace binding {

// An argument as bytes: of str its UTF-8, lone surrogates as three bytes; of bytes the bytes. Keeps
// the object they lie in.
class TextArgument {
public:
    TextArgument() = default;
    // None gives no text at all.
    explicit TextArgument(const py::object& value);
    // None is a TypeError.
    static TextArgument required(const py::object& value);

    const char* data() const { return data_; }
    std::size_t size() const { return size_; }

private:
    py::object owner_{};
    const char* data_ = nullptr;
    std::size_t size_ = 0;
};

// What a getter gives is UTF-8 by contract.
py::object to_str(std::string_view text);
// The same, and None for the empty text.
py::object to_optional_str(std::string_view text);
// An aware datetime in UTC, None for KATO_TIME_NONE; OverflowError beyond the years 1 to 9999.
py::object to_datetime(std::int64_t time_us);
// Microseconds, None for KATO_TIME_NONE.
py::object to_optional_us(std::int64_t time_us);

// Calls a getter of the C API.
template <typename Handle>
std::string_view view(const char* (*getter)(const Handle*, std::size_t*), const Handle* handle) {
    std::size_t size = 0;
    const char* data = getter(handle, &size);
    return {data, size};
}

template <typename Handle>
py::object get_text(const char* (*getter)(const Handle*, std::size_t*), const Handle* handle) {
    return to_str(view(getter, handle));
}

// A buffer's content as str.
py::object buffer_text(const kato_buffer* buffer);

} // namespace binding
