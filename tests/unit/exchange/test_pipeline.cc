// The pipeline: everything arrives in order and once, errors come back, values are answered in time.
#include "exchange/pipeline.h"

#include "unit/codec/recording_sink.h"

#include <doctest/doctest.h>

using namespace kato;

namespace {

// A session that remembers what it was told.
class FakeSession final : public ImportSession {
public:
    test::RecordingSink told{};
    test::RecordingValues kept{};
    std::string retained{};
    std::vector<std::string> texts{}; // of the records, as they stood in the source
    bool full = false;                // retains no more

    Result<std::optional<KnownSource>> known(const SourceInfo&) override {
        return std::optional<KnownSource>();
    }
    Status confirm(const SourceInfo&, const KnownSource&) override { return done(); }
    Status begin(const SourceInfo&) override { return done(); }
    Status retain(std::string_view bytes) override {
        if (full) return Error{Code::io, "no space"};
        retained += bytes;
        return done();
    }
    Sink& sink() override { return told; }
    Values& values() override { return kept; }
    Result<ImportCounts> commit() override { return ImportCounts(); }
    Result<std::uint64_t> finish_export(const ExportInfo&) override { return std::uint64_t{0}; }
    Status note_container(const ContainerInfo&) override { return done(); }
    Status drop_purged_files() override { return done(); }
    Result<std::optional<KnownSource>> known_container(const std::string&) override {
        return std::optional<KnownSource>();
    }
};

ParsedRecord record(std::size_t number, std::string_view text) {
    ParsedRecord out;
    out.name = std::to_string(number);
    out.place.offset = number;
    out.text = {number, text};
    out.events.emplace_back().body.text = text;
    return out;
}

} // namespace

TEST_CASE("a session hears everything in order, with and without a thread") {
    for (const std::size_t size : {std::size_t{10}, std::size_t{200} << 10}) {
        FakeSession session;
        Worker worker(2);
        Pipeline pipeline(session, worker);
        std::string all;
        for (std::size_t i = 0; i < 40; ++i) {
            std::string text(size, static_cast<char>('a' + i % 26));
            REQUIRE(pipeline.retain(text));
            REQUIRE(pipeline.record(record(i, text)));
            REQUIRE(pipeline.account(Fate::parsed, Place{i, 1, i}, std::string("why")));
            all += text;
            text.assign(size, '#'); // nobody may look at it any more
        }
        REQUIRE(pipeline.settle());
        CHECK(session.retained == all);
        REQUIRE(session.told.records.size() == 40);
        for (std::size_t i = 0; i < 40; ++i) {
            CHECK(session.told.records[i].name == std::to_string(i));
            CHECK(session.told.records[i].events[0].body.text == all.substr(i * size, size));
            CHECK(session.told.accounts[i].place.offset == i);
            CHECK(session.told.accounts[i].reason == "why");
        }
    }
}

TEST_CASE("an error of the session comes back, and nothing after it gets there") {
    for (const bool threaded : {false, true}) {
        FakeSession session;
        session.told.calls_left = 3;
        Worker worker(2);
        Pipeline pipeline(session, worker);
        const std::string text(threaded ? 300 << 10 : 10, 'x');
        Status said = done();
        for (std::size_t i = 0; i < 20 && said; ++i) said = pipeline.record(record(i, text));
        const Status settled = pipeline.settle();
        REQUIRE(!settled);
        CHECK(settled.error().code == Code::user);
        CHECK(session.told.records.size() == 3);
        CHECK(!pipeline.settle());
    }
}

TEST_CASE("an error of the retained bytes comes back, too") {
    FakeSession session;
    session.full = true;
    Worker worker(2);
    Pipeline pipeline(session, worker);
    REQUIRE(pipeline.retain("bytes"));
    const Status settled = pipeline.settle();
    REQUIRE(!settled);
    CHECK(settled.error().code == Code::io);
}

TEST_CASE("a value is stored after everything before it") {
    FakeSession session;
    Worker worker(2);
    Pipeline pipeline(session, worker);
    REQUIRE(pipeline.record(record(0, "before")));
    const auto blob = pipeline.blob("bytes");
    REQUIRE(blob);
    CHECK(session.told.records.size() == 1);
    CHECK(blob->size_bytes == 5);
    session.told.calls_left = 0;
    REQUIRE(pipeline.record(record(1, "refused")));
    CHECK(!pipeline.blob("bytes"));
}

TEST_CASE("a pipeline that is given up waits for its thread") {
    FakeSession session;
    Worker worker(2);
    {
        Pipeline pipeline(session, worker);
        for (std::size_t i = 0; i < 10; ++i)
            REQUIRE(pipeline.record(record(i, std::string(300 << 10, 'x'))));
    }
    CHECK(session.told.records.size() == 10);
}
