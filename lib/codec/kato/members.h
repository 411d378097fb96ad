// The members of one object of a canonical record, taken by name and checked for their types.
//
// Getters never fail: the first thing that is wrong is noted in a Trouble that all objects of a
// record share, and the reader looks at it once, before anything is passed on.
#pragma once

#include "codec/json/lines.h"

#include <array>
#include <span>

namespace kato {

struct Trouble {
    std::string damage{};         // the record is wrong and cannot be used: why
    std::string not_understood{}; // it can be used, but holds something unknown: what
    std::optional<Error> error{}; // reading it went wrong, whatever it says
    bool unusable() const { return !damage.empty() || error; }
};

class Members {
public:
    static constexpr std::size_t k_max_names = 32;
    static constexpr std::uint64_t k_max_value_bytes = 64 << 20; // that is held in memory

    // `names` are the members there may be, best in the order in which they are asked for.
    Members(json::SpillFile& spills, const json::Line& line, Trouble& trouble, json::Value object,
            std::span<const std::string_view> names);

    void require(std::string_view name);

    std::string string(std::string_view name);
    std::optional<std::string> optional_string(std::string_view name);
    std::optional<Uuid> id(std::string_view name);
    Time time(std::string_view name);
    std::int64_t number(std::string_view name);
    std::uint64_t size(std::string_view name); // a number that is not negative
    bool boolean(std::string_view name);
    // True when it is there and was read into `bytes`.
    bool hex(std::string_view name, std::span<std::uint8_t> bytes);
    std::string json(std::string_view name); // minified, nothing else changed
    json::Value array(std::string_view name);
    json::Value object(std::string_view name);
    json::Value value(std::string_view name); // any string; for what is not read into memory

    // An element of an array of texts.
    std::string text_of(json::Value value, std::string_view name);

    // Members with other names, as `extra` with them added under their names; `extra` is a JSON
    // value or empty. For objects that have no place for them, see refuse_unknown.
    void add_unknown_to(std::string& extra);
    void refuse_unknown();

    void damage(std::string_view name, std::string_view what);
    void not_understood(std::string_view what);

private:
    std::size_t index(std::string_view name);
    json::Value find(std::string_view name, json::Type type, std::string_view what);
    void append_value(json::Value value, std::string& out);

    json::SpillFile& spills_;
    const json::Line& line_;
    Trouble& trouble_;
    std::span<const std::string_view> names_;
    std::size_t next_ = 0; // where the next name probably is
    std::array<json::Value, k_max_names> values_{};
    std::vector<json::Value> unknown_{};
};

} // namespace kato
