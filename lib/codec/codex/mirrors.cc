#include "codec/codex/mirrors.h"

#include <algorithm>
#include <functional>
#include <string>

namespace kato::codex {
namespace {

constexpr std::size_t k_max_entries = 512;
constexpr std::string_view k_space = " \t\r\n\v\f";

std::uint64_t hash(std::string_view text) { return std::hash<std::string_view>()(text); }

// Removes "<tag>...</tag>" wherever it stands.
void cut(std::string& text, std::string_view begin, std::string_view end) {
    for (std::size_t at = text.find(begin); at != std::string::npos; at = text.find(begin, at)) {
        const std::size_t stop = text.find(end, at + begin.size());
        if (stop == std::string::npos) return;
        text.erase(at, stop + end.size() - at);
    }
}

std::string_view trimmed(std::string_view text) {
    const std::size_t first = text.find_first_not_of(k_space);
    if (first == std::string_view::npos) return {};
    return text.substr(first, text.find_last_not_of(k_space) - first + 1);
}

} // namespace

std::uint64_t identity_of(std::string_view text) {
    constexpr std::string_view k_citation = "<oai-mem-citation>";
    constexpr std::string_view k_plan = "<proposed_plan>";
    if (text.find(k_citation) == std::string_view::npos &&
        text.find(k_plan) == std::string_view::npos)
        return hash(trimmed(text));
    std::string shown(text);
    cut(shown, k_citation, "</oai-mem-citation>");
    cut(shown, k_plan, "</proposed_plan>");
    return hash(trimmed(shown));
}

bool Mirrors::matches(const Entry& entry, const Said& said, std::uint64_t id) {
    if (entry.speaker != said.speaker ||
        (entry.channels & static_cast<std::uint8_t>(said.channel)) != 0)
        return false;
    if (id != 0 && id == entry.id) return true;
    return std::any_of(said.texts.begin(), said.texts.end(), [&](std::uint64_t text) {
        return text == entry.texts[0] || text == entry.texts[1];
    });
}

Mirrors::Found Mirrors::find(const Said& said) {
    const std::uint64_t id = said.id.empty() ? 0 : hash(said.id);
    for (Entry& entry : entries_) {
        if (!matches(entry, said, id)) continue;
        answered_ = answered_ || said.speaker == Speaker::assistant;
        entry.channels =
            static_cast<std::uint8_t>(entry.channels | static_cast<std::uint8_t>(said.channel));
        return {true, entry.pictures};
    }
    // Where nothing says that a turn begins, a prompt behind an answer does.
    if (said.speaker == Speaker::user && answered_ && !marked_) {
        entries_.clear();
        answered_ = false;
    }
    answered_ = answered_ || said.speaker == Speaker::assistant;
    Entry entry;
    entry.speaker = said.speaker;
    entry.channels = static_cast<std::uint8_t>(said.channel);
    entry.pictures = said.pictures;
    entry.id = id;
    if (!said.texts.empty()) {
        entry.texts[0] = said.texts.front();
        entry.texts[1] = said.texts.back();
    }
    if (entries_.size() == k_max_entries) entries_.pop_front();
    entries_.push_back(entry);
    return {};
}

// A prompt may be written before its turn begins and again inside it.
void Mirrors::begin_turn() {
    if (answered_ || ended_) entries_.clear();
    marked_ = true;
    answered_ = false;
    ended_ = false;
}

} // namespace kato::codex
