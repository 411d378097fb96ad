// Repeated short strings (models, tools) as numbers.
#pragma once

#include "store/sqlite.h"

#include <string>
#include <unordered_map>

namespace kato {

class Names {
public:
    // The number of `value`, made if it is new; empty for an empty value.
    Result<std::optional<std::int64_t>> number(Db& db, std::string_view value);
    Result<std::string> value(Db& db, std::int64_t number);
    // After a rollback: numbers that were made are gone.
    void forget() {
        numbers_.clear();
        values_.clear();
    }

private:
    std::unordered_map<std::string, std::int64_t> numbers_;
    std::unordered_map<std::int64_t, std::string> values_;
};

} // namespace kato
