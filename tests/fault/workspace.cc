#include "workspace.h"

#include "support/files.h"
#include "support/zip.h"

#include <cctype>
#include <memory>
#include <stdexcept>
#include <string_view>

#include <string.h>

namespace kato::test {
namespace {

namespace fs = std::filesystem;

constexpr const char* k_chat = "Fired twice"; // a title that only one chat has
constexpr const char* k_canonical = "canonical.jsonl";

// An account's exports, of which the newer one has a picture, lacks a chat, and is in shards.
constexpr const char* k_user = R"({"id":"user-1"})";
constexpr const char* k_first = R"([
{"title":"Slip","conversation_id":"slip","update_time":1780000000.0,"mapping":{
 "q":{"id":"q","parent":null,"children":[],"message":{"id":"q","author":{"role":"user"},
  "content":{"content_type":"text","parts":["How thick?"]}}}}},
{"title":"Wax","conversation_id":"wax","update_time":1780000001.0,"mapping":{
 "w":{"id":"w","parent":null,"children":[],"message":{"id":"w","author":{"role":"user"},
  "content":{"content_type":"text","parts":["Which one?"]}}}}}])";
constexpr const char* k_second = R"([
{"title":"Slip","conversation_id":"slip","update_time":1790000000.0,"mapping":{
 "q":{"id":"q","parent":null,"children":["p"],"message":{"id":"q","author":{"role":"user"},
  "content":{"content_type":"text","parts":["How thick?"]}}},
 "p":{"id":"p","parent":"q","children":[],"message":{"id":"p","author":{"role":"user"},
  "content":{"content_type":"multimodal_text","parts":["Like this?",
   {"content_type":"image_asset_pointer","asset_pointer":"file-service://file-A"}]}}}}}])";
constexpr const char* k_picture = "\x89PNG\r\n\x1A\n, of a kind";

template <auto Free> struct Release {
    template <class T> void operator()(T* handle) const { Free(handle); }
};
template <class T, auto Free> using Owned = std::unique_ptr<T, Release<Free>>;

kato_status drop(void* self, const void*, std::size_t size) {
    *static_cast<std::size_t*>(self) += size;
    return KATO_OK;
}

kato_status collect(void* self, const void* data, std::size_t size) {
    static_cast<std::string*>(self)->append(static_cast<const char*>(data), size);
    return KATO_OK;
}

kato_status import_file(kato_store* store, const std::string& path) {
    kato_import_report* report = nullptr;
    const kato_status status =
        kato_import_path(store, path.c_str(), KATO_NTS, nullptr, &report, nullptr);
    kato_import_report_free(report);
    return status;
}

kato_status export_as(kato_store* store, const char* format, const char* provider = nullptr) {
    kato_export_options options = KATO_EXPORT_OPTIONS_INIT;
    options.format = format;
    options.format_len = KATO_NTS;
    options.provider = provider;
    options.provider_len = provider == nullptr ? 0 : KATO_NTS;
    std::size_t size = 0;
    return kato_export(store, &options, drop, &size, nullptr, nullptr);
}

kato_status append(kato_store* store) {
    kato_event_options options = KATO_EVENT_OPTIONS_INIT;
    options.role = "user";
    options.role_len = KATO_NTS;
    options.text = "raku, reduced in sawdust";
    options.text_len = KATO_NTS;
    options.data = R"({"cone":6})";
    options.data_len = KATO_NTS;
    kato_event* event = nullptr;
    const kato_status status =
        kato_event_append(store, k_chat, KATO_NTS, &options, &event, nullptr);
    kato_event_free(event);
    return status;
}

kato_status create(kato_store* store) {
    kato_chat_options options = KATO_CHAT_OPTIONS_INIT;
    options.title = "A new chat";
    options.title_len = KATO_NTS;
    kato_chat* chat = nullptr;
    const kato_status status = kato_chat_create(store, &options, &chat, nullptr);
    kato_chat_free(chat);
    return status;
}

kato_status search(kato_store* store) {
    kato_search_cursor* hits = nullptr;
    kato_error* error = nullptr;
    kato_status status = kato_search(store, "integral OR cobalt", KATO_NTS, nullptr, &hits, &error);
    kato_error_free(error);
    while (status == KATO_OK) status = kato_search_next(hits, nullptr);
    kato_search_free(hits);
    return status == KATO_DONE ? KATO_OK : status;
}

kato_status list_and_walk(kato_store* store) {
    kato_chat_cursor* chats = nullptr;
    kato_status status = kato_chat_list(store, nullptr, &chats, nullptr);
    while (status == KATO_OK) {
        kato_chat* chat = nullptr;
        status = kato_chat_cursor_next(chats, &chat, nullptr);
        if (status != KATO_OK) break;
        kato_event_cursor* events = nullptr;
        status = kato_chat_events(store, kato_chat_id(chat, nullptr), KATO_NTS,
                                  KATO_EVENTS_REVISIONS, &events, nullptr);
        kato_chat_free(chat);
        while (status == KATO_OK) {
            const kato_event* event = nullptr;
            status = kato_event_cursor_next(events, &event, nullptr);
        }
        kato_event_cursor_free(events);
        if (status == KATO_DONE) status = KATO_OK;
    }
    kato_chat_cursor_free(chats);
    return status == KATO_DONE ? KATO_OK : status;
}

kato_status figures(kato_store* store) {
    kato_buffer* buffer = nullptr;
    const kato_status status =
        kato_store_stats(store, KATO_STATS_CONTENT_HASH, nullptr, &buffer, nullptr);
    kato_buffer_free(buffer);
    return status;
}

kato_status verify(kato_store* store) {
    kato_buffer* buffer = nullptr;
    const kato_status status =
        kato_store_verify(store, nullptr, nullptr, nullptr, nullptr, &buffer, nullptr);
    kato_buffer_free(buffer);
    return status;
}

// All of a policy: it neither needs a store nor changes one.
kato_status decide_policy(kato_store*) {
    constexpr const char* manifest = "name = \"a\"\n[permissions]\nread = [\"/usr/share\"]\n"
                                     "[params]\ndeep.list = [1, \"two\", { three = 3.5 }]\n";
    kato_policy_options options = KATO_POLICY_OPTIONS_INIT;
    options.home = "/home/nobody-here";
    options.home_len = KATO_NTS;
    kato_policy* policy = nullptr;
    kato_status status = kato_policy_new(&options, &policy, nullptr);
    const auto allow = [&](std::int32_t capability, const char* value) {
        if (status == KATO_OK)
            status =
                kato_policy_allow(policy, capability, value, KATO_NTS, KATO_ORIGIN_API, nullptr);
    };
    allow(KATO_CAPABILITY_READ, "/usr/share");
    allow(KATO_CAPABILITY_WRITE, "~/later");
    allow(KATO_CAPABILITY_RUN, "sh");
    allow(KATO_CAPABILITY_ENV, "TZ");
    if (status == KATO_OK)
        status = kato_policy_deny(policy, KATO_CAPABILITY_READ, "/usr/share/later", KATO_NTS,
                                  KATO_ORIGIN_API, nullptr);
    if (status == KATO_OK)
        status = kato_policy_request_text(policy, manifest, KATO_NTS, "/agents", KATO_NTS, nullptr);
    std::size_t size = 0;
    if (status == KATO_OK) status = kato_policy_describe(policy, drop, &size, nullptr, nullptr);
    kato_policy_free(policy);
    return status;
}

// A request is granted for all runs, found again, listed and forgotten.
kato_status remember_grant(kato_store* store) {
    constexpr const char* manifest = "name = \"a\"\n[permissions]\nread = [\"/usr/share\"]\n";
    constexpr const char* command[] = {"true"};
    kato_policy* policy = nullptr;
    kato_status status = kato_policy_new(nullptr, &policy, nullptr);
    if (status == KATO_OK)
        status = kato_policy_request_text(policy, manifest, KATO_NTS, "/agents", KATO_NTS, nullptr);
    if (status == KATO_OK)
        status = kato_grant_remember(policy, store, command, 1, KATO_CAPABILITY_READ, "/usr/share",
                                     KATO_NTS, nullptr);
    kato_policy_free(policy);
    policy = nullptr;
    if (status == KATO_OK) status = kato_policy_new(nullptr, &policy, nullptr);
    if (status == KATO_OK)
        status = kato_policy_request_text(policy, manifest, KATO_NTS, "/agents", KATO_NTS, nullptr);
    std::uint64_t count = 0;
    if (status == KATO_OK) status = kato_grant_recall(policy, store, command, 1, &count, nullptr);
    kato_policy_free(policy);
    std::string listed;
    if (status == KATO_OK) status = kato_grant_list(store, collect, &listed, nullptr, nullptr);
    const std::size_t id = listed.find("\"id\":\"");
    if (status == KATO_OK && (count != 1 || id == std::string::npos)) return KATO_E_FAILED;
    return status == KATO_OK ? kato_grant_forget(store, listed.data() + id + 6, 16, nullptr)
                             : status;
}

std::string all_sources(kato_store* store) {
    std::string out;
    kato_source_cursor* raw = nullptr;
    kato_status status = kato_source_list(store, nullptr, 0, &raw, nullptr);
    const Owned<kato_source_cursor, kato_source_cursor_free> cursor(raw);
    while (status == KATO_OK) {
        const char* json = nullptr;
        status = kato_source_cursor_next(raw, &json, nullptr, nullptr);
        if (status != KATO_OK) break;
        out += json;
        out += '\n';
        const char* id = strstr(json, "\"id\":\"");
        if (id == nullptr) throw std::runtime_error("a source without id");
        const kato_status read =
            kato_source_read(store, id + 6, 36, collect, &out, nullptr, nullptr);
        if (read < 0 && read != KATO_E_NOT_FOUND)
            throw std::runtime_error("a source cannot be read");
    }
    if (status != KATO_DONE) throw std::runtime_error("the sources cannot be listed");
    return out;
}

bool matches(std::string_view text, std::string_view pattern) { // 0: a digit, x: a hexadecimal one
    if (text.size() < pattern.size()) return false;
    for (std::size_t i = 0; i < pattern.size(); ++i) {
        const auto byte = static_cast<unsigned char>(text[i]);
        const bool fits = pattern[i] == '0'   ? std::isdigit(byte) != 0
                          : pattern[i] == 'x' ? std::isxdigit(byte) != 0
                                              : text[i] == pattern[i];
        if (!fits) return false;
    }
    return true;
}

// Without what differs each time: ids of version 7, and times.
std::string comparable(std::string_view text) {
    constexpr std::string_view id = "xxxxxxxx-xxxx-7xxx-xxxx-xxxxxxxxxxxx";
    constexpr std::string_view time = "0000-00-00T00:00:00.000000Z";
    std::string out;
    while (!text.empty()) {
        std::size_t skip = 0;
        if (matches(text, id))
            skip = id.size();
        else if (matches(text, time))
            skip = time.size();
        out += skip != 0 ? '*' : text.front();
        text.remove_prefix(skip != 0 ? skip : 1);
    }
    return out;
}

} // namespace

std::vector<Operation> operations(const fs::path& inputs) {
    const std::string kiln = inputs / "kiln.jsonl";
    const std::string glaze = inputs / "glaze.jsonl";
    const std::string canonical = inputs / k_canonical;
    const std::string archive = inputs / "second.zip";
    return {
        {"import", [kiln](kato_store* store) { return import_file(store, kiln); }, true, true},
        {"import_unchanged", [glaze](kato_store* store) { return import_file(store, glaze); },
         false},
        {"import_canonical",
         [canonical](kato_store* store) { return import_file(store, canonical); }, true, true},
        {"import_archive", [archive](kato_store* store) { return import_file(store, archive); },
         true, true, true},
        {"export", [](kato_store* store) { return export_as(store, "kato"); }, false},
        {"export_markdown", [](kato_store* store) { return export_as(store, "markdown"); }, false},
        {"export_html", [](kato_store* store) { return export_as(store, "html"); }, false},
        {"export_json", [](kato_store* store) { return export_as(store, "json"); }, false},
        {"export_openai", [](kato_store* store) { return export_as(store, "openai-messages"); },
         false},
        {"export_original", // into one stream goes one source
         [](kato_store* store) { return export_as(store, "original", "claude-code"); }, false},
        {"search", search, false},
        {"walk", list_and_walk, false},
        {"stats", figures, false},
        {"verify", verify, false},
        {"policy", decide_policy, false},
        {"grant", remember_grant, false},
        {"append", append, true},
        {"create", create, true},
        {"rename",
         [](kato_store* store) {
             return kato_chat_rename(store, k_chat, KATO_NTS, "Fired three times", KATO_NTS,
                                     nullptr);
         },
         true},
        {"tag",
         [](kato_store* store) {
             return kato_chat_tag(store, k_chat, KATO_NTS, "kiln", KATO_NTS, 0, nullptr);
         },
         true},
        {"delete",
         [](kato_store* store) { return kato_chat_delete(store, "glaze", KATO_NTS, 0, nullptr); },
         true},
        {"purge",
         [](kato_store* store) {
             return kato_chat_delete(store, "glaze", KATO_NTS, KATO_DELETE_PURGE, nullptr);
         },
         true, true},
        {"reindex",
         [](kato_store* store) {
             return kato_store_reindex(store, nullptr, nullptr, nullptr, nullptr, nullptr);
         },
         false},
    };
}

const Operation& operation(const std::vector<Operation>& all, const std::string& name) {
    for (const Operation& one : all)
        if (one.name == name) return one;
    throw std::runtime_error("no operation " + name);
}

kato_store* open_or_throw(const fs::path& workspace) {
    kato_store_options options = KATO_STORE_OPTIONS_INIT;
    options.flags = KATO_STORE_CREATE;
    kato_store* store = nullptr;
    kato_error* error = nullptr;
    if (kato_store_open(workspace.c_str(), KATO_NTS, &options, &store, &error) == KATO_OK)
        return store;
    const std::string message = kato_error_message(error, nullptr);
    kato_error_free(error);
    throw std::runtime_error("the store does not open: " + message);
}

void prepare(const fs::path& inputs, const fs::path& workspace) {
    const fs::path data = source_root() / "tests/capi/data";
    fs::create_directories(inputs);
    fs::copy_file(data / "kiln.jsonl", inputs / "kiln.jsonl");
    fs::copy_file(data / "glaze.jsonl", inputs / "glaze.jsonl");

    const Owned<kato_store, kato_store_close> other(open_or_throw(workspace.string() + "-other"));
    if (import_file(other.get(), inputs / "kiln.jsonl") < 0) throw std::runtime_error("no import");
    std::string canonical;
    if (kato_export(other.get(), nullptr, collect, &canonical, nullptr, nullptr) != KATO_OK)
        throw std::runtime_error("no export");
    write_file(inputs / k_canonical, canonical);

    const Owned<kato_store, kato_store_close> store(open_or_throw(workspace));
    if (import_file(store.get(), inputs / "glaze.jsonl") < 0) throw std::runtime_error("no import");
    write_file(inputs / "first.zip",
               zip_of({{"conversations.json", k_first}, {"user.json", k_user}}));
    if (import_file(store.get(), inputs / "first.zip") != KATO_OK)
        throw std::runtime_error("no import of an archive");
    write_file(inputs / "second.zip", zip_of({{"conversations-000.json", k_second},
                                              {"file-A.dat", k_picture},
                                              {"user.json", k_user}}));
    kato_chat_options options = KATO_CHAT_OPTIONS_INIT;
    options.title = k_chat;
    options.title_len = KATO_NTS;
    kato_chat* chat = nullptr;
    if (kato_chat_create(store.get(), &options, &chat, nullptr) != KATO_OK)
        throw std::runtime_error("no chat");
    kato_chat_free(chat);
    if (append(store.get()) != KATO_OK) throw std::runtime_error("no event");
}

void copy_workspace(const fs::path& from, const fs::path& to) {
    fs::remove_all(to);
    fs::create_directory(to);
    fs::permissions(to, fs::perms::owner_all);
    for (const auto& entry : fs::directory_iterator(from)) {
        if (entry.path().extension() == ".db-shm") continue; // belongs to the processes that use it
        if (entry.is_regular_file())
            fs::copy_file(entry.path(), to / entry.path().filename());
        else if (entry.is_directory())
            fs::copy(entry.path(), to / entry.path().filename());
    }
}

std::string sound_state(const fs::path& workspace) {
    const Owned<kato_store, kato_store_close> store(open_or_throw(workspace));
    kato_buffer* raw = nullptr;
    kato_error* error = nullptr;
    const kato_status verified =
        kato_store_verify(store.get(), nullptr, nullptr, nullptr, nullptr, &raw, &error);
    const Owned<kato_buffer, kato_buffer_free> report(raw);
    const Owned<kato_error, kato_error_free> failure(error);
    if (verified < 0)
        throw std::runtime_error(std::string("not verified: ") +
                                 kato_error_message(error, nullptr));
    if (verified != KATO_OK)
        throw std::runtime_error(std::string("not sound: ") +
                                 static_cast<const char*>(kato_buffer_data(raw, nullptr)));
    std::string state;
    if (kato_export(store.get(), nullptr, collect, &state, nullptr, nullptr) != KATO_OK)
        throw std::runtime_error("cannot be exported");
    kato_chat_filter filter = KATO_CHAT_FILTER_INIT;
    filter.flags = KATO_CHATS_DELETED | KATO_CHATS_BY_CREATED;
    kato_chat_cursor* chats = nullptr;
    if (kato_chat_list(store.get(), &filter, &chats, nullptr) != KATO_OK)
        throw std::runtime_error("cannot be listed");
    const Owned<kato_chat_cursor, kato_chat_cursor_free> cursor(chats);
    kato_chat* chat = nullptr;
    while (kato_chat_cursor_next(chats, &chat, nullptr) == KATO_OK) {
        state += kato_chat_deleted(chat) != 0 ? "deleted " : "chat ";
        state += kato_chat_id(chat, nullptr);
        state += '\n';
        kato_chat_free(chat);
    }
    return comparable(state + all_sources(store.get()));
}

} // namespace kato::test
