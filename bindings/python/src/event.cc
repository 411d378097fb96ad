// Events as Python objects, and walks over them.
#include "event.h"

#include "front.h"
#include "text.h"

namespace binding {

namespace {

constexpr std::size_t k_batch_bytes = 1u << 20; // long texts: fewer rows, so that memory is bounded

using Getter = const char* (*)(const kato_event*, std::size_t*);

// In the order of Event::Field.
constexpr std::array<Getter, Event::k_field_count> k_getters = {
    kato_event_id,      kato_event_chat,     kato_event_parent,  kato_event_kind,
    kato_event_role,    kato_event_model,    kato_event_text,    kato_event_text_raw,
    kato_event_data,    kato_event_name,     kato_event_call_id, kato_event_refers,
    kato_event_copy_of, kato_event_response, kato_event_extra,
};

py::object parse(std::string_view json) {
    return json.empty() ? py::none() : py::object(front().parse_json(to_str(json)));
}

} // namespace

Event::Event(const kato_event* event)
    : time_us_(kato_event_time_us(event)), sequence_(kato_event_sequence(event)),
      outcome_(kato_event_outcome(event)), flags_(kato_event_flags(event)),
      depth_(kato_event_depth(event)) {
    std::array<std::string_view, k_field_count> fields;
    std::size_t total = 0;
    for (std::size_t i = 0; i < k_field_count; ++i) {
        fields[i] = view(k_getters[i], event);
        total += fields[i].size();
    }
    raw_differs_ = fields[k_text_raw] != fields[k_text];
    if (!raw_differs_) {
        total -= fields[k_text_raw].size();
        fields[k_text_raw] = {};
    }
    bytes_.reserve(total);
    for (std::size_t i = 0; i < k_field_count; ++i) {
        bytes_.append(fields[i]);
        ends_[i] = bytes_.size();
    }
    const std::size_t count = kato_event_attachment_count(event);
    for (std::size_t i = 0; i < count; ++i) {
        std::size_t size = 0;
        const char* json = kato_event_attachment(event, i, &size);
        attachments_.emplace_back(json, size);
    }
}

std::string_view Event::field(Field which) const {
    const std::size_t begin = which == 0 ? 0 : ends_[which - 1];
    return std::string_view(bytes_).substr(begin, ends_[which] - begin);
}

std::string_view Event::text_raw() const { return field(raw_differs_ ? k_text_raw : k_text); }

py::object Event::data() {
    if (!data_) {
        data_ = parse(field(k_data));
    }
    return data_;
}

py::object Event::extra() {
    if (!extra_) {
        extra_ = parse(field(k_extra));
    }
    return extra_;
}

py::list EventCursor::fetch() {
    std::size_t bytes = 0;
    std::vector<std::unique_ptr<Event>> batch = reader_.read(
        [&](std::vector<std::unique_ptr<Event>>& rows, kato_error** error) {
            const kato_event* event = nullptr;
            const kato_status status = kato_event_cursor_next(cursor_.get(), &event, error);
            if (status == KATO_OK) {
                rows.push_back(std::make_unique<Event>(event));
                bytes += rows.back()->size_bytes();
            }
            return status;
        },
        [&](const std::vector<std::unique_ptr<Event>>& rows) {
            return rows.size() >= k_batch_rows || bytes >= k_batch_bytes;
        });
    py::list made(batch.size());
    for (std::size_t i = 0; i < batch.size(); ++i) {
        made[i] = py::cast(batch[i].release(), py::return_value_policy::take_ownership);
    }
    return made;
}

namespace {

template <Event::Field Which> py::object required(const Event& event) {
    return to_str(event.field(Which));
}

template <Event::Field Which> py::object optional(const Event& event) {
    return to_optional_str(event.field(Which));
}

py::object outcome(const Event& event) {
    switch (event.outcome()) {
    case KATO_OUTCOME_FAILURE: return py::bool_(false);
    case KATO_OUTCOME_SUCCESS: return py::bool_(true);
    default: return py::none();
    }
}

py::tuple attachments(const Event& event) {
    py::tuple made(event.attachments().size());
    for (std::size_t i = 0; i < event.attachments().size(); ++i) {
        made[i] = front().make_attachment(to_str(event.attachments()[i]));
    }
    return made;
}

py::str represent(const Event& event) {
    constexpr Py_ssize_t k_shown = 60;
    const py::object text = to_str(event.field(Event::k_text).substr(0, 4 * k_shown));
    const py::object start =
        py::reinterpret_steal<py::object>(PyUnicode_Substring(text.ptr(), 0, k_shown));
    return py::str("<kato.Event {} {}: {!r}>")
        .format(required<Event::k_id>(event), required<Event::k_kind>(event), start);
}

} // namespace

void register_event(py::module_& module) {
    py::class_<Event> type(module, "Event",
                           "One node of a chat's tree, as it was when it was read. Immutable.");
    type.attr("__module__") = "kato";
    type.def_property_readonly("id", &required<Event::k_id>, "str: the id, 36 characters.")
        .def_property_readonly("chat_id", &required<Event::k_chat>, "str: id of its chat.")
        .def_property_readonly("parent", &optional<Event::k_parent>,
                               "str | None: id of the parent, None for a root.")
        .def_property_readonly(
            "kind", &required<Event::k_kind>,
            "str: \"user.message\", \"assistant.tool.call\", ...; the list stands "
            "in docs/format.md.")
        .def_property_readonly("role", &optional<Event::k_role>,
                               "str | None: \"user\", \"assistant\", \"system\" or \"tool\".")
        .def_property_readonly("model", &optional<Event::k_model>, "str | None: the model.")
        .def_property_readonly("text", &required<Event::k_text>,
                               "str: what people read; what is not text reads as U+FFFD.")
        .def_property_readonly(
            "text_raw",
            [](const Event& event) {
                const std::string_view raw = event.text_raw();
                return py::bytes(raw.data(), raw.size());
            },
            "bytes: the text as stored: UTF-8 that may hold lone surrogates (as three bytes).")
        .def_property_readonly(
            "data", &Event::data,
            "Structured data, parsed from JSON on first use; None if there is none.")
        .def_property_readonly("data_json", &optional<Event::k_data>,
                               "str | None: the same, not parsed.")
        .def_property_readonly("name", &optional<Event::k_name>, "str | None: a tool's name.")
        .def_property_readonly(
            "call_id", &optional<Event::k_call_id>,
            "str | None: the provider's id of a tool call, on the call and on its "
            "result.")
        .def_property_readonly("refers", &optional<Event::k_refers>,
                               "str | None: id of the call a result answers, or of the prompt a "
                               "decision answers.")
        .def_property_readonly(
            "copy_of", &optional<Event::k_copy_of>,
            "str | None: id of the event in another chat of which this is a copy.")
        .def_property_readonly("response", &optional<Event::k_response>,
                               "str | None: the provider's id of the response it belongs to.")
        .def_property_readonly("extra", &Event::extra,
                               "Members of the source that have no place of their own, parsed from "
                               "JSON on first use; None if there are none.")
        .def_property_readonly("extra_json", &optional<Event::k_extra>,
                               "str | None: the same, not parsed.")
        .def_property_readonly(
            "time", [](const Event& event) { return to_datetime(event.time_us()); },
            "datetime | None: when, in UTC; None if the provider did not say. OverflowError beyond "
            "the years 1 to 9999.")
        .def_property_readonly(
            "time_us", [](const Event& event) { return to_optional_us(event.time_us()); },
            "int | None: the same in microseconds since 1970-01-01T00:00:00Z.")
        .def_property_readonly("outcome", &outcome,
                               "bool | None: whether a tool succeeded; None if that is not known.")
        .def_property_readonly(
            "flags",
            [](const Event& event) { return py::object(front().flags[py::int_(event.flags())]); },
            "EventFlag: what is special about it.")
        .def_property_readonly(
            "sequence", &Event::sequence,
            "int: position in the chat's pre-order, from 0; set by Chat.events().")
        .def_property_readonly("depth", &Event::depth,
                               "int: number of ancestors; set by Chat.events().")
        .def_property_readonly("attachments", &attachments,
                               "tuple[Attachment, ...]: files and pictures that belong to it.")
        .def("__repr__", &represent);
    py::class_<EventCursor>(module, "EventCursor").def("fetch", &EventCursor::fetch);
}

} // namespace binding
