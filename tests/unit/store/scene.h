// A workspace for tests of the store, sources made of lines, and short ways to look at what is there.
#pragma once

#include "model/identity.h"
#include "store/import_session.h"
#include "store/sqlite.h"
#include "store/store.h"
#include "support/files.h"

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace kato::test {

// Fails the test case with the error's message.
void require_ok(const Status& status);
template <class T> T value_of(Result<T> result) {
    if (!result) require_ok(result.error());
    return std::move(*result);
}

// A record of one block and the line that stands for it.
struct Said {
    std::string chat = "c"; // the provider's id
    std::string name{};     // of the record; empty: by its bytes
    std::string text{};
    std::string parent{}; // name of the record it continues
    Time time{};
    Kind kind = Kind::user_message;
    std::string call{};
    std::string model{};
    std::string tool{};
    std::string data{};
    std::string extra_bytes{}; // makes the line another one, but says the same
};

// A source: its lines, and what is said of its chats besides.
struct Told {
    std::string name = "log.jsonl";
    std::string location = "/logs/log.jsonl"; // empty: a stream
    std::string account{};                    // whose export it is a part of
    std::vector<Said> records{};
    std::vector<ChatFacts> facts{};
    std::vector<std::pair<std::string, Usage>> usage{};
    struct Mark {
        std::string chat;
        std::string record;
        std::uint32_t flags;
    };
    std::vector<Mark> marks{};
    std::string rest{}; // opaque bytes at the end

    std::string bytes() const;
};

inline constexpr std::string_view k_format = "test";
inline Uuid chat_of(std::string_view provider_id) { return chat_id(k_format, provider_id); }
Uuid event_of(std::string_view chat, std::string_view record);

// Begins the source and tells its records and the rest, without bytes: it is left to be given up.
void begin_source(ImportSession& session, const Told& told);

class Scene {
public:
    Scene();
    void open(bool read_only = false);
    void close() { store.reset(); }
    std::string path() const { return root.path().string(); }
    // A connection of its own, for looking behind the store.
    std::unique_ptr<Db> database(const char* file = "kato.db") const;
    std::int64_t count(const char* sql) const;
    ImportCounts import(const Told& told);
    Result<ImportCounts> try_import(const Told& told);
    // As one of several sources: Store::end_import() has to follow.
    Result<ImportCounts> import_one(const Told& told);
    // Likewise, and Store::commit_imports() before that.
    Result<ImportCounts> import_shared(const Told& told);
    // Every shown event of the chat, "text" or "depth:text", in the tree's order.
    std::vector<std::string> texts(std::string_view chat, Walk walk = Walk::tree) const;
    std::vector<EventView> events(const Uuid& chat, Walk walk = Walk::tree) const;
    // Texts of what a search finds, sorted.
    std::vector<std::string> found(std::string_view query) const;
    // All chats, events, usage and sources as text, without what depends on the time of the import.
    std::string everything() const;
    // Names of files in the workspace that contain `marker`.
    std::vector<std::string> files_with(std::string_view marker) const;
    bool verified() const;

    TempDir root;
    std::int64_t now_us = 1'800'000'000'000'000;
    std::uint8_t next_random = 0;
    std::shared_ptr<Store> store;
    ImportShare share; // of import_shared()
};

} // namespace kato::test
