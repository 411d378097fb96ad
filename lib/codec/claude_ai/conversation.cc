#include "codec/claude_ai/conversation.h"

#include "codec/record/fields.h"
#include "codec/record/titles.h"
#include "model/identity.h"

namespace kato::claude_ai {

using record::short_text;
using record::text_of;

namespace {

constexpr std::string_view k_root_name = "conversation";

bool is_prompt(const ParsedEvent& event) { return event.body.kind == Kind::user_message; }

} // namespace

Time time_of(const json::Value& value) {
    const Time time = record::read_time(value);
    if (time || !value.is_string()) return time;
    return parse_time(short_text(value).value_or(std::string()) + "Z");
}

std::string_view list_of(const json::Value& root) {
    for (const std::string_view name : {"chat_messages", "messages"})
        if (root.member(name).is_array()) return name;
    return {};
}

Status Conversation::say_facts(const json::Value& root) {
    ChatFacts facts;
    facts.id = chat_;
    facts.provider_id = uuid_;
    const json::Value updated = root.member("updated_at");
    const Time time = time_of(updated);
    const json::Value name = root.member("name");
    if (const auto title = short_text(name); title && !record::is_blank(*title)) {
        facts.title = Ranked{*title, k_rank_name, time};
        titled_ = true;
    }
    const std::string project = text_of(root.member("project"), "name");
    if (!record::is_blank(project)) facts.project = Ranked{project, 1, time};
    if (const std::string leaf = text_of(root, "current_leaf_message_uuid"); !leaf.empty()) {
        facts.head_record = record_key(chat_, leaf);
        facts.head_time = time;
    }
    return sink_.chat(std::move(facts));
}

// What is said of the conversation as a whole.
Status Conversation::say_conversation(const record::Record& record, bool messages) {
    const json::Value root = record.root;
    const std::string_view list = list_of(root);
    ParsedRecord out;
    out.chat = chat_;
    out.name = k_root_name;
    KATO_TRY(out.revision, records_.hash_without(root, list));
    out.place = record.place;
    out.events.emplace_back();
    EventBody& body = out.events.back().body;
    body.kind = messages ? Kind::provider_info : Kind::provider_raw;
    body.name = k_root_name;
    const json::Value updated = root.member("updated_at");
    body.time = time_of(updated);
    if (record.lossy) body.flags |= k_lossy;
    if (!messages) { // not understood: all of it
        body.data = root.minified();
        KATO_CHECK(records_.longs().leftovers(root, body.attachments));
        return sink_.record(std::move(out));
    }
    if (body.time) updated.take();
    root.member(list).take();
    root.member("uuid").take();
    if (titled_) root.member("name").take();
    if (const auto model = short_text(root.member("model"))) {
        body.model = *model;
        root.member("model").take();
    }
    const json::Value summary = root.member("summary");
    if (summary.is_string()) KATO_CHECK(records_.longs().text(summary, body));
    KATO_CHECK(records_.longs().leftovers(root, body.attachments));
    body.extra = root.remainder();
    return sink_.record(std::move(out));
}

// The provider's id; a message without one is named by its content.
std::string Conversation::name_of(const json::Value& message, const Key128& hash) {
    const json::Value uuid = message.member("uuid");
    std::string name = short_text(uuid).value_or(std::string());
    if (!name.empty()) {
        uuid.take();
        return name;
    }
    return record_name(hash, unnamed_[hash]++);
}

void Conversation::place(const json::Value& message, ParsedRecord& record) {
    record.previous_key = last_;
    const json::Value parent = message.member("parent_message_uuid");
    const std::optional<std::string> name = short_text(parent);
    std::optional<std::size_t> number;
    if (const auto last = numbers_.find(last_); last != numbers_.end()) number = last->second;
    if (name && !name->empty()) {
        record.parent_key = *name == k_root_parent ? root_ : record_key(chat_, *name);
        const auto found = numbers_.find(*record.parent_key);
        if (*name == k_root_parent || found != numbers_.end()) {
            parent.take();
            number.reset();
            if (found != numbers_.end()) number = found->second;
        }
    }
    blocks_.begin_message(record.name, number);
    const Uuid key = record_key(chat_, record.name);
    numbers_.insert_or_assign(key, count_++);
    last_ = key;
}

// A conversation without a name is called by what was asked first.
Status Conversation::first_prompt(const std::vector<ParsedEvent>& events) {
    for (const ParsedEvent& event : events) {
        if (titled_ || !is_prompt(event) || record::is_blank(event.body.text)) continue;
        titled_ = true;
        ChatFacts facts;
        facts.id = chat_;
        facts.provider_id = uuid_;
        // Of two the later one wins; turned around, the earlier one does.
        const Time time = event.body.time ? Time(-*event.body.time) : Time();
        facts.title = Ranked{record::as_title(event.body.text), k_rank_prompt, time};
        return sink_.chat(std::move(facts));
    }
    return done();
}

Status Conversation::read_message(const json::Value& message, bool lossy) {
    KATO_TRY(const record::Part part, records_.part(message));
    ParsedRecord out;
    out.chat = chat_;
    out.name = name_of(message, part.hash);
    out.revision = part.hash;
    out.place = part.place;
    out.text = part.source;
    place(message, out);
    const json::Value created = message.member("created_at");
    const Time time = time_of(created);
    if (time) created.take();
    const json::Value updated = message.member("updated_at");
    if (updated.is_string() && updated.raw() == created.raw()) updated.take();
    KATO_TRY(out.events, message_.read(message, time));
    EventBody& first = out.events.front().body;
    if (first.kind != Kind::provider_raw || !message.taken()) {
        KATO_CHECK(records_.longs().leftovers(message, first.attachments));
        first.extra = message.remainder();
    }
    for (ParsedEvent& event : out.events) {
        if (lossy) event.body.flags |= k_lossy;
    }
    KATO_CHECK(first_prompt(out.events));
    return sink_.record(std::move(out));
}

Result<record::Verdict> Conversation::read(const record::Record& record) {
    const json::Value root = record.root;
    uuid_ = text_of(root, "uuid");
    chat_ = chat_id(k_format, uuid_);
    root_ = last_ = record_key(chat_, k_root_name);
    titled_ = false;
    numbers_.clear();
    unnamed_.clear();
    count_ = 0;
    blocks_.begin();
    KATO_CHECK(say_facts(root));
    const std::string_view list = list_of(root);
    if (list.empty()) {
        KATO_CHECK(say_conversation(record, false));
        return record::Verdict{Fate::opaque, "a conversation without messages"};
    }
    for (json::Value message = root.member(list).first(); message; message = message.next())
        KATO_CHECK(read_message(message, record.lossy));
    const bool named = !record::is_blank(text_of(root, "name"));
    titled_ = named;
    KATO_CHECK(say_conversation(record, true));
    return record::Verdict{};
}

} // namespace kato::claude_ai
