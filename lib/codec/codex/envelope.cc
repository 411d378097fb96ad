#include "codec/codex/envelope.h"

#include "codec/record/fields.h"

namespace kato::codex {

using record::read_time;
using record::short_text;
using record::text_of;

namespace {

// A line without envelope: the first one describes the session, the others are response items.
void read_bare(Envelope& out) {
    out.bare = true;
    out.payload = out.root;
    out.subtype = text_of(out.root, "type");
    if (out.root.member("record_type").is_string()) {
        out.type = text_of(out.root, "record_type");
    } else if (out.root.member("role").is_string() &&
               (out.subtype.empty() || out.subtype == "message")) {
        out.type = "response_item";
        out.subtype = "message";
    } else if (!out.subtype.empty()) {
        out.type = "response_item";
    } else if (out.root.member("id").is_string()) {
        out.type = "session_meta";
    }
    out.time = read_time(out.root.member("timestamp"));
    if (!out.time) out.time = read_time(out.root.member("created_at"));
}

} // namespace

Envelope read_envelope(const json::Value& root) {
    Envelope out;
    out.root = root;
    const std::optional<std::string> type = short_text(root.member("type"));
    if (!type || !root.member("payload").is_object()) {
        read_bare(out);
        return out;
    }
    out.type = *type;
    out.payload = root.member("payload");
    if (out.type == "response_item" || out.type == "event_msg")
        out.subtype = text_of(out.payload, "type");
    out.time = read_time(root.member("timestamp"));
    return out;
}

void take_envelope(const Envelope& envelope) {
    if (envelope.time) {
        const json::Value stamp = envelope.root.member("timestamp");
        const json::Value& used = read_time(stamp) ? stamp : envelope.root.member("created_at");
        used.take();
    }
    // That a record is no response item is worth keeping.
    if (!envelope.bare && envelope.type == "response_item") envelope.root.member("type").take();
}

} // namespace kato::codex
