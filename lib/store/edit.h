// What users change of a chat. Each call is one change of the store.
#pragma once

#include "store/writer.h"

namespace kato {

Result<ChatView> create_chat(StoreWriter& writer, std::string_view title, std::string_view project);
Status rename_chat(StoreWriter& writer, const Uuid& id, std::string_view title);
Status tag_chat(StoreWriter& writer, const Uuid& id, std::string_view tag, bool remove);
Status set_head(StoreWriter& writer, const Uuid& id, std::string_view event);
Status delete_chat(StoreWriter& writer, const Uuid& id);
Status purge_chat(StoreWriter& writer, const Uuid& id);
Status restore_chat(StoreWriter& writer, const Uuid& id);

// A chat's row as far as changes need it.
struct ChatRow {
    std::int64_t n = 0;
    bool deleted = false;
    bool purged = false;
};
// Code::not_found for one that is not there or, without `deleted`, was deleted.
Result<ChatRow> find_chat_row(Db& db, const Uuid& id, bool deleted);

} // namespace kato
