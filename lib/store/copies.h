// Which events are copies of another chat's: of events that are alike, by the provider's name and
// content, all but the original's; in a fork without such names, its leading run that repeats the
// chat it was forked from. Depends on nothing but what is stored, so not on the order of imports.
#pragma once

#include "store/relink.h"

namespace kato {

struct EventBody;

// What events have in common that may be copies of each other; `record` is the provider's name of
// the record. The bodies' rows stand for long texts.
std::int64_t likeness_of(const EventBody& body, std::string_view record, std::uint32_t block,
                         std::optional<std::int64_t> text_body,
                         std::optional<std::int64_t> data_body);

// Works out `copy_of` where the ripples reach; adds the events for which it changed.
Status settle_copies(Db& db, Ripples& ripples);

} // namespace kato
