#include "store/search_filter.h"

#include "base/text.h"

#include <algorithm>

namespace kato {
namespace {

// So many events are listed to spare a look at each match's row.
constexpr std::int64_t k_max_listed = 100'000;

bool contains(std::string_view text, const std::vector<std::string>& pieces) {
    return std::any_of(pieces.begin(), pieces.end(), [&](const std::string& piece) {
        return text.find(piece) != std::string_view::npos;
    });
}
bool is_one_of(std::string_view text, const std::vector<std::string>& values) {
    return std::find(values.begin(), values.end(), text) != values.end();
}

ValueFilter folded(const ValueFilter& filter) {
    ValueFilter out = filter;
    for (std::string& value : out.any) value = fold_case(value);
    for (std::string& value : out.none) value = fold_case(value);
    return out;
}

template <class Match>
bool passes(std::string_view text, const ValueFilter& filter, const Match& match) {
    return (filter.any.empty() || match(text, filter.any)) && !match(text, filter.none);
}

} // namespace

Status SearchFilter::prepare(const SearchQuery& query) {
    kinds_ = query.wanted_kinds();
    after_ = query.after;
    before_ = query.before;
    KATO_CHECK(choose_chats(query));
    KATO_CHECK(choose_models(query.model));
    empty_ =
        !by_chat_ && chats_.empty() && !by_model_ && kinds_ == k_all_kinds && !after_ && !before_;
    return done();
}

Status SearchFilter::choose_chats(const SearchQuery& query) {
    by_chat_ = !query.provider.empty() || !query.project.empty() || !query.tag.empty();
    if (!by_chat_) {
        // The index does not hold their events; it may be a little behind, though.
        Query deleted(db_, "SELECT chat FROM chat_user WHERE deleted IS NOT NULL");
        for (;;) {
            KATO_TRY(const bool row, deleted.step());
            if (!row) return done();
            chats_.insert(deleted.integer(0));
        }
    }
    const ValueFilter provider = folded(query.provider);
    const ValueFilter project = folded(query.project);
    std::unordered_set<std::int64_t> tagged;
    std::unordered_set<std::int64_t> not_tagged;
    if (!query.tag.empty()) {
        Query tags(db_, "SELECT chat, value FROM tag");
        for (;;) {
            KATO_TRY(const bool row, tags.step());
            if (!row) break;
            if (is_one_of(tags.text(1), query.tag.any)) tagged.insert(tags.integer(0));
            if (is_one_of(tags.text(1), query.tag.none)) not_tagged.insert(tags.integer(0));
        }
    }
    std::int64_t events = 0;
    Query chats(db_, "SELECT c.n, c.provider, c.project, c.events FROM chat c LEFT JOIN chat_user "
                     "u ON u.chat = c.n "
                     "WHERE u.deleted IS NULL");
    for (;;) {
        KATO_TRY(const bool row, chats.step());
        if (!row) break;
        const std::int64_t n = chats.integer(0);
        if (!passes(fold_case(chats.text(1)), provider, is_one_of) ||
            !passes(fold_case(chats.text(2)), project, contains))
            continue;
        if ((!query.tag.any.empty() && !tagged.contains(n)) || not_tagged.contains(n)) continue;
        chats_.insert(n);
        events += chats.integer(3);
    }
    return events <= k_max_listed ? list_events() : done();
}

Status SearchFilter::list_events() {
    KATO_TRY(const std::int64_t last, db_.integer("SELECT ifnull(max(n), 0) FROM event"));
    events_.assign(static_cast<std::size_t>(last) + 1, false);
    for (const std::int64_t chat : chats_) {
        Query query(db_, "SELECT n FROM event WHERE chat = ?");
        query.bind(1, chat);
        for (;;) {
            KATO_TRY(const bool row, query.step());
            if (!row) break;
            const auto n = static_cast<std::size_t>(query.integer(0));
            if (n < events_.size()) events_[n] = true;
        }
    }
    return done();
}

Status SearchFilter::choose_models(const ValueFilter& model) {
    if (model.empty()) return done();
    by_model_ = true;
    const ValueFilter wanted = folded(model);
    if (passes("", wanted, contains)) models_.insert(0); // an event that names none
    Query query(db_, "SELECT n, value FROM name");
    for (;;) {
        KATO_TRY(const bool row, query.step());
        if (!row) return done();
        if (passes(fold_case(query.text(1)), wanted, contains)) models_.insert(query.integer(0));
    }
}

bool SearchFilter::chat_fits(std::int64_t chat) const { return chats_.contains(chat) == by_chat_; }

bool SearchFilter::fits(const Facts& facts) const {
    if (facts.kind < 1 || facts.kind > k_kind_count ||
        (kinds_ >> static_cast<unsigned>(facts.kind) & 1U) == 0)
        return false;
    if ((after_ || before_) && !facts.time) return false;
    if ((after_ && *facts.time < *after_) || (before_ && *facts.time >= *before_)) return false;
    if (by_model_ && !models_.contains(facts.model)) return false;
    return chat_fits(facts.chat);
}

Result<bool> SearchFilter::event_fits(std::int64_t n) {
    if (!events_.empty()) {
        if (n < 0 || static_cast<std::size_t>(n) >= events_.size() ||
            !events_[static_cast<std::size_t>(n)])
            return false;
        if (kinds_ == k_all_kinds && !after_ && !before_ && !by_model_) return true;
    }
    Query row(db_, "SELECT chat, kind, time, model FROM event INDEXED BY event_facts WHERE n = ?");
    KATO_TRY(const bool there, row.bind(1, n).step());
    if (!there) return false;
    return fits({row.integer(0), row.integer(1), row.optional_integer(2), row.integer(3)});
}

} // namespace kato
