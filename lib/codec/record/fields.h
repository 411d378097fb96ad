// Reading single members of a record, whatever their type turns out to be.
#pragma once

#include "base/time.h"
#include "codec/json/json.h"

#include <optional>
#include <string>
#include <string_view>

namespace kato::record {

// A string that was short enough to be kept in memory.
std::optional<std::string> short_text(const json::Value& value);

// The member when it is such a string, else "".
std::string text_of(const json::Value& object, std::string_view name);

// The same of a whole JSON text, of its root or, in a list, of its first element: "" when it is damaged.
std::string text_in(std::string_view json, std::string_view name);

// Takes the member when it is a boolean; false when it is absent or something else.
bool take_flag(const json::Value& object, std::string_view name);

// A time as a string (RFC 3339) or a number (seconds, milliseconds or microseconds, by its size; whole or not).
Time read_time(const json::Value& value);

} // namespace kato::record
