#include "unit/store/scene.h"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <algorithm>

namespace kato::test {
namespace {

std::string line_of(const Said& said) {
    return fmt::format("{} {} {} {} {} {}\n", said.chat, said.name, said.parent,
                       said.time.value_or(0), said.text, said.extra_bytes);
}

std::string record_of(const Said& said) {
    return said.name.empty() ? record_name(blake128(line_of(said)), 0) : said.name;
}

ParsedRecord parsed(const Said& said, const Place& place) {
    ParsedRecord record;
    record.chat = chat_of(said.chat);
    record.name = record_of(said);
    record.revision = blake128(line_of(said));
    if (!said.parent.empty()) record.parent_key = record_key(record.chat, said.parent);
    record.place = place;
    ParsedEvent event;
    event.body.kind = said.kind;
    event.body.role = said.kind == Kind::user_message ? Role::user : Role::assistant;
    event.body.text = said.text;
    event.body.data = said.data;
    event.body.time = said.time;
    event.body.call_id = said.call;
    event.body.model = said.model;
    event.body.name = said.tool;
    record.events.push_back(std::move(event));
    return record;
}

Status tell(ImportSession& session, const Told& told) {
    Sink& sink = session.sink();
    std::uint64_t offset = 0;
    std::uint64_t line = 0;
    for (const ChatFacts& facts : told.facts) KATO_CHECK(sink.chat(facts));
    for (const Said& said : told.records) {
        const std::string bytes = line_of(said);
        const Place place{offset, bytes.size(), ++line};
        ChatFacts facts;
        facts.id = chat_of(said.chat);
        facts.provider_id = said.chat;
        KATO_CHECK(sink.chat(facts));
        KATO_CHECK(sink.record(parsed(said, place)));
        KATO_CHECK(sink.account(Fate::parsed, place, {}));
        offset += bytes.size();
    }
    for (const Told::Mark& mark : told.marks) {
        const Uuid chat = chat_of(mark.chat);
        KATO_CHECK(sink.mark(chat, record_key(chat, mark.record), 0, mark.flags));
    }
    for (const auto& [chat, usage] : told.usage) KATO_CHECK(sink.usage(chat_of(chat), usage));
    if (told.rest.empty()) return done();
    return sink.account(Fate::opaque, {offset, told.rest.size(), ++line}, "not understood");
}

std::string text_or(const std::optional<Uuid>& id) { return id ? to_string(*id) : "-"; }

SourceInfo info_of(const Told& told) {
    SourceInfo info;
    info.name = told.name;
    info.location = told.location;
    info.account = told.account;
    info.format = std::string(k_format);
    return info;
}

Result<ImportCounts> import_with(ImportSession& session, const Told& told) {
    KATO_CHECK(session.begin(info_of(told)));
    KATO_CHECK(tell(session, told));
    KATO_CHECK(session.retain(told.bytes()));
    return session.commit();
}

} // namespace

void begin_source(ImportSession& session, const Told& told) {
    require_ok(session.begin(info_of(told)));
    require_ok(tell(session, told));
}

void require_ok(const Status& status) {
    if (!status) FAIL(status.error().message);
}

std::string Told::bytes() const {
    std::string out;
    for (const Said& said : records) out += line_of(said);
    return out + rest;
}

Uuid event_of(std::string_view chat, std::string_view record) {
    return event_id(record_key(chat_of(chat), record), 0);
}

Scene::Scene() { open(); }

void Scene::open(bool read_only) {
    store.reset();
    StoreOptions options;
    options.create = !read_only;
    options.read_only = read_only;
    options.busy_timeout_ms = 200;
    Environment environment;
    environment.now_us = [this] { return now_us++; };
    environment.random = [this](std::span<std::uint8_t> bytes) {
        for (std::uint8_t& byte : bytes) byte = next_random++;
    };
    store = value_of(open_store(path(), options, environment));
}

std::unique_ptr<Db> Scene::database(const char* file) const {
    return value_of(Db::open((root / file).string(), SQLITE_OPEN_READWRITE, 1000));
}

std::int64_t Scene::count(const char* sql) const { return value_of(database()->integer(sql)); }

Result<ImportCounts> Scene::try_import(const Told& told) {
    KATO_TRY(ImportCounts counts, import_one(told));
    KATO_CHECK(store->end_import());
    return counts;
}

Result<ImportCounts> Scene::import_one(const Told& told) {
    KATO_TRY(const std::unique_ptr<ImportSession> session, store->begin_import());
    return import_with(*session, told);
}

Result<ImportCounts> Scene::import_shared(const Told& told) {
    KATO_TRY(const std::unique_ptr<ImportSession> session, store->begin_shared_import(share));
    return import_with(*session, told);
}

ImportCounts Scene::import(const Told& told) { return value_of(try_import(told)); }

std::vector<EventView> Scene::events(const Uuid& chat, Walk what) const {
    std::vector<EventView> out;
    const std::unique_ptr<EventWalk> walk = value_of(store->walk(chat, what));
    for (;;) {
        const EventView* event = value_of(walk->next());
        if (event == nullptr) return out;
        out.push_back(*event);
    }
}

std::vector<std::string> Scene::texts(std::string_view chat, Walk walk) const {
    std::vector<std::string> out;
    for (const EventView& event : events(chat_of(chat), walk)) out.push_back(event.body.text);
    return out;
}

std::vector<std::string> Scene::found(std::string_view query) const {
    std::vector<std::string> out;
    SearchOptions options;
    options.limit = 100;
    for (const SearchHit& hit : value_of(store->search(query, options)).hits)
        out.push_back(value_of(store->event(to_string(hit.event))).body.text);
    std::sort(out.begin(), out.end());
    return out;
}

std::string Scene::everything() const {
    std::string out;
    std::vector<ChatView> chats = value_of(store->list_chats({}));
    std::sort(chats.begin(), chats.end(),
              [](const ChatView& a, const ChatView& b) { return a.id < b.id; });
    for (const ChatView& chat : chats) {
        out += fmt::format("chat {} {} '{}' '{}' {} fork {} head {} {}\n", to_string(chat.id),
                           chat.provider_id, chat.shown_title(), chat.model, chat.events,
                           text_or(chat.forked_from), text_or(chat.head), chat.updated.value_or(0));
        for (const EventView& event : events(chat.id, Walk::tree_and_revisions)) {
            out += fmt::format("  {} {} '{}' parent {} refers {} copy {} flags {}",
                               to_string(event.id), event.record, event.body.text,
                               text_or(event.parent), text_or(event.refers), text_or(event.copy_of),
                               event.body.flags);
            for (const Origin& origin : event.origins)
                out += fmt::format(" {}+{}", origin.place.offset, origin.place.length);
            out += '\n';
        }
        for (const Usage& usage : value_of(store->usage(chat.id)))
            out += fmt::format("  usage {} {} {}\n", usage.response, usage.input, usage.output);
    }
    std::vector<std::string> sources;
    for (const SourceView& source : value_of(store->sources({})))
        sources.push_back(
            fmt::format("source {} {}\n", source.reference.name, to_hex(source.reference.sha256)));
    std::sort(sources.begin(), sources.end());
    for (const std::string& source : sources) out += source;
    return out;
}

std::vector<std::string> Scene::files_with(std::string_view marker) const {
    std::vector<std::string> out;
    for (const auto& entry : std::filesystem::directory_iterator(root.path()))
        if (read_file(entry.path()).find(marker) != std::string::npos)
            out.push_back(entry.path().filename().string());
    return out;
}

bool Scene::verified() const {
    const auto [report, ok] = value_of(store->verify({}, {}));
    if (!ok) MESSAGE(report);
    return ok;
}

} // namespace kato::test
