// The open workspace: chats and events, figures, checking.
#include "store.h"

#include "fields.h"
#include "text.h"

namespace binding {

namespace {

// Makes a call that changes or reads the store and has no result but its status.
template <typename Work> void run(const StoreHandle& store, Work&& work) {
    ErrorSlot error;
    error.check(without_gil([&] { return work(store.get(), error.out()); }));
}

} // namespace

std::unique_ptr<Store> Store::open(const py::object& path, bool create, bool read_only,
                                   std::uint32_t busy_timeout_ms) {
    const TextArgument where(path);
    kato_store_options options = KATO_STORE_OPTIONS_INIT;
    options.busy_timeout_ms = busy_timeout_ms;
    if (read_only) {
        options.flags = KATO_STORE_READONLY;
    } else if (create) {
        options.flags = KATO_STORE_CREATE;
    }
    kato_store* made = nullptr;
    ErrorSlot error;
    error.check(without_gil(
        [&] { return kato_store_open(where.data(), where.size(), &options, &made, error.out()); }));
    StoreHandle handle(made, ReleaseUnlocked<kato_store_close>());
    return std::unique_ptr<Store>(new Store(std::move(handle), path));
}

void Store::close() {
    // Taken out first: other threads run while the last owner waits for the store.
    const StoreHandle last = std::move(handle_);
    handle_.reset();
}

StoreHandle Store::use() const {
    if (!handle_) {
        throw_misuse("the store is closed");
    }
    return handle_;
}

std::unique_ptr<ChatCursor> Store::chats(const py::dict& filter) const {
    const StoreHandle store = use();
    kato_chat_filter wanted = KATO_CHAT_FILTER_INIT;
    Fields fields(filter);
    fields.text("provider", wanted.provider, wanted.provider_len);
    fields.text("project", wanted.project, wanted.project_len);
    fields.text("tag", wanted.tag, wanted.tag_len);
    fields.text("title", wanted.title, wanted.title_len);
    fields.number("after_us", wanted.after_us);
    fields.number("before_us", wanted.before_us);
    fields.number("limit", wanted.limit);
    fields.number("offset", wanted.offset);
    fields.number("flags", wanted.flags);
    kato_chat_cursor* made = nullptr;
    run(store, [&](kato_store* s, kato_error** e) { return kato_chat_list(s, &wanted, &made, e); });
    return std::make_unique<ChatCursor>(store, ChatCursorHandle(made));
}

ChatRow Store::chat(const py::object& reference) const {
    const TextArgument text = TextArgument::required(reference);
    kato_chat* made = nullptr;
    run(use(), [&](kato_store* s, kato_error** e) {
        return kato_chat_get(s, text.data(), text.size(), &made, e);
    });
    return ChatRow(ChatHandle(made));
}

ChatRow Store::create_chat(const py::object& title, const py::object& project) const {
    const TextArgument title_text(title);
    const TextArgument project_text(project);
    kato_chat_options options = KATO_CHAT_OPTIONS_INIT;
    options.title = title_text.data();
    options.title_len = title_text.size();
    options.project = project_text.data();
    options.project_len = project_text.size();
    kato_chat* made = nullptr;
    run(use(),
        [&](kato_store* s, kato_error** e) { return kato_chat_create(s, &options, &made, e); });
    return ChatRow(ChatHandle(made));
}

void Store::rename(const py::object& chat, const py::object& title) const {
    const TextArgument text = TextArgument::required(chat);
    const TextArgument title_text = TextArgument::required(title);
    run(use(), [&](kato_store* s, kato_error** e) {
        return kato_chat_rename(s, text.data(), text.size(), title_text.data(), title_text.size(),
                                e);
    });
}

void Store::tag(const py::object& chat, const py::object& tag, bool remove) const {
    const TextArgument text = TextArgument::required(chat);
    const TextArgument tag_text = TextArgument::required(tag);
    run(use(), [&](kato_store* s, kato_error** e) {
        return kato_chat_tag(s, text.data(), text.size(), tag_text.data(), tag_text.size(),
                             remove ? 1 : 0, e);
    });
}

void Store::set_head(const py::object& chat, const py::object& event) const {
    const TextArgument text = TextArgument::required(chat);
    const TextArgument event_text = TextArgument::required(event);
    run(use(), [&](kato_store* s, kato_error** e) {
        return kato_chat_set_head(s, text.data(), text.size(), event_text.data(), event_text.size(),
                                  e);
    });
}

void Store::remove(const py::object& chat, bool purge) const {
    const TextArgument text = TextArgument::required(chat);
    run(use(), [&](kato_store* s, kato_error** e) {
        return kato_chat_delete(s, text.data(), text.size(), purge ? KATO_DELETE_PURGE : 0u, e);
    });
}

void Store::restore(const py::object& chat) const {
    const TextArgument text = TextArgument::required(chat);
    run(use(), [&](kato_store* s, kato_error** e) {
        return kato_chat_restore(s, text.data(), text.size(), e);
    });
}

std::unique_ptr<Event> Store::append(const py::object& chat, const py::dict& fields) const {
    const TextArgument text = TextArgument::required(chat);
    kato_event_options options = KATO_EVENT_OPTIONS_INIT;
    Fields given(fields);
    given.text("role", options.role, options.role_len);
    given.text("kind", options.kind, options.kind_len);
    given.text("text", options.text, options.text_len);
    given.text("model", options.model, options.model_len);
    given.text("name", options.name, options.name_len);
    given.text("call_id", options.call_id, options.call_id_len);
    given.text("data", options.data, options.data_len);
    given.text("parent", options.parent, options.parent_len);
    given.number("time_us", options.time_us);
    given.number("outcome", options.outcome);
    given.number("flags", options.flags);
    kato_event* made = nullptr;
    run(use(), [&](kato_store* s, kato_error** e) {
        return kato_event_append(s, text.data(), text.size(), &options, &made, e);
    });
    const EventHandle handle(made);
    return std::make_unique<Event>(made);
}

std::unique_ptr<EventCursor> Store::events(const py::object& chat, std::uint32_t flags) const {
    const StoreHandle store = use();
    const TextArgument text = TextArgument::required(chat);
    kato_event_cursor* made = nullptr;
    run(store, [&](kato_store* s, kato_error** e) {
        return kato_chat_events(s, text.data(), text.size(), flags, &made, e);
    });
    return std::make_unique<EventCursor>(store, EventCursorHandle(made));
}

std::unique_ptr<Event> Store::event(const py::object& reference) const {
    const TextArgument text = TextArgument::required(reference);
    kato_event* made = nullptr;
    run(use(), [&](kato_store* s, kato_error** e) {
        return kato_event_get(s, text.data(), text.size(), &made, e);
    });
    const EventHandle handle(made);
    return std::make_unique<Event>(made);
}

py::object Store::stats(bool content_hash, const Cancel* cancel) const {
    const StoreHandle store = use();
    kato_buffer* made = nullptr;
    ErrorSlot error;
    Call call;
    kato_status status = KATO_OK;
    if (content_hash) { // reads everything, and has no callback that would hear of Ctrl-C
        const Cancel own;
        const Cancel& stop = cancel == nullptr ? own : *cancel;
        status = with_signals(call, stop, [&] {
            return kato_store_stats(store.get(), KATO_STATS_CONTENT_HASH, stop.get(), &made,
                                    error.out());
        });
    } else {
        status = without_gil(
            [&] { return kato_store_stats(store.get(), 0u, token(cancel), &made, error.out()); });
    }
    const BufferHandle buffer(made);
    call.finish(status, error);
    return buffer_text(made);
}

py::object Store::verify(const Cancel* cancel, const py::object& progress) const {
    const StoreHandle store = use();
    kato_buffer* made = nullptr;
    ErrorSlot error;
    Call call;
    Progress told(call, progress);
    const kato_status status = without_gil([&] {
        return kato_store_verify(store.get(), token(cancel), &Progress::call, &told, nullptr, &made,
                                 error.out());
    });
    const BufferHandle buffer(made);
    call.finish(status, error);
    return buffer_text(made);
}

void Store::reindex(const Cancel* cancel, const py::object& progress) const {
    const StoreHandle store = use();
    ErrorSlot error;
    Call call;
    Progress told(call, progress);
    const kato_status status = without_gil([&] {
        return kato_store_reindex(store.get(), token(cancel), &Progress::call, &told, nullptr,
                                  error.out());
    });
    call.finish(status, error);
}

} // namespace binding
