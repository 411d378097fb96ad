// What is purged is gone from every file of the workspace, and stays gone.
#include "store/purge.h"

#include "base/base64.h"
#include "unit/store/scene.h"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <random>

using namespace kato;
using namespace kato::test;

namespace {

constexpr const char* k_marker = "xylophonemarker";

std::string filler(std::size_t size) {
    std::string out;
    for (int i = 0; out.size() < size; ++i) out += "filler" + std::to_string(i) + " ";
    return out;
}

// Text that does not become shorter than half.
std::string noise(std::size_t size, unsigned seed) {
    std::mt19937 random(seed);
    std::string out;
    while (out.size() < size) out += fmt::format("{:08x}", random());
    return out;
}

// Two chats in one source, and one of them in a source of its own too. The marker is everywhere
// where a chat's words can be.
std::vector<Told> sources() {
    const std::string marker = k_marker;
    Told shared = {.name = "shared",
                   .location = "/shared",
                   .records = {
                       {.chat = "kept", .name = "k1", .text = "before " + filler(3000)},
                       {.chat = "gone",
                        .name = "g1",
                        .text = marker + " short",
                        .model = marker + "model",
                        .tool = marker + "tool"},
                       {.chat = "gone",
                        .name = marker + "name",
                        .text = marker + filler(200'000) + marker,
                        .call = marker + "call"},
                       {.chat = "kept", .name = "k2", .text = "after"},
                   }};
    ChatFacts facts;
    facts.id = chat_of("gone");
    facts.provider_id = marker + "id";
    facts.title = Ranked{marker + " title", 1, {}};
    facts.project = Ranked{"/home/" + marker, 1, {}};
    facts.extra = "{\"x\":\"" + marker + "\"}";
    shared.facts.push_back(facts);
    shared.usage = {{"gone", {.response = marker + "response", .model = marker, .input = 1}}};
    Told own = {.name = "own",
                .location = "/own",
                .records = {{.chat = "gone", .name = "g3", .text = marker + " third"}},
                .rest = "a line that nobody understood: " + marker + "\n"};
    return {shared, own};
}

std::string original(const Scene& scene, const std::string& name, bool& complete) {
    std::string out;
    for (const SourceView& source : value_of(scene.store->sources({})))
        if (source.reference.name == name)
            complete = value_of(scene.store->read_source(*parse_uuid(source.reference.id),
                                                         [&](std::string_view bytes) {
                                                             out += bytes;
                                                             return done();
                                                         }));
    return out;
}

} // namespace

TEST_CASE("a purged chat is in no file of the workspace, and its neighbours are whole") {
    Scene scene;
    for (const Told& told : sources()) scene.import(told);
    require_ok(scene.store->rename_chat(chat_of("gone"), std::string(k_marker) + " renamed"));
    require_ok(scene.store->tag_chat(chat_of("gone"), std::string(k_marker) + "tag", false));
    CHECK(!scene.files_with(k_marker).empty());
    CHECK(scene.found(k_marker).size() >= 3);

    require_ok(scene.store->delete_chat(chat_of("gone"), true));
    CHECK(scene.files_with(k_marker) == std::vector<std::string>{});
    CHECK(scene.files_with("xylophone") ==
          std::vector<std::string>{}); // nor as a word of the index
    CHECK(scene.found(k_marker).empty());
    CHECK(!scene.store->resolve_chat(to_string(chat_of("gone")), true));
    CHECK(scene.texts("kept").size() == 2);
    CHECK(scene.found("after").size() == 1);
    CHECK(scene.verified());

    bool complete = true;
    const Told shared = sources().front();
    std::string blanked = original(scene, "shared", complete);
    CHECK(!complete);
    const std::string given = shared.bytes();
    REQUIRE(blanked.size() == given.size());
    CHECK(blanked.find(k_marker) == std::string::npos);
    for (std::size_t i = 0; i < blanked.size(); ++i)
        if (blanked[i] == '\0') blanked[i] = given[i];
    CHECK(blanked == given);
    const std::string own = original(scene, "own", complete);
    CHECK(!complete);
    CHECK(own ==
          std::string(sources()[1].bytes().size(), '\0')); // what was between its records too

    SUBCASE("importing its sources again does not bring it back") {
        for (const Told& told : sources()) scene.import(told);
        CHECK(scene.files_with(k_marker) == std::vector<std::string>{});
        CHECK(scene.texts("kept").size() == 2);
        CHECK(scene.found(k_marker).empty());
        CHECK(scene.verified());
    }
    SUBCASE("it cannot be restored") {
        const Status status = scene.store->restore_chat(chat_of("gone"));
        REQUIRE(!status);
        CHECK(status.error().code == Code::not_found);
    }
}

TEST_CASE("pictures of a purged chat go with it unless another chat has them") {
    Scene scene;
    const std::string picture = filler(9000);
    const std::string only = "marker of its own " + filler(8000);
    const auto import = [&](const std::string& chat, const std::vector<std::string>& pictures) {
        const auto session = value_of(scene.store->begin_import());
        require_ok(session->begin({.name = chat, .location = "/" + chat, .format = "test"}));
        ParsedRecord record;
        record.chat = chat_of(chat);
        record.name = "a";
        record.events.resize(1);
        record.events[0].body.kind = Kind::user_message;
        std::string bytes;
        for (const std::string& one : pictures) {
            const std::string base64 = base64_encode(one);
            bytes += "\"" + base64 + "\"";
            record.events[0].body.attachments.push_back(
                *value_of(session->values().blob_from_base64(base64)));
        }
        record.place = {0, bytes.size(), 1};
        require_ok(session->sink().record(record));
        require_ok(session->sink().account(Fate::parsed, record.place, {}));
        require_ok(session->retain(bytes));
        value_of(session->commit());
    };
    import("gone", {picture, only});
    import("kept", {picture});
    CHECK(scene.count("SELECT count(*) FROM blob") == 2);
    require_ok(scene.store->delete_chat(chat_of("gone"), true));
    CHECK(scene.count("SELECT count(*) FROM blob") == 1);
    std::uint64_t size = 0;
    require_ok(scene.store->read_blob(sha256(picture), [&](std::string_view bytes) {
        size += bytes.size();
        return done();
    }));
    CHECK(size == picture.size());
    CHECK(!scene.store->blob_size(sha256(only)));
    CHECK(scene.verified());
}

TEST_CASE("of a compressed source all is blanked") {
    Scene scene;
    const auto session = value_of(scene.store->begin_import());
    require_ok(session->begin({.name = "z", .location = "/z", .format = "test"}));
    for (const char* chat : {"gone", "kept"}) {
        ParsedRecord record;
        record.chat = chat_of(chat);
        record.name = chat;
        record.place = {chat[0] == 'g' ? 0U : 1000U, 1000, 1}; // of the content
        record.events.resize(1);
        record.events[0].body.kind = Kind::user_message;
        record.events[0].body.text = chat;
        require_ok(session->sink().record(record));
        require_ok(session->sink().account(Fate::parsed, record.place, {}));
    }
    Compressor compressor;
    const std::string frame = compressor.compress(std::string(2000, 'x') + filler(300));
    require_ok(session->retain(frame));
    value_of(session->commit());
    require_ok(scene.store->delete_chat(chat_of("gone"), true));
    bool complete = true;
    CHECK(original(scene, "z", complete) == std::string(frame.size(), '\0'));
    CHECK(!complete);
    CHECK(scene.texts("kept").size() == 1);
}

TEST_CASE("a purge that was cut short is finished by the next who opens the store") {
    Scene scene;
    for (const Told& told : sources()) scene.import(told);
    {
        const auto db = scene.database();
        require_ok(db->exec("PRAGMA secure_delete = OFF; PRAGMA foreign_keys = ON"));
        Transaction transaction(*db);
        require_ok(transaction.begin());
        Compressor compressor;
        const std::int64_t chat =
            value_of(db->integer("SELECT chat FROM event WHERE text LIKE '%short'"));
        require_ok(purge_chat(*db, compressor, chat, 1));
        require_ok(transaction.commit());
    }
    CHECK(!scene.files_with(k_marker).empty()); // the pages that became free
    scene.close();
    scene.open();
    CHECK(scene.files_with(k_marker) == std::vector<std::string>{});
}

TEST_CASE("a purge says so when a reader keeps what was removed in the log") {
    Scene scene;
    for (const Told& told : sources()) scene.import(told);
    auto reader = scene.database();
    Transaction reading(*reader);
    require_ok(reading.begin_read());
    value_of(reader->integer("SELECT count(*) FROM event"));
    const Status status = scene.store->delete_chat(chat_of("gone"), true);
    REQUIRE(!status);
    CHECK(status.error().code == Code::busy);
    CHECK(!status.error().hint.empty());
    CHECK(!scene.store->resolve_chat(to_string(chat_of("gone")), true)); // gone all the same
    require_ok(reading.commit());
    scene.close();
    scene.open();
    CHECK(scene.files_with(k_marker) == std::vector<std::string>{});
}

TEST_CASE("a large chat is purged while nobody else is there") {
    Scene scene;
    Told told;
    for (int i = 0; i < 40; ++i) // more than the log holds before it is moved
        told.records.push_back({.name = std::to_string(i),
                                .text = k_marker + noise(600'000, static_cast<unsigned>(i)),
                                .time = i});
    scene.import(told);
    require_ok(scene.store->delete_chat(chat_of("c"), true));
    CHECK(scene.files_with(k_marker).empty());
    CHECK(std::filesystem::file_size(scene.root / "kato.db-wal") == 0);
    CHECK(scene.verified());
}
