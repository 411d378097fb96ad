// Writing a JSON object member by member.
#pragma once

#include "base/json_string.h"
#include "base/text.h"

#include <cstdint>
#include <string>
#include <string_view>

namespace kato {

// The members of one object, in the order in which they are added.
class JsonMembers {
public:
    void raw(std::string_view name, std::string_view json) {
        text_ += text_.empty() ? "" : ",";
        append_json_string(text_, name);
        text_ += ':';
        text_ += json;
    }
    void text(std::string_view name, std::string_view value) {
        std::string json;
        append_json_string(json, to_valid_utf8(value));
        raw(name, json);
    }
    void null(std::string_view name) { raw(name, "null"); }
    void number(std::string_view name, std::uint64_t value) { raw(name, std::to_string(value)); }
    void flag(std::string_view name, bool value) { raw(name, value ? "true" : "false"); }
    std::string object() const { return '{' + text_ + '}'; }

private:
    std::string text_;
};

// The elements of an array.
class JsonElements {
public:
    void add(std::string_view json) {
        text_ += text_.empty() ? "" : ",";
        text_ += json;
    }
    std::string array() const { return '[' + text_ + ']'; }

private:
    std::string text_;
};

} // namespace kato
