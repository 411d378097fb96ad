#include "store/append.h"

#include "model/identity.h"
#include "store/edit.h"
#include "store/event_row.h"
#include "store/events.h"

namespace kato {
namespace {

struct Before {
    std::int64_t head = 0;
    Time last{};
    std::optional<Uuid> user_head{};
};

Result<Before> load_before(Db& db, std::int64_t chat) {
    Query query(db, "SELECT c.head, c.last_time, u.head FROM chat c LEFT JOIN chat_user u ON "
                    "u.chat = c.n WHERE c.n = ?");
    KATO_TRY(const bool there, query.bind(1, chat).step());
    Before out;
    if (there) {
        out.head = query.integer(0);
        out.last = query.optional_integer(1);
        out.user_head = query.uuid(2);
    }
    return out;
}

// The parent: the named event, else the user's head, else the chat's; 0 in an empty chat.
Result<std::int64_t> find_parent(Db& db, std::int64_t chat, const Uuid& chat_id,
                                 const std::string& reference, const Before& before) {
    if (!reference.empty()) return find_event(db, reference, chat_id);
    if (before.user_head) {
        Query query(db, "SELECT n FROM event WHERE id = ? AND chat = ? AND shown = 1");
        KATO_TRY(const bool there, query.bind(1, *before.user_head).bind(2, chat).step());
        if (there) return query.integer(0);
    }
    return before.head;
}

Result<std::optional<Uuid>> id_of(Db& db, std::int64_t event) {
    Query query(db, "SELECT id FROM event WHERE n = ?");
    KATO_TRY(const bool there, query.bind(1, event).step());
    return there ? query.uuid(0) : std::nullopt;
}

// True when the event comes after all others and nothing refers to it: the rest is as it was.
bool is_plainly_next(const EventBody& body, const Before& before) {
    constexpr std::uint32_t k_aside = k_sidechain | k_superseded;
    if (!is_conversation(body.kind) || (body.flags & k_aside) != 0 || !body.call_id.empty())
        return false;
    return before.head == 0 || !before.last || *body.time > *before.last;
}

Status link_next(Db& db, std::int64_t chat, std::int64_t event, const EventBody& body) {
    Query set(db, "UPDATE chat SET head = ?1, last_time = ?2, first_time = ifnull(first_time, ?2), "
                  "events = events + 1, "
                  "model = ifnull(?3, model) WHERE n = ?4");
    return set.bind(1, event).bind(2, body.time).bind_optional(3, body.model).bind(4, chat).run();
}

// What the user adds is what the user sees next; what stands aside is not.
Status follow_with_head(Db& db, std::int64_t chat, std::int64_t event, const Uuid& id,
                        const Before& before) {
    KATO_TRY(const Before after, load_before(db, chat));
    if (!before.user_head && after.head == event) return done();
    Query set(db, "INSERT INTO chat_user (chat, head) VALUES (?1, ?2) ON CONFLICT (chat) DO UPDATE "
                  "SET head = ?2");
    return set.bind(1, chat).bind(2, id).run();
}

} // namespace

Result<EventView> append_event(StoreWriter& writer, const Uuid& chat_id, NewEvent event) {
    Change change(writer);
    KATO_CHECK(change.begin());
    Db& db = change.db();
    KATO_TRY(const ChatRow chat, find_chat_row(db, chat_id, false));
    KATO_TRY(const Before before, load_before(db, chat.n));
    KATO_TRY(const std::int64_t parent, find_parent(db, chat.n, chat_id, event.parent, before));
    const std::int64_t now = writer.environment().now_us();
    if (!event.body.time) event.body.time = now;
    std::array<std::uint8_t, 10> random{};
    writer.environment().random(random);
    const Uuid id = make_uuid_v7(now, random);
    const std::string name = to_string(id);

    // As the kato format gives it back: its record has its id for a name.
    EventRow row{event.body};
    row.chat = chat.n;
    row.id = id;
    row.record_name = name;
    row.record = record_key(chat_id, name);
    row.revision = blake128(name);
    if (parent != 0) {
        row.parent = parent;
        KATO_TRY(row.parent_id, id_of(db, parent));
    }
    KATO_TRY(const std::int64_t n, insert_event_row(change, row));
    if (is_plainly_next(event.body, before))
        KATO_CHECK(link_next(db, chat.n, n, event.body));
    else
        KATO_CHECK(relink_chat(db, chat.n, change.ripples()));
    if ((event.body.flags & k_sidechain) == 0)
        KATO_CHECK(follow_with_head(db, chat.n, n, id, before));
    KATO_CHECK(change.bodies().settle()); // read back here
    KATO_TRY(EventView view, read_event_row(db, n));
    KATO_CHECK(change.commit());
    return view;
}

} // namespace kato
