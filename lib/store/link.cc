#include "store/link.h"

#include <algorithm>
#include <iterator>
#include <numeric>
#include <tuple>

namespace kato {
namespace {

// Positions in the rows, in some order: chats may have a million events, so no maps.
using Positions = std::vector<RowIndex>;

Positions all_of(const std::vector<LinkRow>& rows) {
    Positions out(rows.size());
    std::iota(out.begin(), out.end(), RowIndex{0});
    return out;
}

// By record; within it by revision and block.
Positions by_record(const std::vector<LinkRow>& rows) {
    Positions out = all_of(rows);
    std::sort(out.begin(), out.end(), [&](RowIndex a, RowIndex b) {
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
            if (best == nullptr || row.time >= best->time) best = &row;
        }
        for (; i < end; ++i) rows[records[i]].shown = rows[records[i]].revision == best->revision;
    }
}

// Finds rows by what identifies them.
class Finder {
public:
    Finder(const std::vector<LinkRow>& rows, const Positions& records) : rows_(rows) {
        blocks_.reserve(records.size());
        std::copy_if(records.begin(), records.end(), std::back_inserter(blocks_),
                     [&](RowIndex i) { return rows[i].shown; });
        ids_ = blocks_;
        std::sort(ids_.begin(), ids_.end(), [&](RowIndex a, RowIndex b) {
            return std::tie(rows[a].id, rows[a].n) < std::tie(rows[b].id, rows[b].n);
        });
    }
    // The last block of the record's shown revision, 0: none.
    std::int64_t record_end(const Uuid& key, const LinkRow& self) const {
        if (key == self.record) return 0;
        const auto behind = std::upper_bound(
            blocks_.begin(), blocks_.end(), key,
            [&](const Uuid& record, RowIndex i) { return record < rows_[i].record; });
        if (behind == blocks_.begin()) return 0;
        const LinkRow& last = rows_[*(behind - 1)];
        return last.record == key ? last.n : 0;
    }
    std::int64_t event(const Uuid& id, const LinkRow& self) const {
        if (id == self.id) return 0;
        const auto here =
            std::lower_bound(ids_.begin(), ids_.end(), id,
                             [&](RowIndex i, const Uuid& value) { return rows_[i].id < value; });
        return here == ids_.end() || rows_[*here].id != id ? 0 : rows_[*here].n;
    }

private:
    const std::vector<LinkRow>& rows_;
    // Of the shown rows.
    Positions blocks_{}; // by record and block
    Positions ids_{};
};

void choose_parents(ChatRows& chat, const Positions& records) {
    std::vector<LinkRow>& rows = chat.rows;
    const Finder finder(rows, records);
    for (std::size_t i = 0; i < records.size(); ++i) {
        LinkRow& row = rows[records[i]];
        row.parent = row.refers = 0;
        if (row.block == 0 || i == 0) continue;
        const LinkRow& before = rows[records[i - 1]];
        if (before.record == row.record && before.revision == row.revision) row.parent = before.n;
    }
    for (const Reference& reference : chat.references) {
        LinkRow& row = rows[reference.row];
        if (reference.what == Reference::What::answered_event)
            row.refers = finder.event(reference.value, row);
        else if (row.parent == 0)
            row.parent = reference.what == Reference::What::parent_event
                             ? finder.event(reference.value, row)
                             : finder.record_end(reference.value, row);
    }
}

// A tool's result answers the latest earlier call of the same id, else the earliest.
void choose_calls(std::vector<LinkRow>& rows) {
    Positions calls;
    for (RowIndex i = 0; i < rows.size(); ++i) {
        const LinkRow& row = rows[i];
        const bool asks =
            row.kind == Kind::assistant_tool_call || row.kind == Kind::assistant_decision_prompt;
        if (row.call != 0 && row.shown && asks) calls.push_back(i);
    }
    std::sort(calls.begin(), calls.end(), [&](RowIndex a, RowIndex b) {
        return std::make_tuple(rows[a].call, rows[a].time, rows[a].id, rows[a].n) <
               std::make_tuple(rows[b].call, rows[b].time, rows[b].id, rows[b].n);
    });
    for (LinkRow& row : rows) {
        const bool answers =
            row.kind == Kind::assistant_tool_result || row.kind == Kind::user_decision_response;
        if (row.call == 0 || !answers) continue;
        // The first call that is too late.
        const auto late =
            std::upper_bound(calls.begin(), calls.end(), row, [&](const LinkRow& self, RowIndex i) {
                return std::make_tuple(self.call, self.time) <
                       std::make_tuple(rows[i].call, rows[i].time);
            });
        if (late != calls.begin() && rows[*(late - 1)].call == row.call)
            row.refers = rows[*(late - 1)].n;
        else if (late != calls.end() && rows[*late].call == row.call)
            row.refers = rows[*late].n;
    }
}

// The tree of the rows that are shown; its positions are those of `rows`.
Tree tree_of(const std::vector<LinkRow>& rows) {
    std::vector<const TreeRow*> shown;
    shown.reserve(rows.size());
    for (const LinkRow& row : rows)
        if (row.shown) shown.push_back(&row);
    Tree tree = build_tree(shown);
    if (shown.size() == rows.size()) return tree;
    const auto position = [&](RowIndex i) {
        return static_cast<RowIndex>(static_cast<const LinkRow*>(shown[i]) - rows.data());
    };
    for (Visit& visit : tree.order) visit.row = position(visit.row);
    for (RowIndex& row : tree.cut) row = position(row);
    std::vector<RowIndex> parent(rows.size(), k_no_row);
    for (RowIndex i = 0; i < shown.size(); ++i)
        if (tree.parent[i] != k_no_row) parent[position(i)] = position(tree.parent[i]);
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
        const RowIndex parent = tree.parent[here.row];
        effective[here.row] =
            row.time != INT64_MIN || parent == k_no_row ? row.time : effective[parent];
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

LinkedChat link_events(ChatRows& all, const std::optional<Uuid>& shown_record) {
    std::vector<LinkRow>& rows = all.rows;
    {
        const Positions records = by_record(rows);
        choose_revisions(rows, records);
        choose_parents(all, records);
        std::deque<Reference>().swap(all.references);
    }
    choose_calls(rows);
    const Tree tree = tree_of(rows);
    for (const RowIndex row : tree.cut) rows[row].parent = 0;
    LinkedChat chat;
    std::int64_t model_time = INT64_MIN;
    Uuid model_id{};
    for (const LinkRow& row : rows) {
        if (!row.shown) continue;
        ++chat.events;
        if (row.time != INT64_MIN) {
            if (!chat.first || row.time < *chat.first) chat.first = row.time;
            if (!chat.last || row.time > *chat.last) chat.last = row.time;
        }
        if (row.model != 0 && is_conversation(row.kind) && (row.flags & k_sidechain) == 0 &&
            std::make_tuple(row.time, row.id) >= std::make_tuple(model_time, model_id)) {
            model_time = row.time;
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
