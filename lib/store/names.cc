#include "store/names.h"

namespace kato {

Result<std::optional<std::int64_t>> Names::number(Db& db, std::string_view value) {
    if (value.empty()) return std::optional<std::int64_t>();
    const std::string key(value);
    if (const auto found = numbers_.find(key); found != numbers_.end())
        return std::optional<std::int64_t>(found->second);
    std::int64_t number = 0;
    {
        Query find(db, "SELECT n FROM name WHERE value = ?");
        find.bind_text(1, value);
        KATO_TRY(const bool row, find.step());
        if (row) number = find.integer(0);
    }
    if (number == 0) {
        Query insert(db, "INSERT INTO name (value) VALUES (?)");
        insert.bind_text(1, value);
        KATO_CHECK(insert.run());
        number = db.last_rowid();
    }
    if (numbers_.size() > 10'000) numbers_.clear(); // hostile input must not fill the memory
    numbers_.emplace(key, number);
    return std::optional<std::int64_t>(number);
}

Result<std::string> Names::value(Db& db, std::int64_t number) {
    if (const auto found = values_.find(number); found != values_.end()) return found->second;
    Query find(db, "SELECT value FROM name WHERE n = ?");
    find.bind(1, number);
    KATO_TRY(const bool row, find.step());
    std::string value(row ? find.text(0) : std::string_view{});
    if (values_.size() > 10'000) values_.clear();
    values_.emplace(number, value);
    return value;
}

} // namespace kato
