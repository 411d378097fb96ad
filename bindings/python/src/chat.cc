// Chats as they were when they were read, and lists of them.
#include "chat.h"

#include "text.h"

#include <vector>

namespace binding {

py::list ChatCursor::fetch() {
    std::vector<ChatHandle> batch = reader_.read(
        [&](std::vector<ChatHandle>& rows, kato_error** error) {
            kato_chat* chat = nullptr;
            const kato_status status = kato_chat_cursor_next(cursor_.get(), &chat, error);
            if (status == KATO_OK) {
                rows.emplace_back(chat);
            }
            return status;
        },
        [](const std::vector<ChatHandle>& rows) { return rows.size() >= k_batch_rows; });
    py::list made;
    for (ChatHandle& chat : batch) {
        made.append(py::cast(ChatRow(std::move(chat))));
    }
    return made;
}

namespace {

template <auto Getter> py::object required(const ChatRow& row) {
    return get_text(Getter, row.get());
}

template <auto Getter> py::object optional(const ChatRow& row) {
    return to_optional_str(view(Getter, row.get()));
}

template <auto Getter> py::object time(const ChatRow& row) {
    return to_datetime(Getter(row.get()));
}

py::tuple tags(const ChatRow& row) {
    py::tuple made(kato_chat_tag_count(row.get()));
    for (std::size_t i = 0; i < made.size(); ++i) {
        std::size_t size = 0;
        const char* tag = kato_chat_tag_at(row.get(), i, &size);
        made[i] = to_str({tag, size});
    }
    return made;
}

} // namespace

void register_chat(py::module_& module) {
    py::class_<ChatRow>(module, "ChatRow")
        .def_property_readonly("id", &required<kato_chat_id>)
        .def_property_readonly("title", &required<kato_chat_title>)
        .def_property_readonly("provider", &required<kato_chat_provider>)
        .def_property_readonly("provider_id", &optional<kato_chat_provider_id>)
        .def_property_readonly("project", &optional<kato_chat_project>)
        .def_property_readonly("model", &optional<kato_chat_model>)
        .def_property_readonly("parent", &optional<kato_chat_parent>)
        .def_property_readonly("parent_event", &optional<kato_chat_parent_event>)
        .def_property_readonly("head", &optional<kato_chat_head>)
        .def_property_readonly("created", &time<kato_chat_created_us>)
        .def_property_readonly("updated", &time<kato_chat_updated_us>)
        .def_property_readonly("event_count",
                               [](const ChatRow& row) { return kato_chat_event_count(row.get()); })
        .def_property_readonly("deleted",
                               [](const ChatRow& row) { return kato_chat_deleted(row.get()) != 0; })
        .def_property_readonly("tags", &tags);
    py::class_<ChatCursor>(module, "ChatCursor").def("fetch", &ChatCursor::fetch);
}

} // namespace binding
