// Chats as they were when they were read, and lists of them.
#pragma once

#include "batch.h"

namespace binding {

// A snapshot. Immutable.
class ChatRow {
public:
    explicit ChatRow(ChatHandle chat) : chat_(std::move(chat)) {}
    const kato_chat* get() const { return chat_.get(); }

private:
    ChatHandle chat_;
};

class ChatCursor {
public:
    ChatCursor(StoreHandle store, ChatCursorHandle cursor)
        : reader_(std::move(store)), cursor_(std::move(cursor)) {}

    // The next chats, none after the last.
    py::list fetch();

private:
    BatchReader<ChatHandle> reader_;
    ChatCursorHandle cursor_;
};

void register_chat(py::module_& module);

} // namespace binding
