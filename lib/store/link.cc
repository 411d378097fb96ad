#include "store/link.h"

#include <algorithm>
#include <tuple>
#include <unordered_map>

namespace kato {
namespace {

std::int64_t at(const Time& time) { return time ? *time : INT64_MIN; }

struct RevisionHash {
    std::size_t operator()(const std::pair<Uuid, Key128>& p) const {
        return UuidHash{}(p.first) * 31 + p.second[0] +
               (static_cast<std::size_t>(p.second[1]) << 8U);
    }
};

// Of a record's revisions the greatest by (time, hash) is shown.
void choose_revisions(std::vector<LinkRow>& rows) {
    struct Best {
        Key128 revision{};
        std::uint32_t block = UINT32_MAX; // whose time counts for the record
        std::int64_t time = INT64_MIN;
    };
    std::unordered_map<std::pair<Uuid, Key128>, Best, RevisionHash> times;
    times.reserve(rows.size());
    for (const LinkRow& row : rows) {
        Best& best = times[{row.record, row.revision}];
        if (row.block < best.block) best = {row.revision, row.block, at(row.time)};
    }
    std::unordered_map<Uuid, Best, UuidHash> winners;
    winners.reserve(times.size());
    for (const auto& [key, candidate] : times) {
        const auto [slot, made] = winners.try_emplace(key.first, candidate);
        if (!made && std::tie(candidate.time, candidate.revision) >
                         std::tie(slot->second.time, slot->second.revision))
            slot->second = candidate;
    }
    for (LinkRow& row : rows) row.shown = winners[row.record].revision == row.revision;
}

void choose_parents(std::vector<LinkRow>& rows) {
    std::unordered_map<Uuid, std::size_t, UuidHash> last_of_record; // of the shown revision
    std::unordered_map<Uuid, std::size_t, UuidHash> by_id;
    last_of_record.reserve(rows.size());
    by_id.reserve(rows.size());
    std::unordered_map<std::pair<Uuid, Key128>, std::vector<std::size_t>, RevisionHash> blocks;
    for (std::size_t i = 0; i < rows.size(); ++i) {
        if (rows[i].block > 0) blocks[{rows[i].record, rows[i].revision}];
        if (!rows[i].shown) continue;
        by_id[rows[i].id] = i;
        const auto [slot, made] = last_of_record.try_emplace(rows[i].record, i);
        if (!made && rows[slot->second].block < rows[i].block) slot->second = i;
    }
    for (std::size_t i = 0; i < rows.size(); ++i) {
        const auto found = blocks.find({rows[i].record, rows[i].revision});
        if (found != blocks.end()) found->second.push_back(i);
    }
    for (auto& [key, members] : blocks)
        std::sort(members.begin(), members.end(),
                  [&](std::size_t a, std::size_t b) { return rows[a].block < rows[b].block; });
    const auto record_end = [&](const std::optional<Uuid>& key,
                                const LinkRow& self) -> std::int64_t {
        if (!key || *key == self.record) return 0;
        const auto found = last_of_record.find(*key);
        return found == last_of_record.end() ? 0 : rows[found->second].n;
    };
    const auto event = [&](const std::optional<Uuid>& id, const LinkRow& self) -> std::int64_t {
        if (!id || *id == self.id) return 0;
        const auto found = by_id.find(*id);
        return found == by_id.end() ? 0 : rows[found->second].n;
    };
    for (LinkRow& row : rows) {
        std::int64_t parent = 0;
        if (row.block > 0) {
            const auto& members = blocks[{row.record, row.revision}];
            const auto self = std::lower_bound(
                members.begin(), members.end(), row.block,
                [&](std::size_t i, std::uint32_t block) { return rows[i].block < block; });
            if (self != members.begin()) parent = rows[*(self - 1)].n;
        }
        if (parent == 0) parent = record_end(row.parent_key, row);
        if (parent == 0) parent = event(row.parent_id, row);
        if (parent == 0) parent = record_end(row.previous_key, row);
        row.parent = parent;
        row.refers = event(row.refers_id, row);
    }
}

// A tool's result answers the latest earlier call of the same id, else the earliest.
void choose_calls(std::vector<LinkRow>& rows) {
    std::unordered_map<std::uint64_t, std::vector<std::size_t>> calls;
    for (std::size_t i = 0; i < rows.size(); ++i) {
        const LinkRow& row = rows[i];
        if (row.call != 0 && row.shown &&
            (row.kind == Kind::assistant_tool_call || row.kind == Kind::assistant_decision_prompt))
            calls[row.call].push_back(i);
    }
    const auto order = [&](std::size_t i) { return std::make_tuple(at(rows[i].time), rows[i].id); };
    for (LinkRow& row : rows) {
        if (row.call == 0 ||
            (row.kind != Kind::assistant_tool_result && row.kind != Kind::user_decision_response))
            continue;
        const auto found = calls.find(row.call);
        if (found == calls.end()) continue;
        std::size_t best = k_no_row;
        std::size_t first = k_no_row;
        for (const std::size_t i : found->second) {
            if (first == k_no_row || order(i) < order(first)) first = i;
            if (at(rows[i].time) <= at(row.time) && (best == k_no_row || order(best) < order(i)))
                best = i;
        }
        row.refers = rows[best == k_no_row ? first : best].n;
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

} // namespace

LinkedChat link_events(std::vector<LinkRow>& rows) {
    choose_revisions(rows);
    choose_parents(rows);
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
    chat.head = choose_head(rows, tree);
    return chat;
}

std::vector<Visit> pre_order(const std::vector<LinkRow>& rows) { return tree_of(rows).order; }

} // namespace kato
