#include "codec/claude_code/tree.h"

#include <cstring>
#include <functional>

namespace kato::claude_code {
namespace {

// Record keys are hashes: any eight bytes of them are well mixed.
std::uint64_t hash(const Uuid& key) {
    std::uint64_t out = 0;
    std::memcpy(&out, key.bytes.data(), sizeof out);
    return out;
}

std::uint64_t hash(std::string_view text) { return std::hash<std::string_view>()(text); }

std::uint32_t number_of(std::size_t count) { return static_cast<std::uint32_t>(count); }

} // namespace

std::uint32_t Tree::find(const Uuid& key) const {
    const std::uint32_t number = node_of_.get(hash(key));
    return number != 0 && nodes_[number - 1].key == key ? number : 0;
}

bool Tree::is_root(const Arrival& arrival, const Lane& lane, std::uint32_t previous) const {
    if (previous == 0) return true;
    return arrival.claim == Claim::null && arrival.part == Part::prompt && !arrival.sidechain &&
           uses_parents_ && !lane.after_boundary;
}

// What the record says it continues, before units are looked at.
Tree::Node Tree::spot(const Arrival& arrival) {
    Node node;
    node.key = arrival.key;
    const Lane& lane = lanes_[arrival.sidechain ? 1 : 0];
    const std::uint32_t main_last = lanes_[0].last;
    const std::uint32_t previous =
        lane.last != 0 ? lane.last : lanes_[arrival.sidechain ? 0 : 1].last;
    if (arrival.claim == Claim::some && arrival.claimed != arrival.key) {
        uses_parents_ = true;
        node.link = find(arrival.claimed);
        node.external = node.link == 0;
        if (node.external) node.link = previous;
        return node;
    }
    node.assumed = true;
    if (is_root(arrival, lane, previous)) return node;
    // A side chain's first prompt: a branch from where the main line stands.
    const bool new_side =
        arrival.sidechain && arrival.claim == Claim::null && arrival.part == Part::prompt;
    node.link = new_side && main_last != 0 ? main_last : previous;
    return node;
}

void Tree::join(Node& node, std::uint32_t unit) const {
    node.unit = unit;
    node.link = units_[unit - 1].tail;
    node.external = false;
}

void Tree::enter_unit(const Arrival& arrival, Node& node) {
    std::uint32_t there = node.external || node.link == 0 ? 0 : nodes_[node.link - 1].unit;
    if (there != 0 && units_[there - 1].sidechain != arrival.sidechain) there = 0;
    if (arrival.part != Part::assistant) {
        if (there == 0) return;
        const bool joins = arrival.part == Part::tool_result || arrival.part == Part::notice;
        join(node, there);
        if (!joins) node.unit = 0;
        return;
    }
    if (!arrival.message_id.empty()) {
        const std::uint32_t same = unit_of_message_.get(hash(arrival.message_id));
        if (same != 0 && units_[same - 1].sidechain == arrival.sidechain) {
            const bool at_entry =
                !node.assumed && node.link != 0 && node.link == units_[same - 1].entry;
            if (node.external || there == same || at_entry) return join(node, same);
        }
    } else {
        const std::uint32_t run = lanes_[arrival.sidechain ? 1 : 0].run;
        if (run != 0 && !node.assumed && units_[run - 1].claimed == arrival.claimed)
            return join(node, run);
    }
    if (there != 0) join(node, there);
    Unit unit;
    unit.entry = node.external ? 0 : node.link;
    unit.sidechain = arrival.sidechain;
    unit.claimed = arrival.claimed;
    units_.push_back(unit);
    node.unit = number_of(units_.size());
    if (!arrival.message_id.empty()) unit_of_message_.set(hash(arrival.message_id), node.unit);
}

// A record that says which ones it replaces continues what they continued.
bool Tree::supersede(const Arrival& arrival, Node& node, Placement& out) {
    bool placed = false;
    for (const Uuid& record : arrival.supersedes) {
        if (record == arrival.key) continue;
        out.superseded.push_back({record, 0});
        const std::uint32_t old = find(record);
        if (placed || old == 0 || nodes_[old - 1].external) continue;
        node.link = nodes_[old - 1].link;
        node.unit = nodes_[old - 1].unit;
        node.external = false;
        placed = true;
    }
    return placed;
}

// The same for a snapshot of a response, unless results of tools have come in since, which would be
// lost from the path.
void Tree::restate(const Arrival& arrival, Node& node, Placement& out) {
    const std::vector<Snapshots::Given> old = snapshots_.restated(node.unit, arrival.blocks);
    if (old.empty()) return;
    for (const Snapshots::Given& block : old) {
        const Uuid& record = nodes_[block.node - 1].key;
        if (out.superseded.empty() || out.superseded.back().record != record)
            out.superseded.push_back({record, block.block});
    }
    const Node& first = nodes_[old.front().node - 1];
    if (node.assumed || first.external || units_[node.unit - 1].last_result > old.front().node)
        return;
    node.link = old.front().block == 0 ? first.link : old.front().node;
}

void Tree::add(const Arrival& arrival, const Node& node) {
    nodes_.push_back(node);
    const std::uint32_t number = number_of(nodes_.size());
    node_of_.set(hash(node.key), number);
    Lane& lane = lanes_[arrival.sidechain ? 1 : 0];
    lane.last = number;
    if (node.unit != 0) {
        Unit& unit = units_[node.unit - 1];
        unit.tail = number;
        if (arrival.part == Part::tool_result) unit.last_result = number;
        if (arrival.part == Part::assistant && !arrival.message_id.empty())
            snapshots_.add(node.unit, number, arrival.blocks);
    }
    if (arrival.part == Part::notice) return;
    lane.run = arrival.part == Part::assistant && arrival.message_id.empty() ? node.unit : 0;
    lane.after_boundary = arrival.boundary;
}

void Tree::say(const Arrival& arrival, const Node& node, Placement& out) const {
    const std::optional<Uuid> link =
        node.link == 0 ? std::nullopt : std::optional(nodes_[node.link - 1].key);
    if (node.external) {
        if (arrival.claim == Claim::some && arrival.claimed != arrival.key)
            out.parent = arrival.claimed;
        out.previous = link;
    } else if (node.assumed) {
        out.previous = link;
    } else {
        out.parent = link;
    }
}

Placement Tree::place(const Arrival& arrival) {
    Placement out;
    if (const std::uint32_t known = find(arrival.key); known != 0) {
        say(arrival, nodes_[known - 1], out);
        return out;
    }
    Node node = spot(arrival);
    if (!supersede(arrival, node, out)) enter_unit(arrival, node);
    if (node.unit != 0 && arrival.part == Part::assistant && !arrival.message_id.empty())
        restate(arrival, node, out);
    add(arrival, node);
    say(arrival, node, out);
    return out;
}

} // namespace kato::claude_code
