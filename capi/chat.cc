// kato/chat.h: chats, their lists and what the user changes of them. Events are in event.cc.
#include "arguments.h"
#include "handle.h"

#include <kato/chat.h>

using namespace kato;
using namespace kato::capi;

struct kato_chat {
    ChatView view; // texts made valid
    IdText id;
    IdText parent;
    IdText parent_event;
    IdText head;

    kato_chat() = default;
    explicit kato_chat(ChatView chat) { keep(std::move(chat)); }

    // Takes no memory when the texts are UTF-8.
    void keep(ChatView chat) {
        view = std::move(chat);
        for (std::string* text : {&view.title, &view.user_title, &view.provider, &view.provider_id,
                                  &view.project, &view.model})
            make_valid(*text);
        for (std::string& tag : view.tags) make_valid(tag);
        id.set(view.id);
        parent.set(view.parent_chat);
        parent_event.set(view.parent_event);
        head.set(view.head);
    }
};

struct kato_chat_cursor {
    OpenStorePtr open;
    std::vector<ChatView> chats;
    std::size_t next = 0;
};

namespace {

Time bound(std::int64_t time_us) {
    return time_us == 0 || time_us == KATO_TIME_NONE ? Time{} : Time(time_us);
}

Result<ChatFilter> read_filter(const kato_chat_filter* given) {
    KATO_CHECK(check_options(given));
    const kato_chat_filter filter = copy_options(given);
    KATO_CHECK(check_flags(filter.flags, KATO_CHATS_DELETED | KATO_CHATS_BY_CREATED));
    KATO_CHECK(check_reserved(filter.reserved));
    ChatFilter result;
    KATO_TRY(result.provider, optional_text(filter.provider, filter.provider_len, "provider"));
    KATO_TRY(result.project, optional_text(filter.project, filter.project_len, "project"));
    KATO_TRY(result.tag, optional_text(filter.tag, filter.tag_len, "tag"));
    KATO_TRY(result.title, optional_text(filter.title, filter.title_len, "title"));
    result.after = bound(filter.after_us);
    result.before = bound(filter.before_us);
    result.limit = filter.limit;
    result.offset = filter.offset;
    result.deleted = (filter.flags & KATO_CHATS_DELETED) != 0;
    result.by_created = (filter.flags & KATO_CHATS_BY_CREATED) != 0;
    return result;
}

const char* give_member(const kato_chat* chat, std::string ChatView::*member, size_t* len) {
    return give(chat != nullptr ? std::string_view(chat->view.*member) : std::string_view(), len);
}

} // namespace

kato_status kato_chat_create(kato_store* store, const kato_chat_options* options, kato_chat** out,
                             kato_error** error) {
    return guard_out(__func__, error, out, [&]() -> Return {
        KATO_TRY(const OpenStorePtr open, enter(store));
        KATO_CHECK(check_options(options));
        const kato_chat_options given = copy_options(options);
        KATO_TRY(const std::string_view title,
                 optional_text(given.title, given.title_len, "title"));
        KATO_TRY(const std::string_view project,
                 optional_text(given.project, given.project_len, "project"));
        // First: once the chat is stored nothing may fail.
        auto handle = std::make_unique<kato_chat>();
        KATO_TRY(ChatView view, open->store->create_chat(title, project));
        handle->keep(std::move(view));
        *out = handle.release();
        return KATO_OK;
    });
}

kato_status kato_chat_get(const kato_store* store, const char* chat, size_t chat_len,
                          kato_chat** out, kato_error** error) {
    return guard_out(__func__, error, out, [&]() -> Return {
        KATO_TRY(const OpenStorePtr open, enter(store));
        KATO_TRY(const Uuid id, chat_argument(*open->store, chat, chat_len));
        KATO_TRY(ChatView view, open->store->chat(id));
        *out = std::make_unique<kato_chat>(std::move(view)).release();
        return KATO_OK;
    });
}

void kato_chat_free(kato_chat* chat) { const std::unique_ptr<kato_chat> owned(chat); }

kato_status kato_chat_list(const kato_store* store, const kato_chat_filter* filter,
                           kato_chat_cursor** out, kato_error** error) {
    return guard_out(__func__, error, out, [&]() -> Return {
        auto cursor = std::make_unique<kato_chat_cursor>();
        KATO_TRY(cursor->open, enter(store));
        KATO_TRY(const ChatFilter wanted, read_filter(filter));
        KATO_TRY(cursor->chats, cursor->open->store->list_chats(wanted));
        *out = cursor.release();
        return KATO_OK;
    });
}

kato_status kato_chat_cursor_next(kato_chat_cursor* cursor, kato_chat** out, kato_error** error) {
    return guard_out(__func__, error, out, [&]() -> Return {
        if (cursor == nullptr) return misuse("`cursor` is required");
        KATO_CHECK(enter(*cursor->open));
        if (cursor->next == cursor->chats.size()) return KATO_DONE;
        auto chat = std::make_unique<kato_chat>(cursor->chats[cursor->next]);
        cursor->chats[cursor->next++] = ChatView{}; // its memory is the caller's now
        *out = chat.release();
        return KATO_OK;
    });
}

void kato_chat_cursor_free(kato_chat_cursor* cursor) {
    const std::unique_ptr<kato_chat_cursor> owned(cursor);
}

kato_status kato_chat_rename(kato_store* store, const char* chat, size_t chat_len,
                             const char* title, size_t title_len, kato_error** error) {
    return guard(__func__, error, [&]() -> Return {
        KATO_TRY(const OpenStorePtr open, enter(store));
        KATO_TRY(const std::string_view text, required_text(title, title_len, "title"));
        KATO_TRY(const Uuid id, chat_argument(*open->store, chat, chat_len));
        KATO_CHECK(open->store->rename_chat(id, text));
        return KATO_OK;
    });
}

kato_status kato_chat_tag(kato_store* store, const char* chat, size_t chat_len, const char* tag,
                          size_t tag_len, int32_t remove, kato_error** error) {
    return guard(__func__, error, [&]() -> Return {
        KATO_TRY(const OpenStorePtr open, enter(store));
        KATO_TRY(const std::string_view text, required_text(tag, tag_len, "tag"));
        KATO_TRY(const Uuid id, chat_argument(*open->store, chat, chat_len));
        KATO_CHECK(open->store->tag_chat(id, text, remove != 0));
        return KATO_OK;
    });
}

kato_status kato_chat_set_head(kato_store* store, const char* chat, size_t chat_len,
                               const char* event, size_t event_len, kato_error** error) {
    return guard(__func__, error, [&]() -> Return {
        KATO_TRY(const OpenStorePtr open, enter(store));
        KATO_TRY(const std::string_view reference, required_text(event, event_len, "event"));
        KATO_TRY(const Uuid id, chat_argument(*open->store, chat, chat_len));
        KATO_CHECK(open->store->set_head(id, reference));
        return KATO_OK;
    });
}

kato_status kato_chat_delete(kato_store* store, const char* chat, size_t chat_len, uint32_t flags,
                             kato_error** error) {
    return guard(__func__, error, [&]() -> Return {
        KATO_TRY(const OpenStorePtr open, enter(store));
        KATO_CHECK(check_flags(flags, KATO_DELETE_PURGE));
        const bool purge = (flags & KATO_DELETE_PURGE) != 0;
        // What was only hidden can still be purged.
        KATO_TRY(const Uuid id, chat_argument(*open->store, chat, chat_len, purge));
        KATO_CHECK(open->store->delete_chat(id, purge));
        return KATO_OK;
    });
}

kato_status kato_chat_restore(kato_store* store, const char* chat, size_t chat_len,
                              kato_error** error) {
    return guard(__func__, error, [&]() -> Return {
        KATO_TRY(const OpenStorePtr open, enter(store));
        KATO_TRY(const std::string_view text, required_text(chat, chat_len, "chat"));
        const std::optional<Uuid> id = parse_uuid(text);
        if (!id) return Error{Code::invalid, "`chat` is not a full id"};
        KATO_CHECK(open->store->restore_chat(*id));
        return KATO_OK;
    });
}

const char* kato_chat_id(const kato_chat* chat, size_t* len) {
    return give(chat != nullptr ? chat->id.view() : std::string_view(), len);
}

const char* kato_chat_title(const kato_chat* chat, size_t* len) {
    return give(chat != nullptr ? std::string_view(chat->view.shown_title()) : std::string_view(),
                len);
}

const char* kato_chat_provider(const kato_chat* chat, size_t* len) {
    return give_member(chat, &ChatView::provider, len);
}

const char* kato_chat_provider_id(const kato_chat* chat, size_t* len) {
    return give_member(chat, &ChatView::provider_id, len);
}

const char* kato_chat_project(const kato_chat* chat, size_t* len) {
    return give_member(chat, &ChatView::project, len);
}

const char* kato_chat_model(const kato_chat* chat, size_t* len) {
    return give_member(chat, &ChatView::model, len);
}

const char* kato_chat_parent(const kato_chat* chat, size_t* len) {
    return give(chat != nullptr ? chat->parent.view() : std::string_view(), len);
}

const char* kato_chat_parent_event(const kato_chat* chat, size_t* len) {
    return give(chat != nullptr ? chat->parent_event.view() : std::string_view(), len);
}

const char* kato_chat_head(const kato_chat* chat, size_t* len) {
    return give(chat != nullptr ? chat->head.view() : std::string_view(), len);
}

int64_t kato_chat_created_us(const kato_chat* chat) {
    return chat != nullptr ? give(chat->view.created) : KATO_TIME_NONE;
}

int64_t kato_chat_updated_us(const kato_chat* chat) {
    return chat != nullptr ? give(chat->view.updated) : KATO_TIME_NONE;
}

uint64_t kato_chat_event_count(const kato_chat* chat) {
    return chat != nullptr ? chat->view.events : 0;
}

int32_t kato_chat_deleted(const kato_chat* chat) {
    return chat != nullptr && chat->view.deleted ? 1 : 0;
}

size_t kato_chat_tag_count(const kato_chat* chat) {
    return chat != nullptr ? chat->view.tags.size() : 0;
}

const char* kato_chat_tag_at(const kato_chat* chat, size_t index, size_t* len) {
    const bool there = chat != nullptr && index < chat->view.tags.size();
    return give(there ? std::string_view(chat->view.tags[index]) : std::string_view(), len);
}
