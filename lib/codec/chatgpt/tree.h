// The tree of a conversation: the union of what its nodes say of their parents and of their children.
#pragma once

#include "codec/json/json.h"

#include <cstdint>
#include <string>
#include <unordered_map>
#include <vector>

namespace kato::chatgpt {

struct Node {
    std::string id{}; // its name in the mapping
    json::Value value{};
    json::Value message{}; // absent: none
    std::size_t parent = SIZE_MAX;
    std::size_t call = SIZE_MAX; // the node whose call it answers, by way of its ancestors
};

class ConversationTree {
public:
    // `mapping`: an object. Nodes keep their order there.
    explicit ConversationTree(const json::Value& mapping);

    std::vector<Node>& nodes() { return nodes_; }
    const std::vector<Node>& nodes() const { return nodes_; }
    // The node itself or the nearest one above it that has a message; SIZE_MAX: none.
    std::size_t with_message(std::size_t node) const {
        return node == SIZE_MAX ? node : with_message_[node];
    }
    std::size_t find(const std::string& id) const;
    // Any node is known to stand below another.
    bool linked() const { return linked_; }

private:
    void link();
    void cut_circles();
    void find_messages();

    std::vector<Node> nodes_{};
    std::vector<std::size_t> with_message_{}; // of each node
    bool linked_ = false;
    std::unordered_map<std::string, std::size_t> positions_{}; // by node and by message id
};

} // namespace kato::chatgpt
