#include "codec/readable/readable.h"

namespace kato::readable {

Speaker speaker_of(Kind kind) {
    switch (kind) {
    case Kind::user_message:
    case Kind::user_decision_response: return Speaker::user;
    case Kind::assistant_message:
    case Kind::assistant_thinking:
    case Kind::assistant_tool_call:
    case Kind::assistant_tool_result:
    case Kind::assistant_decision_prompt: return Speaker::assistant;
    case Kind::system_message: return Speaker::system;
    case Kind::provider_info:
    case Kind::provider_raw: break;
    }
    return Speaker::provider;
}

bool is_shown(const EventBody& body, bool hidden) {
    if ((body.flags & k_not_shown) != 0) return false;
    return hidden || (is_conversation(body.kind) && (body.flags & k_hidden) == 0);
}

std::string short_id(const Uuid& id) {
    const bool is_random = (id.bytes[6] >> 4) == 7;
    return to_string(id).substr(0, is_random ? 18 : 8);
}

std::string time_text(std::int64_t time_us) {
    std::string text = format_time(time_us).substr(0, 19);
    text[10] = ' ';
    return text + " UTC";
}

void add_usage(Usage& sum, const Usage& usage) {
    sum.input += usage.input;
    sum.output += usage.output;
    sum.cache_read += usage.cache_read;
    sum.cache_write += usage.cache_write;
    sum.reasoning += usage.reasoning;
    sum.approximate = sum.approximate || usage.approximate;
    sum.response = "there was one";
}

void count_unshown(Loss* loss, const EventBody& body) {
    if (loss == nullptr) return;
    if ((body.flags & k_not_shown) != 0)
        loss->drop("revisions");
    else if (!is_conversation(body.kind))
        loss->leave_out(kind_name(body.kind));
    else
        loss->leave_out("hidden");
}

void count_unshown_parts(Loss* loss, const EventBody& body) {
    if (loss == nullptr) return;
    const bool shows_data = body.kind == Kind::assistant_tool_call || body.text.empty();
    if (shows_data ? !body.data.empty() && !body.text.empty() : !body.data.empty())
        loss->drop(shows_data ? "text" : "data");
    if (!body.extra.empty()) loss->drop("x");
}

void count_unshown_parts(Loss* loss, const ChatView& chat) {
    if (loss == nullptr) return;
    if (!chat.extra.empty()) loss->drop("x");
    if (!chat.user_title.empty() && !chat.title.empty()) loss->drop("titles");
}

} // namespace kato::readable
