#include "store/edit.h"

#include "base/text.h"
#include "store/chats.h"
#include "store/events.h"
#include "store/purge.h"

#include <fmt/format.h>

namespace kato {
namespace {

constexpr std::size_t k_max_tag_bytes = 200;

bool is_space_or_control(std::uint32_t c) {
    return c <= 0x20 || (c >= 0x7F && c <= 0xA0) || (c >= 0x2000 && c <= 0x200F) ||
           (c >= 0x2028 && c <= 0x202F) || c == 0x205F || c == 0x3000 || c == 0xFEFF;
}

Status check_tag(std::string_view tag) {
    if (tag.empty()) return Error{Code::invalid, "a tag cannot be empty"};
    if (tag.size() > k_max_tag_bytes)
        return Error{Code::invalid, fmt::format("a tag may have {} bytes, this one has {}",
                                                k_max_tag_bytes, tag.size())};
    for (std::size_t at = 0; at < tag.size();)
        if (is_space_or_control(next_code_point(tag, at)))
            return Error{Code::invalid, "a tag cannot hold white space or control characters"};
    return done();
}

} // namespace

Result<ChatRow> find_chat_row(Db& db, const Uuid& id, bool deleted) {
    Query query(db, "SELECT c.n, u.deleted, u.purged FROM chat c LEFT JOIN chat_user u ON u.chat = "
                    "c.n WHERE c.id = ?");
    KATO_TRY(const bool there, query.bind(1, id).step());
    ChatRow row;
    if (there) {
        row.n = query.integer(0);
        row.deleted = !query.is_null(1);
        row.purged = !query.is_null(2);
    }
    if (!there || (row.deleted && !deleted))
        return Error{Code::not_found, fmt::format("no chat {}", to_string(id))};
    return row;
}

Result<ChatView> create_chat(StoreWriter& writer, std::string_view title,
                             std::string_view project) {
    Change change(writer);
    KATO_CHECK(change.begin());
    const std::int64_t now = writer.environment().now_us();
    std::array<std::uint8_t, 10> random{};
    writer.environment().random(random);
    const Uuid id = make_uuid_v7(now, random);
    Query insert(
        change.db(),
        "INSERT INTO chat (id, provider, title, title_rank, title_time, project, project_rank, "
        "project_time, created) VALUES (?1, 'kato', ?2, 0, ?4, ?3, 0, ?4, ?4)");
    KATO_CHECK(
        insert.bind(1, id).bind_optional(2, title).bind_optional(3, project).bind(4, now).run());
    KATO_TRY(ChatView view, read_chat(change.db(), id));
    KATO_CHECK(change.commit());
    return view;
}

Status rename_chat(StoreWriter& writer, const Uuid& id, std::string_view title) {
    Change change(writer);
    KATO_CHECK(change.begin());
    KATO_TRY(const ChatRow chat, find_chat_row(change.db(), id, false));
    Query set(change.db(), "INSERT INTO chat_user (chat, title) VALUES (?1, ?2) "
                           "ON CONFLICT (chat) DO UPDATE SET title = ?2");
    KATO_CHECK(set.bind(1, chat.n).bind_optional(2, title).run());
    return change.commit();
}

Status tag_chat(StoreWriter& writer, const Uuid& id, std::string_view tag, bool remove) {
    KATO_CHECK(check_tag(tag));
    Change change(writer);
    KATO_CHECK(change.begin());
    KATO_TRY(const ChatRow chat, find_chat_row(change.db(), id, false));
    if (remove) {
        Query query(change.db(), "DELETE FROM tag WHERE chat = ? AND value = ?");
        KATO_CHECK(query.bind(1, chat.n).bind_text(2, tag).run());
    } else {
        Query query(change.db(), "INSERT OR IGNORE INTO tag (chat, value) VALUES (?, ?)");
        KATO_CHECK(query.bind(1, chat.n).bind_text(2, tag).run());
    }
    return change.commit();
}

Status set_head(StoreWriter& writer, const Uuid& id, std::string_view event) {
    Change change(writer);
    KATO_CHECK(change.begin());
    Db& db = change.db();
    KATO_TRY(const ChatRow chat, find_chat_row(db, id, false));
    std::optional<std::int64_t> row;
    if (!event.empty()) {
        KATO_TRY(row, find_event(db, event, id));
    }
    Query set(db,
              "INSERT INTO chat_user (chat, head) VALUES (?1, (SELECT id FROM event WHERE n = ?2)) "
              "ON CONFLICT (chat) DO UPDATE SET head = excluded.head");
    KATO_CHECK(set.bind(1, chat.n).bind(2, row).run());
    return change.commit();
}

Status delete_chat(StoreWriter& writer, const Uuid& id) {
    Change change(writer);
    KATO_CHECK(change.begin());
    KATO_TRY(const ChatRow chat, find_chat_row(change.db(), id, true));
    if (chat.deleted) return done();
    Query set(change.db(), "INSERT INTO chat_user (chat, deleted) VALUES (?1, ?2) "
                           "ON CONFLICT (chat) DO UPDATE SET deleted = ?2");
    KATO_CHECK(set.bind(1, chat.n).bind(2, writer.environment().now_us()).run());
    KATO_CHECK(touch_chat(change.db(), chat.n, change.ripples()));
    return change.commit();
}

Status purge_chat(StoreWriter& writer, const Uuid& id) {
    {
        Change change(writer);
        KATO_CHECK(change.begin());
        KATO_TRY(const ChatRow chat, find_chat_row(change.db(), id, true));
        KATO_CHECK(touch_chat(change.db(), chat.n, change.ripples()));
        KATO_CHECK(
            purge_chat(change.db(), change.compressor(), chat.n, writer.environment().now_us()));
        change.names().forget();
        change.rebuild_index();
        KATO_CHECK(change.commit());
    }
    return writer.finish_purge();
}

Status restore_chat(StoreWriter& writer, const Uuid& id) {
    Change change(writer);
    KATO_CHECK(change.begin());
    KATO_TRY(const ChatRow chat, find_chat_row(change.db(), id, true));
    if (!chat.deleted) return done();
    if (chat.purged) {
        Error error{Code::not_found,
                    fmt::format("chat {} was purged: nothing of it is left", to_string(id))};
        return error;
    }
    Query set(change.db(), "UPDATE chat_user SET deleted = NULL WHERE chat = ?");
    KATO_CHECK(set.bind(1, chat.n).run());
    KATO_CHECK(touch_chat(change.db(), chat.n, change.ripples()));
    return change.commit();
}

} // namespace kato
