#include "store/link.h"

#include <algorithm>
#include <iterator>
#include <numeric>
#include <tuple>

namespace kato {
namespace {

std::int64_t at(const Time& time) { return time ? *time : INT64_MIN; }

// Positions in the rows, in some order: chats may have a million events, so no maps.
using Positions = std::vector<std::uint32_t>;

Positions all_of(const std::vector<LinkRow>& rows) {
    Positions out(rows.size());
    std::iota(out.begin(), out.end(), std::uint32_t{0});
    return out;
}

// By record; within it by revision and block.
Positions by_record(const std::vector<LinkRow>& rows) {
    Positions out = all_of(rows);
    std::sort(out.begin(), out.end(), [&](std::uint32_t a, std::uint32_t b) {
        return std::tie(rows[a].record, rows[a].revision, rows[a].block, rows[a].n) <
               std::tie(rows[b].record, rows[b].revision, rows[b].block, rows[b].n);
    });
    return out;
}

// Of a record's revisions the greatest by (time, hash) is shown; the first block's time counts.
void choose_revisions(std::vector<LinkRow>& rows, const Positions& records) {
    for (std::size_t i = 0; i < records.size();) {
        const Uuid& record = rows[records[i]].record;
        const LinkRow* best = nullptr;
        std::size_t end = i;
        for (; end < records.size() && rows[records[end]].record == record; ++end) {
            const LinkRow& row = rows[records[end]];
            if (end > i && rows[records[end - 1]].revision == row.revision) continue;
            // Revisions come in their order: of two with the same time the latter is the greater.
            if (best == nullptr || at(row.time) >= at(best->time)) best = &row;
        }
        for (; i < end; ++i) rows[records[i]].shown = rows[records[i]].revision == best->revision;
    }
}

// Finds rows by what identifies them.
class Finder {
public:
    Finder(const std::vector<LinkRow>& rows, const Positions& records) : rows_(rows) {
        std::copy_if(records.begin(), records.end(), std::back_inserter(blocks_),
                     [&](std::uint32_t i) { return rows[i].shown; });
        ids_ = blocks_;
        std::sort(ids_.begin(), ids_.end(), [&](std::uint32_t a, std::uint32_t b) {
            return std::tie(rows[a].id, rows[a].n) < std::tie(rows[b].id, rows[b].n);
        });
    }
    // The last block of the record's shown revision, 0: none.
    std::int64_t record_end(const std::optional<Uuid>& key, const LinkRow& self) const {
        if (!key || *key == self.record) return 0;
        const auto behind = std::upper_bound(
            blocks_.begin(), blocks_.end(), *key,
            [&](const Uuid& record, std::uint32_t i) { return record < rows_[i].record; });
        if (behind == blocks_.begin()) return 0;
        const LinkRow& last = rows_[*(behind - 1)];
        return last.record == *key ? last.n : 0;
    }
    std::int64_t event(const std::optional<Uuid>& id, const LinkRow& self) const {
        if (!id || *id == self.id) return 0;
        const auto here = std::lower_bound(
            ids_.begin(), ids_.end(), *id,
            [&](std::uint32_t i, const Uuid& value) { return rows_[i].id < value; });
        return here == ids_.end() || rows_[*here].id != *id ? 0 : rows_[*here].n;
    }

private:
    const std::vector<LinkRow>& rows_;
    // Of the shown rows.
    Positions blocks_{}; // by record and block
    Positions ids_{};
};

void choose_parents(std::vector<LinkRow>& rows, const Positions& records) {
    const Finder finder(rows, records);
    for (std::size_t i = 0; i < records.size(); ++i) {
        LinkRow& row = rows[records[i]];
        row.parent = 0;
        if (row.block > 0 && i > 0) {
            const LinkRow& before = rows[records[i - 1]];
            if (before.record == row.record && before.revision == row.revision)
                row.parent = before.n;
        }
        if (row.parent == 0) row.parent = finder.record_end(row.parent_key, row);
        if (row.parent == 0) row.parent = finder.event(row.parent_id, row);
        if (row.parent == 0) row.parent = finder.record_end(row.previous_key, row);
        row.refers = finder.event(row.refers_id, row);
    }
}

// A tool's result answers the latest earlier call of the same id, else the earliest.
void choose_calls(std::vector<LinkRow>& rows) {
    Positions calls;
    for (std::uint32_t i = 0; i < rows.size(); ++i) {
        const LinkRow& row = rows[i];
        const bool asks =
            row.kind == Kind::assistant_tool_call || row.kind == Kind::assistant_decision_prompt;
        if (row.call != 0 && row.shown && asks) calls.push_back(i);
    }
    std::sort(calls.begin(), calls.end(), [&](std::uint32_t a, std::uint32_t b) {
        return std::make_tuple(rows[a].call, at(rows[a].time), rows[a].id, rows[a].n) <
               std::make_tuple(rows[b].call, at(rows[b].time), rows[b].id, rows[b].n);
    });
    for (LinkRow& row : rows) {
        const bool answers =
            row.kind == Kind::assistant_tool_result || row.kind == Kind::user_decision_response;
        if (row.call == 0 || !answers) continue;
        // The first call that is too late.
        const auto late = std::upper_bound(
            calls.begin(), calls.end(), row, [&](const LinkRow& self, std::uint32_t i) {
                return std::make_tuple(self.call, at(self.time)) <
                       std::make_tuple(rows[i].call, at(rows[i].time));
            });
        if (late != calls.begin() && rows[*(late - 1)].call == row.call)
            row.refers = rows[*(late - 1)].n;
        else if (late != calls.end() && rows[*late].call == row.call)
            row.refers = rows[*late].n;
    }
}

// The tree of the rows that are shown; its positions are those of `rows`.
Tree tree_of(const std::vector<LinkRow>& rows) {
    std::vector<TreeRow> shown;
    std::vector<std::size_t> positions;
    shown.reserve(rows.size());
    positions.reserve(rows.size());
    for (std::size_t i = 0; i < rows.size(); ++i) {
        if (!rows[i].shown) continue;
        shown.push_back({rows[i].n, rows[i].parent, at(rows[i].time), rows[i].id});
        positions.push_back(i);
    }
    Tree tree = build_tree(shown);
    for (Visit& visit : tree.order) visit.row = positions[visit.row];
    for (std::size_t& row : tree.cut) row = positions[row];
    std::vector<std::size_t> parent(rows.size(), k_no_row);
    for (std::size_t i = 0; i < shown.size(); ++i)
        if (tree.parent[i] != k_no_row) parent[positions[i]] = positions[tree.parent[i]];
    tree.parent = std::move(parent);
    return tree;
}

// The newest leaf by time; where there are no times, the deepest. Only what people said counts,
// side chains and superseded events only when there is nothing else.
std::int64_t choose_head(const std::vector<LinkRow>& rows, const Tree& tree) {
    struct Key {
        int grade = 0; // 3 conversation, 2 its side chains, 1 anything else
        std::int64_t time = INT64_MIN;
        std::uint32_t depth = 0;
        Uuid id{};
        auto operator<=>(const Key&) const = default;
    };
    std::vector<std::int64_t> effective(rows.size(), INT64_MIN); // own time, else the parent's
    Key best{};
    std::int64_t head = 0;
    for (const Visit& here : tree.order) {
        const LinkRow& row = rows[here.row];
        const std::size_t parent = tree.parent[here.row];
        effective[here.row] = row.time             ? *row.time
                              : parent == k_no_row ? INT64_MIN
                                                   : effective[parent];
        Key key;
        key.grade = !is_conversation(row.kind)                        ? 1
                    : (row.flags & (k_sidechain | k_superseded)) != 0 ? 2
                                                                      : 3;
        key.time = effective[here.row];
        key.depth = here.depth;
        key.id = row.id;
        if (head == 0 || best < key) {
            best = key;
            head = row.n;
        }
    }
    return head;
}

// The last block of the record, 0: it is not there.
std::int64_t last_block(const std::vector<LinkRow>& rows, const Uuid& record) {
    const LinkRow* last = nullptr;
    for (const LinkRow& row : rows) {
        if (!row.shown || row.record != record) continue;
        if (last == nullptr || row.block > last->block) last = &row;
    }
    return last == nullptr ? 0 : last->n;
}

} // namespace

LinkedChat link_events(std::vector<LinkRow>& rows, const std::optional<Uuid>& shown_record) {
    {
        const Positions records = by_record(rows);
        choose_revisions(rows, records);
        choose_parents(rows, records);
    }
    choose_calls(rows);
    const Tree tree = tree_of(rows);
    for (const std::size_t row : tree.cut) rows[row].parent = 0;
    LinkedChat chat;
    std::int64_t model_time = INT64_MIN;
    Uuid model_id{};
    for (const LinkRow& row : rows) {
        if (!row.shown) continue;
        ++chat.events;
        if (row.time) {
            if (!chat.first || *row.time < *chat.first) chat.first = row.time;
            if (!chat.last || *row.time > *chat.last) chat.last = row.time;
        }
        if (row.model != 0 && is_conversation(row.kind) && (row.flags & k_sidechain) == 0 &&
            std::make_tuple(at(row.time), row.id) >= std::make_tuple(model_time, model_id)) {
            model_time = at(row.time);
            model_id = row.id;
            chat.model = row.model;
        }
    }
    if (shown_record) chat.head = last_block(rows, *shown_record);
    if (chat.head == 0) chat.head = choose_head(rows, tree);
    return chat;
}

std::vector<Visit> pre_order(const std::vector<LinkRow>& rows) { return tree_of(rows).order; }

} // namespace kato
