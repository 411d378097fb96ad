// A reader for the small JSON objects that libkato hands out (reports, statistics, details).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace kato_cli {

struct Json {
    enum class Type : std::uint8_t { null, boolean, number, string, array, object };

    Type type = Type::null;
    bool boolean = false;
    std::string string{};   // a string's value; lone surrogates as U+FFFD
    std::string_view raw{}; // as written; borrowed from the text that was parsed
    std::vector<Json> items{};
    std::vector<std::pair<std::string, Json>> members{};

    const Json* find(std::string_view name) const;      // a member, or null
    std::string_view text(std::string_view name) const; // a string member, or ""
    std::uint64_t number(std::string_view name) const;  // a whole number >= 0, or 0
    bool truth(std::string_view name) const;

    std::optional<std::uint64_t> as_uint() const;
    bool is(Type wanted) const { return type == wanted; }
};

// Nothing when `text` is not one JSON value or nests deeper than 64 levels.
std::optional<Json> parse_json(std::string_view text);

// Builds one JSON object, members in the order they are added.
class JsonObject {
public:
    explicit JsonObject(std::string_view type); // {"type":...
    JsonObject& add(std::string_view name, std::string_view value);
    JsonObject& add_text_or_null(std::string_view name, std::string_view value); // "" gives null
    JsonObject& add_number(std::string_view name, std::uint64_t value);
    JsonObject& add_bool(std::string_view name, bool value);
    JsonObject& add_time(std::string_view name, std::int64_t time_us); // RFC 3339 or null
    JsonObject& add_raw(std::string_view name, std::string_view json); // "" gives null
    std::string line() const;                                          // with the line's end

private:
    void name(std::string_view name);
    std::string body_;
};

} // namespace kato_cli
