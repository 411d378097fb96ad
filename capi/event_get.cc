// kato/chat.h: what an event says; every getter accepts NULL.
#include "event.h"

using namespace kato;
using namespace kato::capi;

namespace {

const char* give_text(const kato_event* event, ValidText kato_event::*member, size_t* len) {
    const bool there = event != nullptr && event->view != nullptr;
    return give(there ? (event->*member).view() : std::string_view(), len);
}

const char* give_id(const kato_event* event, IdText kato_event::*member, size_t* len) {
    return give(event != nullptr ? (event->*member).view() : std::string_view(), len);
}

const EventView* view_of(const kato_event* event) {
    return event != nullptr ? event->view : nullptr;
}

} // namespace

const char* kato_event_id(const kato_event* event, size_t* len) {
    return give_id(event, &kato_event::id, len);
}

const char* kato_event_chat(const kato_event* event, size_t* len) {
    return give_id(event, &kato_event::chat, len);
}

const char* kato_event_parent(const kato_event* event, size_t* len) {
    return give_id(event, &kato_event::parent, len);
}

const char* kato_event_kind(const kato_event* event, size_t* len) {
    const EventView* view = view_of(event);
    return give(view != nullptr ? kind_name(view->body.kind) : std::string_view(), len);
}

const char* kato_event_role(const kato_event* event, size_t* len) {
    const EventView* view = view_of(event);
    return give(view != nullptr ? role_name(view->body.role) : std::string_view(), len);
}

const char* kato_event_model(const kato_event* event, size_t* len) {
    return give_text(event, &kato_event::model, len);
}

const char* kato_event_text(const kato_event* event, size_t* len) {
    return give_text(event, &kato_event::text, len);
}

const char* kato_event_text_raw(const kato_event* event, size_t* len) {
    const EventView* view = view_of(event);
    return give(view != nullptr ? std::string_view(view->body.text) : std::string_view(), len);
}

const char* kato_event_data(const kato_event* event, size_t* len) {
    return give_text(event, &kato_event::data, len);
}

const char* kato_event_name(const kato_event* event, size_t* len) {
    return give_text(event, &kato_event::name, len);
}

const char* kato_event_call_id(const kato_event* event, size_t* len) {
    return give_text(event, &kato_event::call_id, len);
}

const char* kato_event_refers(const kato_event* event, size_t* len) {
    return give_id(event, &kato_event::refers, len);
}

const char* kato_event_copy_of(const kato_event* event, size_t* len) {
    return give_id(event, &kato_event::copy_of, len);
}

const char* kato_event_response(const kato_event* event, size_t* len) {
    return give_text(event, &kato_event::response, len);
}

const char* kato_event_extra(const kato_event* event, size_t* len) {
    return give_text(event, &kato_event::extra, len);
}

int64_t kato_event_time_us(const kato_event* event) {
    const EventView* view = view_of(event);
    return view != nullptr ? give(view->body.time) : KATO_TIME_NONE;
}

int32_t kato_event_outcome(const kato_event* event) {
    const EventView* view = view_of(event);
    return view != nullptr ? static_cast<int32_t>(view->body.outcome) : KATO_OUTCOME_UNKNOWN;
}

uint32_t kato_event_flags(const kato_event* event) {
    const EventView* view = view_of(event);
    return view != nullptr ? view->body.flags : 0;
}

uint64_t kato_event_sequence(const kato_event* event) {
    const EventView* view = view_of(event);
    return view != nullptr ? view->sequence : 0;
}

uint32_t kato_event_depth(const kato_event* event) {
    const EventView* view = view_of(event);
    return view != nullptr ? view->depth : 0;
}

size_t kato_event_attachment_count(const kato_event* event) {
    return event != nullptr ? event->attachments.size() : 0;
}

const char* kato_event_attachment(const kato_event* event, size_t index, size_t* len) {
    const bool there = event != nullptr && index < event->attachments.size();
    return give(there ? std::string_view(event->attachments[index]) : std::string_view(), len);
}
