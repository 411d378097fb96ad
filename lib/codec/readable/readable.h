// What the formats for people share: who speaks, which events are shown, short ids, times, sums.
#pragma once

#include "codec/writer.h"
#include "model/view.h"

#include <string>
#include <string_view>
#include <utility>

namespace kato::readable {

enum class Speaker : std::uint8_t { none, user, assistant, system, provider };
Speaker speaker_of(Kind kind);

// What the provider showed, and with `hidden` also the rest; never an outranked revision.
bool is_shown(const EventBody& body, bool hidden);

// Enough of an id to find the event by. Those made here begin with the time.
std::string short_id(const Uuid& id);

std::string time_text(std::int64_t time_us); // "2026-01-31 12:00:00 UTC"

// What a reader is told of an event's flags, in this order.
inline constexpr std::pair<std::uint32_t, std::string_view> k_flag_words[] = {
    {k_hidden, "hidden"},       {k_sidechain, "sub-agent"},
    {k_superseded, "replaced"}, {k_injected, "added by the program"},
    {k_vanished, "vanished"},   {k_lossy, "not all text"},
};

// What a chat's responses used; `response` is not empty when there was one.
void add_usage(Usage& sum, const Usage& usage);

// Counts what every format for people leaves out of an event that it shows.
void count_unshown_parts(Loss* loss, const EventBody& body);
// Counts an event that is not shown.
void count_unshown(Loss* loss, const EventBody& body);
// Counts what of a chat's facts is not shown.
void count_unshown_parts(Loss* loss, const ChatView& chat);

} // namespace kato::readable
