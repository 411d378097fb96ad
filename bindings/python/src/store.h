// The open workspace: chats and events, figures, checking. Import, export and search: exchange.h.
#pragma once

#include "callback.h"
#include "chat.h"
#include "event.h"

#include <string>

namespace binding {

class Store {
public:
    static std::unique_ptr<Store> open(const py::object& path, bool create, bool read_only,
                                       std::uint32_t busy_timeout_ms);

    // Calls under way finish first; closing twice is fine.
    void close();
    bool closed() const { return !handle_; }
    const py::object& path() const { return path_; }

    // Throws when it was closed. The copy keeps the store open during a call.
    StoreHandle use() const;

    std::unique_ptr<ChatCursor> chats(const py::dict& filter) const;
    ChatRow chat(const py::object& reference) const;
    ChatRow create_chat(const py::object& title, const py::object& project) const;
    void rename(const py::object& chat, const py::object& title) const;
    void tag(const py::object& chat, const py::object& tag, bool remove) const;
    void set_head(const py::object& chat, const py::object& event) const;
    void remove(const py::object& chat, bool purge) const;
    void restore(const py::object& chat) const;

    std::unique_ptr<Event> append(const py::object& chat, const py::dict& fields) const;
    std::unique_ptr<EventCursor> events(const py::object& chat, std::uint32_t flags) const;
    std::unique_ptr<Event> event(const py::object& reference) const;

    py::object stats(bool content_hash, const Cancel* cancel) const;
    py::object verify(const Cancel* cancel, const py::object& progress) const;
    void reindex(const Cancel* cancel, const py::object& progress) const;

private:
    Store(StoreHandle handle, py::object path)
        : handle_(std::move(handle)), path_(std::move(path)) {}

    StoreHandle handle_; // read and written under the interpreter's lock
    py::object path_;
};

inline const kato_cancel* token(const Cancel* cancel) {
    return cancel == nullptr ? nullptr : cancel->get();
}

void register_store(py::module_& module);

} // namespace binding
