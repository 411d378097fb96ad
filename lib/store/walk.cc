#include "store/walk.h"

#include <algorithm>
#include <tuple>

#include <fmt/format.h>

namespace kato {
namespace {

// A revision that is not shown, and the row that it follows.
struct Hidden {
    RowIndex after = k_no_row;
    std::int64_t n = 0;
    Uuid id{};
    Uuid record{};
    std::uint32_t block = 0;
    std::int64_t time = INT64_MIN;
    std::string revision{};
};

class StoredWalk final : public EventWalk {
public:
    explicit StoredWalk(Readers::Lease lease)
        : lease_(std::move(lease)), snapshot_(lease_.db()), reader_(lease_.db()) {}

    Status begin(const Uuid& chat, Walk what);
    Result<const EventView*> next() override;

private:
    Status load(std::int64_t chat);
    Status place_hidden(std::int64_t chat);
    void plan(const Tree& tree, const std::vector<bool>& wanted);
    RowIndex head_row(std::int64_t computed, const std::optional<Uuid>& chosen) const;

    Readers::Lease lease_;
    Transaction snapshot_;
    EventReader reader_;
    std::vector<TreeRow> rows_;  // shown ones, by number
    std::vector<Hidden> hidden_; // until the steps are known
    struct Step {
        std::int64_t n;
        std::uint32_t sequence;
        std::uint32_t depth;
    };
    std::vector<Step> steps_;
    std::size_t next_ = 0;
    EventView view_;
};

Status StoredWalk::load(std::int64_t chat) {
    Query query(lease_.db(), "SELECT n, parent, time, id, shown, record, block, revision FROM "
                             "event WHERE chat = ? ORDER BY n");
    query.bind(1, chat);
    for (;;) {
        KATO_TRY(const bool row, query.step());
        if (!row) return done();
        const std::int64_t time = query.optional_integer(2).value_or(INT64_MIN);
        const Uuid id = query.uuid(3).value_or(Uuid{});
        if (query.integer(4) != 0) {
            rows_.push_back({query.integer(0), query.integer(1), time, id});
            continue;
        }
        Hidden hidden;
        hidden.n = query.integer(0);
        hidden.id = id;
        hidden.record = query.uuid(5).value_or(Uuid{});
        hidden.block = static_cast<std::uint32_t>(query.integer(6));
        hidden.time = time;
        hidden.revision = query.blob(7);
        hidden_.push_back(std::move(hidden));
    }
}

// A revision follows the shown event of the same id; where the shown revision is shorter, that
// one's last event; all others come last.
Status StoredWalk::place_hidden(std::int64_t chat) {
    if (hidden_.empty()) return done();
    const auto by_id = [](const Hidden& a, const Hidden& b) { return a.id < b.id; };
    std::sort(hidden_.begin(), hidden_.end(), by_id);
    for (RowIndex i = 0; i < rows_.size(); ++i) {
        Hidden same;
        same.id = rows_[i].id;
        const auto range = std::equal_range(hidden_.begin(), hidden_.end(), same, by_id);
        for (auto it = range.first; it != range.second; ++it) it->after = i;
    }
    std::vector<Hidden*> lost;
    for (Hidden& hidden : hidden_)
        if (hidden.after == k_no_row) lost.push_back(&hidden);
    if (!lost.empty()) {
        const auto by_record = [](const Hidden* a, const Hidden* b) {
            return a->record < b->record;
        };
        std::sort(lost.begin(), lost.end(), by_record);
        // Of each record the first one of lost stands for all, until its last shown event is found.
        std::vector<std::uint32_t> blocks(lost.size(), 0);
        Query query(lease_.db(),
                    "SELECT record, block FROM event WHERE chat = ? AND shown = 1 ORDER BY n");
        query.bind(1, chat);
        for (RowIndex i = 0;; ++i) {
            KATO_TRY(const bool row, query.step());
            if (!row || i == rows_.size()) break;
            Hidden same;
            same.record = query.uuid(0).value_or(Uuid{});
            const auto block = static_cast<std::uint32_t>(query.integer(1));
            const auto first = std::lower_bound(lost.begin(), lost.end(), &same, by_record);
            if (first == lost.end() || (*first)->record != same.record) continue;
            std::uint32_t& best = blocks[static_cast<std::size_t>(first - lost.begin())];
            if ((*first)->after != k_no_row && block < best) continue;
            (*first)->after = i;
            best = block;
        }
        for (std::size_t i = 1; i < lost.size(); ++i)
            if (lost[i]->record == lost[i - 1]->record) lost[i]->after = lost[i - 1]->after;
    }
    std::sort(hidden_.begin(), hidden_.end(), [](const Hidden& a, const Hidden& b) {
        return std::tie(a.after, a.block, a.id, a.time, a.revision) <
               std::tie(b.after, b.block, b.id, b.time, b.revision);
    });
    return done();
}

RowIndex StoredWalk::head_row(std::int64_t computed, const std::optional<Uuid>& chosen) const {
    RowIndex found = k_no_row;
    for (RowIndex i = 0; i < rows_.size(); ++i) {
        if (chosen && rows_[i].id == *chosen) return i;
        if (rows_[i].n == computed) found = i;
    }
    return found;
}

Status StoredWalk::begin(const Uuid& chat, Walk what) {
    Db& db = lease_.db();
    KATO_CHECK(snapshot_.begin_read());
    Query find(db, "SELECT c.n, c.head, u.head FROM chat c LEFT JOIN chat_user u ON u.chat = c.n "
                   "WHERE c.id = ?");
    KATO_TRY(const bool there, find.bind(1, chat).step());
    if (!there)
        return Error{Code::not_found, fmt::format("{}: there is no such chat", to_string(chat))};
    const std::int64_t number = find.integer(0);
    KATO_CHECK(load(number));
    if (what != Walk::tree_and_revisions) hidden_.clear();
    KATO_CHECK(place_hidden(number));
    const Tree tree = build_tree(rows_);
    std::vector<bool> wanted(rows_.size(), what != Walk::head_path);
    if (what == Walk::head_path)
        for (RowIndex at = head_row(find.integer(1), find.uuid(2)); at != k_no_row;
             at = tree.parent[at])
            wanted[at] = true;
    plan(tree, wanted);
    reader_.know(rows_);
    return done();
}

void StoredWalk::plan(const Tree& tree, const std::vector<bool>& wanted) {
    steps_.reserve(static_cast<std::size_t>(std::count(wanted.begin(), wanted.end(), true)) +
                   hidden_.size());
    const auto add_hidden = [&](RowIndex after, std::uint32_t sequence, std::uint32_t depth) {
        auto at =
            std::lower_bound(hidden_.begin(), hidden_.end(), after,
                             [](const Hidden& hidden, RowIndex row) { return hidden.after < row; });
        for (; at != hidden_.end() && at->after == after; ++at)
            steps_.push_back({at->n, sequence, depth});
    };
    std::uint32_t sequence = 0;
    for (const Visit& visit : tree.order) {
        if (wanted[visit.row]) {
            steps_.push_back({rows_[visit.row].n, sequence, visit.depth});
            add_hidden(visit.row, sequence, visit.depth);
        }
        ++sequence;
    }
    add_hidden(k_no_row, sequence, 0);
    hidden_.clear();
    hidden_.shrink_to_fit();
}

Result<const EventView*> StoredWalk::next() {
    if (next_ == steps_.size()) return static_cast<const EventView*>(nullptr);
    const Step& step = steps_[next_];
    KATO_CHECK(reader_.read(step.n, view_));
    ++next_;
    view_.sequence = step.sequence;
    view_.depth = step.depth;
    return static_cast<const EventView*>(&view_);
}

} // namespace

Result<std::unique_ptr<EventWalk>> walk_chat(Readers::Lease lease, const Uuid& chat, Walk what) {
    auto walk = std::make_unique<StoredWalk>(std::move(lease));
    KATO_CHECK(walk->begin(chat, what));
    return std::unique_ptr<EventWalk>(std::move(walk));
}

} // namespace kato
