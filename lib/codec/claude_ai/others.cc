#include "codec/claude_ai/others.h"

#include "codec/claude_ai/conversation.h"
#include "codec/record/fields.h"
#include "codec/record/titles.h"
#include "model/identity.h"

namespace kato::claude_ai {

using record::short_text;
using record::text_of;

Other other_of(const json::Value& root) {
    if (!root.is_object()) return Other::none;
    if (root.member("conversations_memory") || root.member("project_memories"))
        return Other::memory;
    if (!root.member("uuid").is_string()) return Other::none;
    if (root.member("name") && (root.member("docs").is_array() || root.member("prompt_template") ||
                                root.member("is_starter_project")))
        return Other::project;
    if (root.member("full_name") &&
        (root.member("email_address") || root.member("verified_phone_number")))
        return Other::user;
    return Other::none;
}

// A record about something as a whole, less the list of what it holds.
Status Others::say(const record::Record& record, const Uuid& chat, std::string_view name,
                   std::string_view text_member, std::string_view list) {
    const json::Value root = record.root;
    ParsedRecord out;
    out.chat = chat;
    out.name = name;
    KATO_TRY(out.revision, records_.hash_without(root, list));
    out.place = record.place;
    out.events.emplace_back();
    EventBody& body = out.events.back().body;
    body.kind = Kind::provider_info;
    body.name = name;
    const json::Value updated = root.member("updated_at");
    body.time = time_of(updated);
    if (body.time) updated.take();
    if (record.lossy) body.flags |= k_lossy;
    if (root.member(text_member).is_string())
        KATO_CHECK(records_.longs().text(root.member(text_member), body));
    if (!list.empty()) root.member(list).take();
    KATO_CHECK(records_.longs().leftovers(root, body.attachments));
    body.extra = root.remainder();
    return sink_.record(std::move(out));
}

Status Others::document(const json::Value& document, const Uuid& chat, bool lossy) {
    KATO_TRY(const record::Part part, records_.part(document));
    ParsedRecord out;
    out.chat = chat;
    const json::Value uuid = document.member("uuid");
    out.name = short_text(uuid).value_or(std::string());
    if (!out.name.empty()) uuid.take();
    if (out.name.empty()) out.name = record_name(part.hash, 0);
    out.revision = part.hash;
    out.previous_key = record_key(chat, "project");
    out.place = part.place;
    out.text = part.source;
    out.events.emplace_back();
    EventBody& body = out.events.back().body;
    body.kind = Kind::provider_info;
    body.name = "document";
    const json::Value created = document.member("created_at");
    body.time = time_of(created);
    if (body.time) created.take();
    if (lossy) body.flags |= k_lossy;
    if (document.member("content").is_string())
        KATO_CHECK(records_.longs().text(document.member("content"), body));
    if (const auto name = short_text(document.member("filename"))) {
        Attachment file;
        file.name = *name;
        body.attachments.push_back(std::move(file));
        document.member("filename").take();
    }
    KATO_CHECK(records_.longs().leftovers(document, body.attachments));
    body.extra = document.remainder();
    document.take();
    return sink_.record(std::move(out));
}

Status Others::project(const record::Record& record) {
    const json::Value root = record.root;
    const std::string uuid = text_of(root, "uuid");
    ChatFacts facts;
    facts.provider_id = "project:" + uuid;
    facts.id = chat_id(k_format, facts.provider_id);
    const Uuid chat = facts.id;
    const std::string name = text_of(root, "name");
    const Time updated = time_of(root.member("updated_at"));
    if (!record::is_blank(name)) {
        facts.title = Ranked{name, k_rank_name, updated};
        facts.project = Ranked{name, 1, updated};
        root.member("name").take();
    }
    KATO_CHECK(sink_.chat(std::move(facts)));
    const json::Value docs = root.member("docs");
    for (json::Value doc = docs.first(); doc; doc = doc.next()) {
        if (doc.is_object()) {
            KATO_CHECK(document(doc, chat, record.lossy));
        } else {
            records_.opaque(doc, "a document that is no JSON object");
        }
    }
    root.member("uuid").take();
    return say(record, chat, "project", "prompt_template", docs.is_array() ? "docs" : "");
}

Status Others::memory(const record::Record& record) {
    const json::Value root = record.root;
    ChatFacts facts;
    facts.provider_id = "account:" + text_of(root, "account_uuid");
    facts.id = chat_id(k_format, facts.provider_id);
    const Uuid chat = facts.id;
    KATO_CHECK(sink_.chat(std::move(facts)));
    root.member("account_uuid").take();
    return say(record, chat, "memories", "conversations_memory", "");
}

Result<record::Verdict> Others::read(const record::Record& record, Other which) {
    if (which == Other::project) {
        KATO_CHECK(project(record));
    } else if (which == Other::memory) {
        KATO_CHECK(memory(record));
    } else {
        const json::Value root = record.root;
        ChatFacts facts;
        facts.provider_id = "account:" + text_of(root, "uuid");
        facts.id = chat_id(k_format, facts.provider_id);
        const Uuid chat = facts.id;
        if (const std::string name = text_of(root, "full_name"); !record::is_blank(name))
            facts.title = Ranked{name, k_rank_name, Time()};
        KATO_CHECK(sink_.chat(std::move(facts)));
        root.member("uuid").take();
        KATO_CHECK(say(record, chat, "user", "full_name", ""));
    }
    return record::Verdict{};
}

} // namespace kato::claude_ai
