// Appending an event to a chat. One change of the store.
#pragma once

#include "store/writer.h"

namespace kato {

Result<EventView> append_event(StoreWriter& writer, const Uuid& chat, NewEvent event);

} // namespace kato
