#include "codec/chatgpt/tree.h"

#include "codec/record/fields.h"

#include <algorithm>

namespace kato::chatgpt {

using record::short_text;
using record::text_of;

ConversationTree::ConversationTree(const json::Value& mapping) {
    nodes_.reserve(mapping.size());
    for (json::Value value = mapping.first(); value; value = value.next()) {
        Node node;
        node.id = value.key();
        node.value = value;
        const json::Value message = value.member("message");
        if (message && !message.is_null()) node.message = message;
        positions_.try_emplace(node.id, nodes_.size());
        nodes_.push_back(std::move(node));
    }
    for (std::size_t i = 0; i != nodes_.size(); ++i) {
        const std::string id = text_of(nodes_[i].message, "id");
        if (!id.empty()) positions_.try_emplace(id, i);
    }
    link();
    linked_ = std::any_of(nodes_.begin(), nodes_.end(),
                          [](const Node& node) { return node.parent != SIZE_MAX; });
    cut_circles();
    find_messages();
}

std::size_t ConversationTree::find(const std::string& id) const {
    const auto found = positions_.find(id);
    return found == positions_.end() ? SIZE_MAX : found->second;
}

// A node's own word first, then its parent's, then its message's.
void ConversationTree::link() {
    for (std::size_t i = 0; i != nodes_.size(); ++i) {
        const std::size_t parent = find(text_of(nodes_[i].value, "parent"));
        if (parent != i) nodes_[i].parent = parent;
    }
    for (std::size_t i = 0; i != nodes_.size(); ++i) {
        const json::Value children = nodes_[i].value.member("children");
        for (json::Value child = children.first(); child; child = child.next()) {
            const auto id = short_text(child);
            const std::size_t at = id ? find(*id) : SIZE_MAX;
            if (at != SIZE_MAX && at != i && nodes_[at].parent == SIZE_MAX) nodes_[at].parent = i;
        }
    }
    for (std::size_t i = 0; i != nodes_.size(); ++i) {
        if (nodes_[i].parent != SIZE_MAX) continue;
        const std::size_t parent = find(text_of(nodes_[i].message.member("metadata"), "parent_id"));
        if (parent != i) nodes_[i].parent = parent;
    }
}

void ConversationTree::cut_circles() {
    // 0: not seen, 1: on the way that is being followed, 2: known to lead to a root.
    std::vector<std::uint8_t> state(nodes_.size(), 0);
    std::vector<std::size_t> way;
    for (std::size_t start = 0; start != nodes_.size(); ++start) {
        std::size_t at = start;
        while (at != SIZE_MAX && state[at] == 0) {
            state[at] = 1;
            way.push_back(at);
            at = nodes_[at].parent;
        }
        if (at != SIZE_MAX && state[at] == 1) nodes_[at].parent = SIZE_MAX;
        for (const std::size_t node : way) state[node] = 2;
        way.clear();
    }
}

// Each way up is followed once, however many nodes begin it.
void ConversationTree::find_messages() {
    constexpr std::size_t k_unknown = SIZE_MAX - 1;
    with_message_.assign(nodes_.size(), k_unknown);
    std::vector<std::size_t> way;
    for (std::size_t start = 0; start != nodes_.size(); ++start) {
        std::size_t at = start;
        while (at != SIZE_MAX && with_message_[at] == k_unknown && !nodes_[at].message) {
            way.push_back(at);
            at = nodes_[at].parent;
        }
        if (at != SIZE_MAX && nodes_[at].message) with_message_[at] = at;
        const std::size_t found = at == SIZE_MAX ? at : with_message_[at];
        for (const std::size_t node : way) with_message_[node] = found;
        way.clear();
    }
}

} // namespace kato::chatgpt
