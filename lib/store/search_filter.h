// The filters of a query, applied to events.
#pragma once

#include "store/query.h"
#include "store/sqlite.h"

#include <optional>
#include <unordered_set>
#include <vector>

namespace kato {

class SearchFilter {
public:
    explicit SearchFilter(Db& db) : db_(db) {}
    Status prepare(const SearchQuery& query);

    // True when every event fits.
    bool empty() const { return empty_; }
    // What an event's row says; `kind` as stored.
    struct Facts {
        std::int64_t chat = 0;
        std::int64_t kind = 0;
        Time time{};
        std::int64_t model = 0;
    };
    bool fits(const Facts& facts) const;
    bool chat_fits(std::int64_t chat) const;
    // The same for the event in row `n`, shown or not: the search index holds those that are.
    Result<bool> event_fits(std::int64_t n);

private:
    Status choose_chats(const SearchQuery& query);
    Status choose_models(const ValueFilter& model);
    Status list_events();

    Db& db_;
    bool empty_ = true;
    bool by_chat_ = false; // else `chats_` are those that do not fit
    std::unordered_set<std::int64_t> chats_{};
    bool by_model_ = false;
    std::unordered_set<std::int64_t> models_{};
    std::uint32_t kinds_ = 0;
    Time after_{};
    Time before_{};
    std::vector<bool> events_{}; // by row: of the chats that fit; empty: they are too many
};

} // namespace kato
