// Ids cut to as many characters as tell them from each other.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace kato_cli {

class ShortIds {
public:
    // All ids that are to be told apart, in any order.
    explicit ShortIds(std::vector<std::string> ids);

    // The beginning of the id, eight characters or more, that no other id has.
    std::string of(std::string_view id) const;

private:
    std::vector<std::string> ids_; // sorted, each once
};

} // namespace kato_cli
