// Builds JSON lines in one buffer and hands them on in large pieces. Not for other layouts of JSON.
#pragma once

#include "base/id.h"
#include "base/time.h"
#include "model/view.h"

#include <string>
#include <string_view>

namespace kato {

class LineBuffer {
public:
    explicit LineBuffer(Output out);

    // `line` is a whole line or its beginning.
    void begin(std::string_view line) { buffer_ += line; }
    Status end(); // closes the object and the line; returns the first error of its parts
    Status flush();

    // ,"name": and then one of the values.
    void key(std::string_view name);
    void string(std::string_view name, std::string_view text);
    void string_if(std::string_view name, std::string_view text) {
        if (!text.empty()) string(name, text);
    }
    void id(std::string_view name, const Uuid& id);
    void id_if(std::string_view name, const std::optional<Uuid>& value) {
        if (value) id(name, *value);
    }
    void time_if(std::string_view name, Time time);
    void hex(std::string_view name, std::span<const std::uint8_t> bytes);
    void number(std::string_view name, std::int64_t value);
    void number(std::string_view name, std::uint64_t value);
    void number_if(std::string_view name, std::int64_t value) {
        if (value != 0) number(name, value);
    }
    void number_if(std::string_view name, std::uint64_t value) {
        if (value != 0) number(name, value);
    }
    // A JSON text, as it is. Must not contain a line feed.
    void json_if(std::string_view name, std::string_view json);

    // Values without a name, for what is inside arrays and objects.
    void raw(std::string_view text) { buffer_ += text; }
    void text(std::string_view text);
    // The first key behind it gets no comma.
    void begin_object();
    void end_object() {
        buffer_ += '}';
        first_ = false;
        flush_when_full();
    }

    // Base64 of bytes that come in pieces; `end_base64` writes what is left.
    void base64(std::string_view bytes);
    void end_base64();

    const Status& status() const { return status_; }

private:
    void write_through(std::string_view bytes);
    void flush_when_full();

    Output out_;
    std::string buffer_{};
    Status status_ = done();
    bool first_ = false; // the next key is an object's first
    std::int64_t day_ = 0;
    std::string day_text_{}; // "2026-01-31T", the last one needed
    std::string rest_{};     // up to two bytes that wait for a third
};

} // namespace kato
