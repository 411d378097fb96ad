// How ids of imported chats, records and events come about. docs/format.md publishes the recipe.
#pragma once

#include "base/id.h"

#include <string>
#include <string_view>

namespace kato {

// The chat that `format` knows as `provider_id`.
Uuid chat_id(std::string_view format, std::string_view provider_id);

// A chat whose format has no ids: found by its first complete record and that record's ordinal.
Uuid chat_id_from_record(std::string_view format, std::string_view record_bytes,
                         std::uint64_t ordinal);

// What identifies a record without an id of its own within its chat: its bytes and which one of
// several equal records of the source it is (from 0). Not the ordinal that data.md proposed: two files of
// one chat would share ordinals, and one file's records would hide the other's.
std::string record_name(const Key128& record_hash, std::uint64_t occurrence);

// The record `name` (the provider's event id, or record_name) of a chat.
Uuid record_key(const Uuid& chat, std::string_view name);

// The event made from block `index` (from 0) of a record.
Uuid event_id(const Uuid& record, std::uint32_t index);

} // namespace kato
