// kato/chat.h: events, appended, walked and read. The getters are in event_get.cc.
#include "event.h"

#include "arguments.h"

#include "codec/json/json.h"

#include <fmt/format.h>

using namespace kato;
using namespace kato::capi;

namespace {

std::string attachment_json(const Attachment& attachment) {
    std::string json;
    const auto add = [&json](std::string_view name, const std::string& value) {
        json += fmt::format("{}\"{}\":", json.empty() ? "{" : ",", name);
        if (value.empty())
            json += "null";
        else
            json::append_string(json, to_valid_utf8(value));
    };
    add("media_type", attachment.media_type);
    add("name", attachment.name);
    add("uri", attachment.uri);
    json += fmt::format(",\"size\":{}", attachment.size_bytes);
    add("sha256", attachment.blob ? to_hex(*attachment.blob) : std::string());
    json += '}';
    return json;
}

Kind message_kind(Role role) {
    switch (role) {
    case Role::user: return Kind::user_message;
    case Role::assistant: return Kind::assistant_message;
    case Role::tool: return Kind::assistant_tool_result;
    case Role::system:
    case Role::none: break;
    }
    return Kind::system_message;
}

Result<std::string> data_argument(const char* data, std::size_t len) {
    KATO_TRY(const std::string_view text, optional_text(data, len, "data"));
    if (text.empty()) return std::string();
    json::Document document;
    KATO_CHECK(document.parse(text));
    if (!document.root().is_object()) return Error{Code::invalid, "`data` is not a JSON object"};
    return document.root().minified();
}

Result<NewEvent> read_event(const kato_event_options* options) {
    if (options == nullptr) return misuse("`options` is required");
    KATO_CHECK(check_options(options));
    const kato_event_options given = copy_options(options);
    KATO_CHECK(
        check_flags(given.flags, KATO_EVENT_HIDDEN | KATO_EVENT_INJECTED | KATO_EVENT_SIDECHAIN));
    if (given.outcome < KATO_OUTCOME_UNKNOWN || given.outcome > KATO_OUTCOME_SUCCESS)
        return misuse("`outcome` is none of KATO_OUTCOME_*");
    if (given.time_us == KATO_TIME_NONE)
        return Error{Code::invalid, "an event made here has a time"};

    KATO_TRY(const std::string_view role_text, required_text(given.role, given.role_len, "role"));
    const std::optional<Role> role = parse_role(role_text);
    if (!role || *role == Role::none)
        return Error{Code::invalid, "`role` is none of user, assistant, system, tool"};
    KATO_TRY(const std::string_view kind_text, optional_text(given.kind, given.kind_len, "kind"));
    const std::optional<Kind> kind =
        kind_text.empty() ? std::optional<Kind>(message_kind(*role)) : parse_kind(kind_text);
    if (!kind) return Error{Code::invalid, "`kind` is not a kind of event"};

    NewEvent event;
    event.body.kind = *kind;
    event.body.role = *role;
    if (given.time_us != 0) event.body.time = given.time_us;
    KATO_TRY(event.body.text, optional_text(given.text, given.text_len, "text"));
    KATO_TRY(event.body.model, optional_text(given.model, given.model_len, "model"));
    KATO_TRY(event.body.name, optional_text(given.name, given.name_len, "name"));
    KATO_TRY(event.body.call_id, optional_text(given.call_id, given.call_id_len, "call_id"));
    KATO_TRY(event.body.data, data_argument(given.data, given.data_len));
    KATO_TRY(event.parent, optional_text(given.parent, given.parent_len, "parent"));
    event.body.outcome = static_cast<Outcome>(given.outcome);
    event.body.flags = given.flags;
    return event;
}

} // namespace

void kato_event::keep(EventView event) {
    owned_ = std::move(event);
    show(owned_);
}

void kato_event::show(const EventView& event) {
    view = nullptr; // until all of it speaks of `event`
    text.set(event.body.text);
    model.set(event.body.model);
    data.set(event.body.data);
    name.set(event.body.name);
    call_id.set(event.body.call_id);
    response.set(event.body.response);
    extra.set(event.body.extra);
    id.set(event.id);
    chat.set(event.chat);
    parent.set(event.parent);
    refers.set(event.refers);
    copy_of.set(event.copy_of);
    attachments.clear();
    for (const Attachment& attachment : event.body.attachments)
        attachments.push_back(attachment_json(attachment));
    view = &event;
}

struct kato_event_cursor {
    OpenStorePtr open; // before `walk`: it is destroyed after it
    std::unique_ptr<EventWalk> walk;
    kato_event event; // one for all rows
};

kato_status kato_event_append(kato_store* store, const char* chat, size_t chat_len,
                              const kato_event_options* options, kato_event** out,
                              kato_error** error) {
    if (out != nullptr) *out = nullptr;
    return guard(__func__, error, [&]() -> Return {
        KATO_TRY(const OpenStorePtr open, enter(store));
        KATO_TRY(NewEvent event, read_event(options));
        KATO_TRY(const Uuid id, chat_argument(*open->store, chat, chat_len));
        // First: once the event is stored nothing may fail.
        auto handle = std::make_unique<kato_event>();
        KATO_TRY(EventView view, open->store->append(id, std::move(event)));
        if (out == nullptr) return KATO_OK;
        handle->keep(std::move(view));
        *out = handle.release();
        return KATO_OK;
    });
}

kato_status kato_chat_events(const kato_store* store, const char* chat, size_t chat_len,
                             uint32_t flags, kato_event_cursor** out, kato_error** error) {
    return guard_out(__func__, error, out, [&]() -> Return {
        auto cursor = std::make_unique<kato_event_cursor>();
        KATO_TRY(cursor->open, enter(store));
        KATO_CHECK(check_flags(flags, KATO_EVENTS_TREE | KATO_EVENTS_REVISIONS));
        Walk what = Walk::head_path;
        if ((flags & KATO_EVENTS_TREE) != 0) what = Walk::tree;
        if ((flags & KATO_EVENTS_REVISIONS) != 0) what = Walk::tree_and_revisions;
        KATO_TRY(const Uuid id, chat_argument(*cursor->open->store, chat, chat_len));
        KATO_TRY(cursor->walk, cursor->open->store->walk(id, what));
        *out = cursor.release();
        return KATO_OK;
    });
}

kato_status kato_event_cursor_next(kato_event_cursor* cursor, const kato_event** out,
                                   kato_error** error) {
    return guard_out(__func__, error, out, [&]() -> Return {
        if (cursor == nullptr) return misuse("`cursor` is required");
        KATO_CHECK(enter(*cursor->open));
        KATO_TRY(const EventView* view, cursor->walk->next());
        if (view == nullptr) return KATO_DONE;
        cursor->event.show(*view);
        *out = &cursor->event;
        return KATO_OK;
    });
}

void kato_event_cursor_free(kato_event_cursor* cursor) {
    const std::unique_ptr<kato_event_cursor> owned(cursor);
}

kato_status kato_event_get(const kato_store* store, const char* id, size_t id_len, kato_event** out,
                           kato_error** error) {
    return guard_out(__func__, error, out, [&]() -> Return {
        KATO_TRY(const OpenStorePtr open, enter(store));
        KATO_TRY(const std::string_view reference, required_text(id, id_len, "id"));
        KATO_TRY(EventView view, open->store->event(reference));
        auto event = std::make_unique<kato_event>();
        event->keep(std::move(view));
        *out = event.release();
        return KATO_OK;
    });
}

void kato_event_free(kato_event* event) { const std::unique_ptr<kato_event> owned(event); }

kato_status kato_blob_read(const kato_store* store, const char* sha256, size_t sha256_len,
                           kato_write_fn write, void* user_data, kato_destroy_fn destroy,
                           kato_error** error) {
    const UserData owned(user_data, destroy);
    return guard(__func__, error, [&]() -> Return {
        KATO_TRY(const OpenStorePtr open, enter(store));
        if (write == nullptr) return misuse("`write` is required");
        KATO_TRY(const std::string_view hex, required_text(sha256, sha256_len, "sha256"));
        Digest digest{};
        if (!from_hex(hex, digest))
            return Error{Code::invalid, "`sha256` is not 64 hexadecimal digits"};
        KATO_CHECK(open->store->read_blob(digest, output_to(open->reentry, write, user_data)));
        return KATO_OK;
    });
}
