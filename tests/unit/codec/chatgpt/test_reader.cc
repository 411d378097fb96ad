// What the reader makes of conversations: tests/golden/chatgpt/<case>/input.json, as said to a sink in
// expected.json; files beside the source; damaged and cut off sources.
#include "codec/chatgpt/chatgpt.h"
#include "codec/registry.h"
#include "model/identity.h"
#include "support/files.h"
#include "support/golden.h"
#include "unit/codec/recording_sink.h"

#include <doctest/doctest.h>

#include <random>

#include <fmt/format.h>

using namespace kato;

namespace {

std::string input(const std::filesystem::path& folder) {
    return test::read_file(folder / "input.json");
}

struct Read {
    test::RecordingSink sink{};
    test::RecordingValues values{};

    explicit Read(std::string_view bytes, std::size_t piece = 0,
                  const Companions* companions = nullptr) {
        ReaderOptions options;
        options.companions = companions;
        const auto reader = make_chatgpt_reader(sink, values, options);
        if (piece == 0) piece = bytes.size() + 1;
        for (std::size_t at = 0; at < bytes.size(); at += piece)
            REQUIRE(reader->feed(bytes.substr(at, piece)));
        REQUIRE(reader->finish());
        CHECK(sink.accounting_problem(bytes.size()) == "");
    }
};

std::string conversation(std::string_view nodes) {
    return fmt::format(
        R"([{{"title":"t","conversation_id":"c","create_time":1,"mapping":{{{}}}}}])", nodes);
}

std::string node(std::string_view id, std::string_view parent, std::string_view text) {
    return fmt::format(R"("{0}":{{"id":"{0}","parent":{1},"children":[],"message":{{"id":"{0}",)"
                       R"("author":{{"role":"user"}},"content":{{"content_type":"text",)"
                       R"("parts":["{2}"]}}}}}})",
                       id, parent.empty() ? "null" : fmt::format("\"{}\"", parent), text);
}

} // namespace

TEST_CASE("each golden case is read as expected, in pieces of any size") {
    for (const std::filesystem::path& folder : test::golden_cases("chatgpt")) {
        CAPTURE(folder.filename().string());
        const std::string bytes = input(folder);
        const Read whole(bytes);
        const std::string expected = whole.sink.dump();
        test::check_golden(folder / "expected.json", expected);
        for (const std::size_t piece : {1, 2, 3, 7, 64, 1000})
            CHECK(Read(bytes, piece).sink.dump() == expected);
        const Detected detected = detect_format(bytes.substr(0, k_detection_bytes), true);
        REQUIRE(detected.format != nullptr);
        CHECK(detected.format->id == "chatgpt");
    }
}

TEST_CASE("a conversation that went on leaves its messages' revisions as they were") {
    const std::string a = node("a", "", "hello");
    const Read before(conversation(a));
    std::string grown = a;
    grown.replace(grown.find("\"children\":[]"), 13, "\"children\": [\"b\"]");
    const Read after(conversation(grown + "," + node("b", "a", "again")));
    CHECK(before.sink.records[0].revision == after.sink.records[0].revision);
    CHECK(before.sink.records[0].events[0].body.extra ==
          after.sink.records[0].events[0].body.extra);
    const Read edited(conversation(node("a", "", "hello!")));
    CHECK(before.sink.records[0].revision != edited.sink.records[0].revision);
}

TEST_CASE("files beside the source are found by every way in which exports name them") {
    const auto file = [](std::string_view bytes) {
        Attachment out;
        out.blob = sha256(bytes);
        out.size_bytes = bytes.size();
        return out;
    };
    const auto blob_of = [&](const Companions& companions) {
        std::string with = conversation(node("a", "", "x"));
        with.replace(with.find(R"(text","parts":["x"])"), 19,
                     R"(multimodal_text","parts":[{"content_type":"image_asset_pointer",)"
                     R"("asset_pointer":"file-service://file-A"}])");
        const Read picture(with, 0, &companions);
        REQUIRE(!picture.sink.records.empty());
        const auto& attachments = picture.sink.records[0].events[0].body.attachments;
        REQUIRE(attachments.size() == 1);
        CHECK(attachments[0].uri == "file-service://file-A");
        return attachments[0];
    };
    for (const char* path :
         {"file-A.dat", "file-A", "file-A-cat.png", "file-A.png",
          "dalle-generations/file-A-uuid.webp", "user-x/file-A-uuid.png", "export/file-A.dat"}) {
        CAPTURE(path);
        Companions companions;
        companions.files[path] = file("picture");
        companions.files["file-B.dat"] = file("another");
        CHECK(blob_of(companions).blob == sha256("picture"));
    }
    Companions companions;
    companions.files["file-A.dat"] = file("picture");
    companions.texts["conversation_asset_file_names.json"] = R"({"file-A.dat":"dalle/cat.png"})";
    CHECK(blob_of(companions).name == "cat.png");
    companions.texts["library_files.json"] =
        R"([{"file_id":"file-A","file_name":"Cat.png","mime_type":"image/png"}])";
    CHECK(blob_of(companions).name == "Cat.png");
    CHECK(blob_of(companions).media_type == "image/png");
    companions.files.clear();
    CHECK(!blob_of(companions).blob);
}

TEST_CASE("an export cut off at any byte accounts for exactly the bytes given, and says so") {
    for (const std::filesystem::path& folder : test::golden_cases("chatgpt")) {
        CAPTURE(folder.filename().string());
        const std::string bytes = input(folder);
        const std::size_t step = test::long_form() ? 1 : 7;
        for (std::size_t size = 1; size < bytes.size(); size += step) {
            const Read read(std::string_view(bytes).substr(0, size));
            if (bytes.substr(0, size).find_last_not_of(" \n") == bytes.find_last_not_of(" \n"))
                continue;
            CHECK(!read.sink.accounts.empty());
            CHECK(read.sink.accounts.back().fate == Fate::quarantined);
        }
    }
}

TEST_CASE("flipped bits never crash the reader") {
    const unsigned seed = std::random_device()();
    MESSAGE("seed ", seed);
    std::mt19937 random(seed);
    for (const std::filesystem::path& folder : test::golden_cases("chatgpt")) {
        const std::string whole = input(folder);
        for (int round = 0; round != (test::long_form() ? 2000 : 60); ++round) {
            std::string bytes = whole;
            for (int flips = round % 8; flips >= 0; --flips)
                bytes[random() % bytes.size()] ^= static_cast<char>(1U << (random() % 8));
            const Read read(bytes, 1 + random() % 5000);
            CHECK(detect_chatgpt(bytes, true).score >= 0);
        }
    }
}

TEST_CASE("long texts are stored while they are read, and bytes that are no text are repaired") {
    const std::string text(2 << 20, 't');
    const Read read(conversation(node("a", "", text) + "," + node("b", "a", "x\xFFy")));
    REQUIRE(read.sink.records.size() == 3);
    REQUIRE(read.sink.records[0].events[0].body.stored_text);
    CHECK(read.sink.records[0].events[0].body.stored_text->size_bytes == text.size());
    const EventBody& repaired = read.sink.records[1].events[0].body;
    CHECK(repaired.text == "x\xEF\xBF\xBDy");
    CHECK((repaired.flags & k_lossy) != 0);
    CHECK((read.sink.records[2].events[0].body.flags & k_lossy) != 0);
}

TEST_CASE("long texts that differ make different revisions") {
    const Read a(conversation(node("a", "", std::string(2 << 20, 'a'))));
    const Read b(conversation(node("a", "", std::string(2 << 20, 'b'))));
    CHECK(a.sink.records[0].revision != b.sink.records[0].revision);
}

TEST_CASE("very long chains and circles end") {
    std::string nodes;
    for (int i = 0; i < 20'000; ++i) {
        if (i > 0) nodes += ',';
        nodes += fmt::format(
            R"("n{0}":{{"id":"n{0}","parent":"n{1}","children":[],"message":{{"author":)"
            R"({{"role":"tool"}},"content":{{"content_type":"text","parts":[""]}}}}}})",
            i, (i + 19'999) % 20'000);
    }
    const Read read(conversation(nodes));
    CHECK(read.sink.records.size() == 20'001);
}

TEST_CASE("an error of the sink ends the reading, whichever call it is") {
    const std::string bytes = input(test::golden_cases("chatgpt").front());
    for (int calls = 0;; ++calls) {
        test::RecordingSink sink;
        test::RecordingValues values;
        sink.calls_left = calls;
        const Status status = test::read_all(make_chatgpt_reader, bytes, sink, values);
        if (status.ok()) break;
        CHECK(status.error().code == Code::user);
        REQUIRE(calls < 10'000);
    }
}

TEST_CASE("real exports are recognised, account for every byte and keep their messages") {
    const auto root = test::samples();
    if (!root) {
        MESSAGE("skipped: no sample files");
        return;
    }
    std::size_t files = 0;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(*root / "chatgpt")) {
        if (entry.path().extension() != ".json") continue;
        CAPTURE(entry.path().string());
        const std::string bytes = test::read_file(entry.path());
        const Detected detected =
            detect_format(bytes.substr(0, k_detection_bytes), bytes.size() <= k_detection_bytes);
        REQUIRE(detected.format != nullptr);
        CHECK(detected.format->id == "chatgpt");
        const Read read(bytes);
        CHECK(read.sink.accounted(Fate::quarantined) == 0);
        CHECK(!read.sink.events(Kind::user_message).empty());
        ++files;
    }
    CHECK(files >= 4);
}

TEST_CASE("many nodes below many nodes without a message are read in time") {
    const int count = test::long_form() ? 200'000 : 50'000; // their product would take minutes
    std::string nodes = R"("0":{"id":"0","parent":null,"message":null})";
    for (int i = 1; i != count; ++i)
        nodes += fmt::format(R"(,"{0}":{{"id":"{0}","parent":"{1}","message":null}})", i, i - 1);
    for (int i = 0; i != count; ++i)
        nodes += "," + node(fmt::format("m{}", i), fmt::format("{}", count - 1), "x");
    const Read read(conversation(nodes));
    CHECK(read.sink.records.size() == static_cast<std::size_t>(count) + 1);
}

TEST_CASE("nodes whose places are told by other names are read, and said") {
    const Read read(
        conversation(R"("a":{"id":"a","up":null,"message":{"id":"a","author":{"role":"user"},)"
                     R"("content":{"content_type":"text","parts":["x"]}}},)"
                     R"("b":{"id":"b","up":"a","message":{"id":"b","author":{"role":"assistant"},)"
                     R"("content":{"content_type":"text","parts":["y"]}}})"));
    CHECK(read.sink.accounted(Fate::opaque) > 0);
    CHECK(read.sink.events(Kind::user_message).size() == 1);
}
