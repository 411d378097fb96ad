#include "exchange/file_names.h"

#include "base/text.h"

#include <algorithm>
#include <set>

namespace kato {
namespace {

constexpr std::size_t k_longest_title = 60; // bytes; names have to fit beside long folders

struct Range {
    std::uint32_t first;
    std::uint32_t last;
};

// Beyond ASCII: what is no letter or digit to people: controls, spaces, direction marks, what is
// not seen, private use, halves, what is no character.
constexpr Range k_refused[] = {
    {0x0080, 0x00A9}, {0x00AB, 0x00B4}, {0x00B6, 0x00B9},   {0x00BB, 0x00BF},    {0x0300, 0x036F},
    {0x061C, 0x061C}, {0x115F, 0x1160}, {0x1680, 0x1680},   {0x17B4, 0x17B5},    {0x180B, 0x180F},
    {0x2000, 0x2BFF}, {0x2E00, 0x2E7F}, {0x2FF0, 0x3004},   {0x3008, 0x3020},    {0x3164, 0x3164},
    {0xD800, 0xF8FF}, {0xFE00, 0xFE0F}, {0xFEFF, 0xFEFF},   {0xFF00, 0xFF0F},    {0xFF1A, 0xFF20},
    {0xFFA0, 0xFFA0}, {0xFFF0, 0xFFFF}, {0x1F000, 0x1FAFF}, {0xE0000, 0x10FFFF},
};

bool is_kept(std::uint32_t c) {
    if (c < 0x80)
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               c == '_'; // no point: to Windows nul.txt-1.html is a device

    return std::none_of(std::begin(k_refused), std::end(k_refused),
                        [&](const Range& range) { return c >= range.first && c <= range.last; });
}

// Those of chats made here begin with the time: its 48 bits tell them apart.
std::string short_id(const Uuid& id) {
    return to_string(id).substr(0, (id.bytes[6] >> 4) == 7 ? 13 : 8);
}

} // namespace

std::string name_slug(std::string_view text, std::size_t room) {
    std::string out;
    for (std::size_t pos = 0; pos < text.size();) {
        const std::size_t start = pos;
        const std::uint32_t c = next_code_point(text, pos);
        const std::string_view piece = is_kept(c) ? text.substr(start, pos - start) : "-";
        if (piece == "-" && (out.empty() || out.back() == '-')) continue;
        if (out.size() + piece.size() > room) break;
        out += piece;
    }
    if (out.ends_with('-')) out.pop_back();
    return out;
}

std::vector<std::string> chat_file_names(std::span<const ChatView> chats, std::string_view suffix) {
    const auto name = [&](const ChatView& chat, const std::string& id) {
        std::string slug = name_slug(chat.shown_title(), k_longest_title);
        if (slug.empty()) slug = "untitled";
        return slug + '-' + id + std::string(suffix);
    };
    std::vector<std::string> names;
    names.reserve(chats.size());
    std::multiset<std::string> ids;
    for (const ChatView& chat : chats) ids.insert(short_id(chat.id));
    // The id is in the name, so names differ where ids do.
    for (const ChatView& chat : chats) {
        const std::string id = short_id(chat.id);
        names.push_back(name(chat, ids.count(id) == 1 ? id : to_string(chat.id)));
    }
    return names;
}

} // namespace kato
