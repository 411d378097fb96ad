#include "codec/claude_code/snapshots.h"

#include <functional>

namespace kato::claude_code {
namespace {

constexpr std::size_t k_recent_responses = 8;
constexpr std::size_t k_max_blocks = 256; // of a response; beyond it nothing is compared

std::uint64_t hash(std::string_view text) { return std::hash<std::string_view>()(text); }

bool extends(const BlockView& block, const Snapshots::Given& given) {
    if (block.kind != given.kind) return false;
    if (given.id != 0 || !block.id.empty()) return !block.id.empty() && hash(block.id) == given.id;
    return block.text.size() >= given.length &&
           hash(block.text.substr(0, given.length)) == given.hash;
}

} // namespace

Snapshots::Response* Snapshots::response(std::uint32_t unit) {
    for (Response& candidate : recent_) {
        if (candidate.unit == unit) return &candidate;
    }
    return nullptr;
}

std::vector<Snapshots::Given> Snapshots::restated(std::uint32_t unit,
                                                  std::span<const BlockView> blocks) {
    Response* found = response(unit);
    if (found == nullptr) return {};
    std::vector<Given>& given = found->blocks;
    for (std::size_t start = 0; start != given.size(); ++start) {
        const std::size_t count = given.size() - start;
        if (count > blocks.size()) continue;
        bool all = true;
        bool telling = false; // two empty blocks are equal, but that says nothing
        for (std::size_t i = 0; all && i != count; ++i) {
            const Given& old = given[start + i];
            all = extends(blocks[i], old);
            telling = telling || old.id != 0 || old.length != 0;
        }
        if (!all || !telling) continue;
        std::vector<Given> out(given.begin() + static_cast<std::ptrdiff_t>(start), given.end());
        given.resize(start);
        return out;
    }
    return {};
}

void Snapshots::add(std::uint32_t unit, std::uint32_t node, std::span<const BlockView> blocks) {
    Response* found = response(unit);
    if (found == nullptr) {
        if (recent_.size() == k_recent_responses) recent_.pop_front();
        recent_.push_back({unit, {}});
        found = &recent_.back();
    }
    std::uint32_t index = 0;
    for (const BlockView& block : blocks) {
        if (found->blocks.size() == k_max_blocks) return;
        found->blocks.push_back({node, index++, block.kind, block.id.empty() ? 0 : hash(block.id),
                                 block.text.size(), hash(block.text)});
    }
}

} // namespace kato::claude_code
