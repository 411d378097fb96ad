// How the records of one chat hang together: what each one continues.
//
// Claude Code writes one response of the model as several lines (one for each content block, sharing
// message.id), interleaved with the results of its tools, and the lines' parentUuid name one line or
// another of that response: read literally, every response with two tools is a fork. A *unit* is a
// response with the results and the notices that belong to it, and is always one path:
//
//  1. An assistant line with the message.id of an earlier one joins that one's unit, if it claims to
//     continue a record of the unit, what the unit itself continues, or a record that is not here.
//  2. Tool results and notices (progress, attachments, system lines, titles) that claim a record of a
//     unit join it.
//  3. Anything else that claims a record of a unit continues from the unit's last record. So a prompt
//     that claims an earlier record is a true branch, and so is another response to the same prompt.
//  4. Assistant lines without message.id that follow each other and claim the same record are one unit.
//
// Lines that claim nothing (parentUuid null or missing) continue the previous one of their lane; side
// chains without an agent's id are a lane of their own. The exception is an explicit null on a prompt,
// in a file that has used parentUuid before: a new root. The reader cannot look ahead, so a file's
// leading prompts form one line even if it later turns out to use parents: what a record continues
// depends only on what precedes it, and a file that has grown says the same again about its beginning.
#pragma once

#include "codec/claude_code/snapshots.h"
#include "codec/record/flat_map.h"

#include <array>
#include <deque>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

namespace kato::claude_code {

enum class Part : std::uint8_t {
    prompt,      // what a person typed
    assistant,   // a piece of a response
    tool_result, // nothing but results of tools
    notice,      // not conversation, or not understood
    other,       // injected texts, instructions, compaction
};

enum class Claim : std::uint8_t { absent, null, some };

struct Arrival {
    Uuid key{}; // record_key
    Claim claim = Claim::absent;
    Uuid claimed{}; // record_key of the parent it names
    Part part = Part::notice;
    bool sidechain = false;
    bool boundary = false; // the history before it was compacted
    std::string_view message_id{};
    std::span<const BlockView> blocks{}; // of an assistant line
    std::span<const Uuid> supersedes{};  // records
};

struct Mark {
    Uuid record{};
    std::uint32_t first_block = 0;
};

struct Placement {
    std::optional<Uuid> parent{};
    std::optional<Uuid> previous{};
    std::vector<Mark> superseded{};
};

class Tree {
public:
    // Where a record belongs. A record that was there before stays where it was.
    Placement place(const Arrival& arrival);
    bool contains(const Uuid& key) const { return find(key) != 0; }

private:
    // Numbers of nodes and units count from 1; 0 is none.
    struct Node {
        Uuid key{};
        std::uint32_t link = 0; // the node it continues
        std::uint32_t unit = 0;
        bool external = false; // claims a record that is not here; `link` is only the previous one
        bool assumed = false;  // claims nothing
    };
    struct Unit {
        std::uint32_t tail = 0;
        std::uint32_t entry = 0;       // what its first record continues
        std::uint32_t last_result = 0; // of a tool
        bool sidechain = false;
        Uuid claimed{}; // by its first record
    };
    struct Lane {
        std::uint32_t last = 0;
        std::uint32_t run = 0; // a unit without message.id that the next line may continue
        bool after_boundary = false;
    };

    std::uint32_t find(const Uuid& key) const;
    bool is_root(const Arrival& arrival, const Lane& lane, std::uint32_t previous) const;
    Node spot(const Arrival& arrival);
    void join(Node& node, std::uint32_t unit) const;
    void enter_unit(const Arrival& arrival, Node& node);
    bool supersede(const Arrival& arrival, Node& node, Placement& out);
    void restate(const Arrival& arrival, Node& node, Placement& out);
    void add(const Arrival& arrival, const Node& node);
    void say(const Arrival& arrival, const Node& node, Placement& out) const;

    std::deque<Node> nodes_{};
    std::deque<Unit> units_{};
    record::FlatMap node_of_{};
    record::FlatMap unit_of_message_{};
    std::array<Lane, 2> lanes_{}; // main, side chain
    Snapshots snapshots_{};
    bool uses_parents_ = false;
};

} // namespace kato::claude_code
