// A store in a temporary folder, and a way to import what a test makes up.
#pragma once

#include "model/identity.h"
#include "store/import_session.h"
#include "store/store.h"

#include "support/files.h"

#include <doctest/doctest.h>

#include <string>
#include <string_view>
#include <vector>

namespace kato::test {

// A result's value; the test ends here when there is none.
template <class T> T must(Result<T> result) {
    if (!result.ok()) FAIL(result.error().message);
    return std::move(*result);
}
inline void must_do(const Status& status) {
    if (!status.ok()) FAIL(const_cast<Status&>(status).error().message);
}

class StoreFixture {
public:
    StoreFixture();
    Store& store() { return *store_; }
    const std::shared_ptr<Store>& shared() { return store_; }
    std::string file(std::string_view name) const { return (dir_ / "kato" / name).string(); }
    std::string root() const { return (dir_ / "kato").string(); }
    void close() { store_.reset(); }
    void open(bool read_only = false);

    std::int64_t now = 1'767'225'600'000'000; // 2026-01-01

    // The text of every event of a walk, as "depth:text".
    std::vector<std::string> walk(const Uuid& chat, Walk what);
    SearchResults search(std::string_view query, std::uint64_t limit = 20);
    // The texts of the hits, without marks, in their order.
    std::vector<std::string> found(std::string_view query);

private:
    TempDir dir_{};
    std::shared_ptr<Store> store_{};
};

// One source: each event a line of it.
class Import {
public:
    explicit Import(StoreFixture& fixture, std::string name = "made-up.jsonl",
                    std::string format = "test");

    // The chat that the test calls `name`; its id follows from it.
    Uuid chat(std::string_view name, std::string_view title = {}, std::string_view project = {});
    // The same event again is the same; another `version` is a revision of it.
    struct Said {
        std::string chat{};
        std::string name{};   // of the record
        std::string parent{}; // of the record before
        std::string text{};
        Kind kind = Kind::user_message;
        Time time{};
        std::string model{};
        std::string data{};
        std::string tool{};
        std::uint32_t flags = 0;
        std::string version{};
        std::string call_id{};
        std::vector<Attachment> attachments{};
    };
    Uuid say(const Said& said);
    // Several blocks of one record.
    std::vector<Uuid> say_blocks(const Said& said, const std::vector<std::string>& texts);
    void bytes(std::string_view bytes, Fate fate = Fate::parsed);

    ImportSession& session() { return *session_; }
    // And gives the store back to other writers.
    ImportCounts commit();

private:
    std::string format_;
    std::shared_ptr<Store> store_;
    std::unique_ptr<ImportSession> session_;
    std::uint64_t offset_ = 0;
    std::uint64_t line_ = 0;
};

} // namespace kato::test
