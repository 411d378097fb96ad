#include "codec/gemini_cli/thread.h"

#include <algorithm>
#include <utility>

namespace kato::gemini_cli {
namespace {

constexpr std::uint64_t k_most_order = 0xFFFF'FFFE;

Key128 revision_of(std::uint32_t order, const Key128& hash) {
    Key128 out{};
    for (std::size_t i = 0; i != 4; ++i)
        out[i] = static_cast<std::uint8_t>((order >> (24 - 8 * i)) & 0xFF);
    std::copy_n(hash.begin(), out.size() - 4, out.begin() + 4);
    return out;
}

} // namespace

void Thread::begin(const Uuid& chat, const std::optional<Uuid>& root) {
    chat_ = chat;
    root_ = root;
    path_.clear();
    replaced_.clear();
    entries_.clear();
    unnamed_.clear();
    list_ = 0;
}

std::uint32_t Thread::order_of(const Entry& entry, const record::Part& message, bool moved) {
    if (entry.alive && entry.hash == message.hash && !moved) return entry.order;
    const std::uint64_t least = entry.alive ? std::uint64_t{entry.order} + 1 : 0;
    return static_cast<std::uint32_t>(std::min(std::max(least, message.size), k_most_order));
}

Placement Thread::place(const std::string& id, const record::Part& message) {
    std::string name = id;
    if (id.empty()) {
        // Equal ones are told apart by their number in the thread.
        name = record_name(message.hash, unnamed_[message.hash]++);
    }
    Entry& entry = entries_[name];
    const bool here = entry.alive && entry.list == list_;
    if (!entry.alive && entry.order != 0) ++entry.generation;
    if (!here) entry.index = path_.size();
    Placement out;
    out.parent = entry.index == 0 ? root_ : std::optional(path_[entry.index - 1].key);
    entry.order = order_of(entry, message, entry.parent != out.parent);
    entry.hash = message.hash;
    entry.parent = out.parent;
    entry.alive = true;
    entry.list = list_;
    out.name = name;
    if (entry.generation != 0) out.name += "~" + std::to_string(entry.generation);
    out.revision = revision_of(entry.order, message.hash);
    if (!here) path_.push_back({record_key(chat_, out.name), std::move(name)});
    return out;
}

void Thread::drop(const Step& step, std::vector<Uuid>& out) {
    entries_[step.id].alive = false;
    out.push_back(step.key);
}

std::vector<Uuid> Thread::rewind(const std::string& id) {
    std::vector<Uuid> out;
    const auto found = entries_.find(id);
    const std::size_t kept =
        found != entries_.end() && found->second.alive ? found->second.index : 0;
    for (std::size_t i = kept; i < path_.size(); ++i) drop(path_[i], out);
    path_.resize(kept);
    return out;
}

void Thread::begin_list() {
    replaced_ = std::exchange(path_, {});
    ++list_;
}

std::vector<Uuid> Thread::end_list() {
    std::vector<Uuid> out;
    for (const Step& step : std::exchange(replaced_, {}))
        if (entries_[step.id].list != list_) drop(step, out);
    return out;
}

} // namespace kato::gemini_cli
