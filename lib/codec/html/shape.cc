#include "codec/html/shape.h"

#include <string_view>

namespace kato::html {

void Shape::add(const EventView& event, bool shown) {
    std::uint32_t parent = k_none;
    if (event.parent) {
        if (const auto found = shown_as_.find(*event.parent); found != shown_as_.end())
            parent = found->second;
    }
    if (!shown) {
        shown_as_.emplace(event.id, parent); // not that of the shown revision
        return;
    }
    const auto index = static_cast<std::uint32_t>(nodes_.size());
    shown_as_[event.id] = index;
    Node node;
    node.id = event.id;
    node.parent = parent;
    node.sidechain = (event.body.flags & k_sidechain) != 0;
    if (!event.body.response.empty())
        node.response = std::hash<std::string_view>()(event.body.response) | 1U;
    if (parent != k_none) {
        Node& before = nodes_[parent];
        node.depth = before.depth + 1;
        node.aside = node.sidechain && !before.sidechain;
        node.inline_ = event.body.kind == Kind::assistant_tool_result ||
                       event.body.kind == Kind::user_decision_response ||
                       (node.response != 0 && node.response == before.response);
        if (!node.aside && !node.inline_) node.number = before.alternatives++;
    } else {
        node.number = roots_++;
    }
    nodes_.push_back(node);
}

void Shape::finish(const std::optional<Uuid>& head) {
    std::uint32_t at = k_none;
    if (head) {
        if (const auto found = shown_as_.find(*head); found != shown_as_.end()) at = found->second;
    }
    const auto is_alternative = [](const Node& node) {
        return node.parent != k_none && !node.aside && !node.inline_;
    };
    for (; at != k_none; at = nodes_[at].parent)
        if (is_alternative(nodes_[at])) nodes_[nodes_[at].parent].chosen = at;
    // Off the head's path the newest is the one to see; siblings come in the order of their times.
    for (auto i = static_cast<std::uint32_t>(nodes_.size()); i-- > 0;) {
        if (!is_alternative(nodes_[i])) continue;
        Node& before = nodes_[nodes_[i].parent];
        if (before.chosen == k_none) before.chosen = i;
    }
    for (Node& node : nodes_) {
        if (node.parent == k_none) continue;
        const Node& before = nodes_[node.parent];
        node.forks = before.forks;
        const bool choice = !node.aside && !node.inline_ && before.alternatives > 1;
        if (choice && node.forks < k_max_forks) ++node.forks;
    }
}

Place Shape::at(const Uuid& event) const {
    Place place;
    const auto found = shown_as_.find(event);
    if (found == shown_as_.end() || found->second == k_none) return place;
    const Node& node = nodes_[found->second];
    if (node.id != event) return place;
    place.depth = node.depth;
    place.aside = node.aside;
    if (node.parent == k_none) {
        place.number = node.number;
        place.count = roots_;
        place.flat = true;
        return place;
    }
    const Node& before = nodes_[node.parent];
    place.parent = before.id;
    if (node.aside || node.inline_ || before.alternatives < 2) return place;
    place.number = node.number;
    place.count = before.alternatives;
    place.chosen = before.chosen == found->second;
    place.flat = node.forks == before.forks;
    return place;
}

} // namespace kato::html
