#include "store_fixture.h"

#include <fmt/format.h>

#include <algorithm>

namespace kato::test {

StoreFixture::StoreFixture() {
    StoreOptions options;
    options.create = true;
    Environment environment = system_environment();
    environment.now_us = [this] { return now; };
    store_ = must(open_store(root(), options, std::move(environment)));
}

void StoreFixture::open(bool read_only) {
    store_.reset();
    StoreOptions options;
    options.read_only = read_only;
    Environment environment = system_environment();
    environment.now_us = [this] { return now; };
    store_ = must(open_store(root(), options, std::move(environment)));
}

std::vector<std::string> StoreFixture::walk(const Uuid& chat, Walk what) {
    auto events = must(store_->walk(chat, what));
    std::vector<std::string> out;
    while (const EventView* event = must(events->next()))
        out.push_back(fmt::format("{}:{}", event->depth, event->body.text));
    return out;
}

SearchResults StoreFixture::search(std::string_view query, std::uint64_t limit) {
    SearchOptions options;
    options.limit = limit;
    return must(store_->search(query, options));
}

std::vector<std::string> StoreFixture::found(std::string_view query) {
    std::vector<std::string> out;
    for (SearchHit& hit : search(query, 1000).hits) {
        std::erase_if(hit.snippet, [](char c) { return c == '\x02' || c == '\x03'; });
        out.push_back(std::move(hit.snippet));
    }
    return out;
}

Import::Import(StoreFixture& fixture, std::string name, std::string format)
    : format_(std::move(format)), store_(fixture.shared()), session_(must(store_->begin_import())) {
    SourceInfo info;
    info.name = std::move(name);
    info.location = "/made/up/" + info.name;
    info.format = format_;
    must_do(session_->begin(info));
}

Uuid Import::chat(std::string_view name, std::string_view title, std::string_view project) {
    ChatFacts facts;
    facts.id = chat_id(format_, name);
    facts.provider_id = name;
    if (!title.empty()) facts.title = Ranked{std::string(title), 1, {}};
    if (!project.empty()) facts.project = Ranked{std::string(project), 1, {}};
    must_do(session_->sink().chat(std::move(facts)));
    return chat_id(format_, name);
}

void Import::bytes(std::string_view bytes, Fate fate) {
    must_do(session_->retain(bytes));
    must_do(session_->sink().account(fate, {offset_, bytes.size(), ++line_},
                                     fate == Fate::parsed ? "" : "made up"));
    offset_ += bytes.size();
}

ImportCounts Import::commit() {
    const ImportCounts counts = must(session_->commit());
    session_.reset();
    must_do(store_->end_import());
    return counts;
}

Uuid Import::say(const Said& said) { return say_blocks(said, {said.text}).front(); }

std::vector<Uuid> Import::say_blocks(const Said& said, const std::vector<std::string>& texts) {
    const Uuid chat = chat_id(format_, said.chat);
    ParsedRecord record;
    record.chat = chat;
    record.name = said.name;
    std::string line =
        fmt::format("{} {} {} {} {}", said.chat, said.name, said.version, said.text, said.data);
    for (const std::string& text : texts) line += " " + text;
    line += '\n';
    record.revision = blake128(line);
    record.place = {offset_, line.size(), line_ + 1};
    if (!said.parent.empty()) record.parent_key = record_key(chat, said.parent);
    std::vector<Uuid> ids;
    const Uuid key = record_key(chat, said.name);
    for (const std::string& text : texts) {
        ids.push_back(event_id(key, static_cast<std::uint32_t>(ids.size())));
        ParsedEvent event;
        event.body.kind = said.kind;
        event.body.role = said.kind == Kind::user_message ? Role::user : Role::assistant;
        event.body.time = said.time;
        event.body.text = text;
        event.body.model = said.model;
        event.body.data = said.data;
        event.body.name = said.tool;
        event.body.flags = said.flags;
        event.body.call_id = said.call_id;
        event.body.attachments = said.attachments;
        record.events.push_back(std::move(event));
    }
    must_do(session_->sink().record(std::move(record)));
    bytes(line);
    return ids;
}

} // namespace kato::test
