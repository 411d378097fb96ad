// The beginning of a JSON text, which need not be complete: what detection looks at.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace kato::record {

// A member of the text's first record, see json::Elements.
struct FirstMember {
    std::string name{};       // as it is written
    char first = 0;           // the first character of its value; 0 when that is not in sight
    std::string_view value{}; // from there to the end of what is in sight
};

struct Beginning {
    bool in_list = false; // the record is an element of a list
    bool empty = false;   // there is a list, and it has no elements
    std::vector<FirstMember> members{};

    const FirstMember* find(std::string_view name) const;
    bool has(std::string_view name) const { return find(name) != nullptr; }
    // Its value begins so.
    bool has(std::string_view name, char first) const;
};

// `lists`: names of lists that an outermost object may hold.
Beginning read_beginning(std::string_view prefix, std::span<const std::string_view> lists);

} // namespace kato::record
