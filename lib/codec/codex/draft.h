// A record while it is being read: the events it becomes, and what the rest of the file needs to know.
#pragma once

#include "codec/codex/envelope.h"
#include "codec/codex/turns.h"
#include "model/parsed.h"

#include <string>
#include <string_view>
#include <vector>

namespace kato::codex {

struct Draft {
    const Envelope& envelope;
    const std::string& model; // of the thread, as it is now
    std::vector<ParsedEvent> events{};
    std::string not_understood{};   // why the record is opaque; empty when it is not
    std::vector<json::Value> raw{}; // else these parts of it are
    Part part = Part::other;
    std::size_t rolled_back = 0; // turns

    // A new event; the reference holds until the next one.
    EventBody& add(Kind kind, Role role) {
        EventBody& body = events.emplace_back().body;
        body.kind = kind;
        body.role = role;
        body.time = envelope.time;
        if (role == Role::assistant && is_conversation(kind)) body.model = model;
        if (role == Role::assistant && is_conversation(kind)) part = Part::output;
        return body;
    }

    EventBody& add_info(std::string_view name) {
        EventBody& body = add(Kind::provider_info, Role::none);
        body.name = name;
        return body;
    }

    // Keeps a value as it is.
    void add_raw(std::string_view name, const json::Value& value) {
        EventBody& body = add(Kind::provider_raw, Role::none);
        body.name = name;
        body.data = value.minified();
        raw.push_back(value);
        value.take();
    }

    // The first event's leftovers are the record's; call this for a part of any other event.
    void keep_rest(const json::Value& value) {
        if (events.size() < 2) return;
        events.back().body.extra = value.remainder();
        value.take();
    }
};

} // namespace kato::codex
