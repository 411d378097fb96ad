// How a chat's tree is laid out on a page: which events are alternatives to each other, which of them
// is shown first, and what stands aside.
//
// Children of an event are alternatives, except results and answers (they belong to their call), what
// goes on with the same response, and a sub-agent's events, which stand aside. Where only one is left
// there is no choice. Beyond k_max_forks choices within each other, further ones are written one after
// the other: HTML nests only so deep.
#pragma once

#include "model/view.h"

#include <cstdint>
#include <optional>
#include <unordered_map>
#include <vector>

namespace kato::html {

inline constexpr std::uint32_t k_max_forks = 40;

struct Place {
    std::uint32_t depth = 0;      // events that are shown before it, up to a root
    std::uint32_t number = 0;     // among its alternatives, from 0
    std::uint32_t count = 1;      // of its alternatives
    bool chosen = false;          // the one to be shown first
    bool aside = false;           // a sub-agent's first event
    bool flat = false;            // not a choice, only marked as one
    std::optional<Uuid> parent{}; // the shown event before it
};

class Shape {
public:
    // Events in pre-order; those that are not shown only carry what follows them.
    void add(const EventView& event, bool shown);
    // `head`: the event whose path is shown first.
    void finish(const std::optional<Uuid>& head);
    Place at(const Uuid& event) const;
    std::size_t size() const { return nodes_.size(); }

private:
    static constexpr std::uint32_t k_none = UINT32_MAX;

    struct Node {
        Uuid id{};
        std::uint32_t parent = k_none;
        std::uint32_t depth = 0;
        std::uint32_t number = 0;
        std::uint32_t alternatives = 0; // among its children
        std::uint32_t forks = 0;        // choices that it is within
        std::uint32_t chosen = k_none;  // among its children
        std::size_t response = 0;       // 0: none
        bool inline_ = false;           // belongs to what is before it
        bool aside = false;
        bool sidechain = false;
    };
    std::uint32_t roots_ = 0;
    std::vector<Node> nodes_{};
    std::unordered_map<Uuid, std::uint32_t, UuidHash> shown_as_{}; // also of events not shown
};

} // namespace kato::html
