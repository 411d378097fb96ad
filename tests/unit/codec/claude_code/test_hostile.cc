// Damaged, cut off and oversized logs: never a crash, every byte accounted for, memory bounded.
#include "codec/json/lines.h"
#include "unit/codec/claude_code/cases.h"

#include <random>

using namespace kato;
using test::claude_case;
using test::claude_line;
using test::ClaudeRead;

namespace {

std::string in_quotes(std::string_view text) { return "\"" + std::string(text) + "\""; }

// Forgets what is stored, and remembers the longest piece it was given.
struct Forgetful final : test::RecordingValues {
    std::size_t longest = 0;
    std::uint64_t size = 0;

    void note(std::string_view bytes) {
        longest = std::max(longest, bytes.size());
        size += bytes.size();
    }
    Result<std::optional<Attachment>> blob_from_base64(std::string_view base64) override {
        note(base64);
        return test::RecordingValues::blob_from_base64(base64);
    }
    Status append_blob(std::string_view bytes) override {
        note(bytes);
        return done();
    }
    Status append_text(std::string_view bytes) override {
        note(bytes);
        return done();
    }
};

} // namespace

TEST_CASE("a log cut off at any byte accounts for exactly the bytes given") {
    for (const auto& folder : test::golden_cases("claude-code")) {
        const std::string name = folder.filename().string();
        const std::string input = claude_case(name);
        const std::size_t step = test::long_form() || name == "simple" || name == "damage" ? 1 : 17;
        for (std::size_t size = 0; size <= input.size(); size += step) {
            CAPTURE(name);
            CAPTURE(size);
            const ClaudeRead read(std::string_view(input).substr(0, size));
            if (read.sink.accounting_problem(size) != "") break;
            (void)detect_claude_code(std::string_view(input).substr(0, size), size % 2 == 0);
        }
    }
}

TEST_CASE("what stands before a cut is read as if nothing were missing") {
    const std::string input = claude_case("merged-message");
    const std::size_t end = input.rfind('\n', input.size() - 2) + 1; // of the last line but one
    const ClaudeRead whole(std::string_view(input).substr(0, end));
    const ClaudeRead torn(std::string_view(input).substr(0, input.size() - 10));
    CHECK(torn.sink.records.size() == whole.sink.records.size());
    CHECK(torn.sink.accounted(Fate::pending) == input.size() - 10 - end);
    CHECK(torn.sink.accounted(Fate::quarantined) == 0);
}

TEST_CASE("a log that has grown says the same again about its beginning") {
    for (const auto& folder : test::golden_cases("claude-code")) {
        const std::string name = folder.filename().string();
        if (name == "session-named-late" || name == "titles") continue; // nothing says whose yet
        CAPTURE(name);
        const std::string input = claude_case(name);
        const ClaudeRead all(input);
        std::size_t end = 0;
        while ((end = input.find('\n', end)) != std::string::npos) {
            ++end;
            const ClaudeRead before(std::string_view(input).substr(0, end));
            REQUIRE(before.sink.records.size() <= all.sink.records.size());
            for (std::size_t i = 0; i != before.sink.records.size(); ++i) {
                const ParsedRecord& a = before.sink.records[i];
                const ParsedRecord& b = all.sink.records[i];
                CHECK(a.chat == b.chat);
                CHECK(a.name == b.name);
                CHECK(a.parent_key == b.parent_key);
                CHECK(a.previous_key == b.previous_key);
            }
        }
    }
}

TEST_CASE("flipped bits never crash the reader") {
    const unsigned seed = std::random_device()();
    MESSAGE("seed ", seed);
    std::mt19937 random(seed);
    const int rounds = test::long_form() ? 400 : 12;
    for (const auto& folder : test::golden_cases("claude-code")) {
        const std::string name = folder.filename().string();
        const std::string input = claude_case(name);
        for (int round = 0; round != rounds; ++round) {
            std::string bytes = input;
            for (int flips = round % 8; flips >= 0; --flips)
                bytes[random() % bytes.size()] ^= static_cast<char>(1U << (random() % 8));
            CAPTURE(name);
            CAPTURE(round);
            const ClaudeRead read(bytes, 1 + random() % 5000);
            CHECK(detect_claude_code(bytes, true).score >= 0);
        }
    }
}

TEST_CASE("lines in any order and any number never crash the reader") {
    const unsigned seed = std::random_device()();
    MESSAGE("seed ", seed);
    std::mt19937 random(seed);
    std::vector<std::string> lines;
    for (const auto& folder : test::golden_cases("claude-code")) {
        std::string input = claude_case(folder.filename().string());
        for (std::size_t end = 0; (end = input.find('\n')) != std::string::npos;
             input.erase(0, end + 1))
            lines.push_back(input.substr(0, end + 1));
    }
    const int rounds = test::long_form() ? 400 : 20;
    for (int round = 0; round != rounds; ++round) {
        std::string bytes;
        for (int count = 0; count != 200; ++count) bytes += lines[random() % lines.size()];
        CAPTURE(round);
        const ClaudeRead read(bytes);
    }
}

TEST_CASE("deep nesting is quarantined with its reason, and the lines around it are read") {
    const std::string deep =
        claude_line("user", std::string(10'000, '[') + std::string(10'000, ']'));
    const ClaudeRead read(claude_line("user", in_quotes("before")) + deep +
                          claude_line("user", in_quotes("after")));
    CHECK(read.sink.accounted(Fate::quarantined) == deep.size());
    CHECK(read.sink.accounts.at(1).reason.find("nested too deeply") == 0);
    CHECK(read.sink.events(Kind::user_message).size() == 2);
}

TEST_CASE("NUL and lone surrogates stay in the text") {
    const ClaudeRead read(claude_line("user", R"("a\u0000b")") +
                          claude_line("user", R"("\ud83d alone")"));
    const auto events = read.sink.events(Kind::user_message);
    REQUIRE(events.size() == 2);
    CHECK(events[0].text == std::string("a\0b", 3));
    CHECK(events[1].text == "\xED\xA0\xBD alone");
}

TEST_CASE("a long text goes to the store, a long picture to a blob, once however often it comes") {
    const std::string text(json::k_long_string_bytes + 10, 't');
    const std::string base64(json::k_long_string_bytes + 8, 'Q'); // a multiple of four
    const std::string picture =
        R"({"type":"image","source":{"type":"base64","media_type":"image/png","data":")" + base64 +
        "\"}}";
    const std::string result =
        R"({"type":"tool_result","tool_use_id":"t","content":[)" + picture + "]}";
    std::string line = claude_line("user", "[" + result + "]");
    line.insert(1, R"("toolUseResult":{"type":"image","file":{"type":"image/png","base64":")" +
                       base64 + "\"}},");
    for (const std::size_t piece : {std::size_t{0}, std::size_t{65'537}}) {
        const ClaudeRead read(claude_line("user", in_quotes(text)) +
                                  claude_line("user", "[" + picture + "]") + line,
                              piece);
        const auto events = read.sink.events();
        REQUIRE(events.size() == 3);
        REQUIRE(events[0].stored_text);
        CHECK(events[0].stored_text->size_bytes == text.size());
        REQUIRE(events[1].attachments.size() == 1);
        CHECK(events[1].attachments[0].media_type == "image/png");
        CHECK(events[1].attachments[0].size_bytes == base64.size() / 4 * 3);
        REQUIRE(events[2].attachments.size() == 1);
        CHECK(events[2].data == R"({"type":"image","file":{"type":"image/png"}})");
        CHECK(read.values.blobs.size() == 1);
        CHECK(read.values.texts.size() == 1);
    }
}

TEST_CASE("a long value that has no place of its own is kept as an attachment") {
    const std::string output(json::k_long_string_bytes + 100, 'o');
    std::string line =
        claude_line("user", R"([{"type":"tool_result","tool_use_id":"t","content":"cut"}])");
    line.insert(1, R"("toolUseResult":{"stdout":")" + output + R"(","stderr":""},)");
    const ClaudeRead read(line);
    const auto events = read.sink.events(Kind::assistant_tool_result);
    REQUIRE(events.size() == 1);
    CHECK(events[0].text == "cut");
    REQUIRE(events[0].attachments.size() == 1);
    CHECK(events[0].attachments[0].uri == "kato:member:/toolUseResult/stdout");
    CHECK(events[0].attachments[0].size_bytes == output.size());
}

TEST_CASE("a huge line passes through in pieces") {
    const std::size_t size = test::long_form() ? 100 << 20 : 12 << 20;
    test::RecordingSink sink;
    Forgetful values;
    const auto reader = make_claude_code_reader(sink, values, {});
    std::uint64_t fed = 0;
    const auto feed = [&](std::string_view bytes) {
        REQUIRE(reader->feed(bytes));
        fed += bytes.size();
    };
    feed(R"({"type":"user","sessionId":"s","message":{"role":"user","content":")");
    const std::string piece(1 << 16, 'x');
    for (std::size_t done = 0; done < size; done += piece.size()) feed(piece);
    feed("\"}}\n");
    feed(claude_line("user", in_quotes("after")));
    REQUIRE(reader->finish());
    CHECK(sink.accounting_problem(fed) == "");
    CHECK(sink.accounted(Fate::parsed) == fed);
    REQUIRE(sink.records.size() == 2);
    REQUIRE(sink.records[0].events.at(0).body.stored_text);
    CHECK(values.size == size);
    CHECK(values.longest <= 1 << 20);
}

TEST_CASE("a line beyond every limit is quarantined, and the reading goes on") {
    std::string line = R"({"type":"user","sessionId":"s","message":{"role":"user","content":[)";
    while (line.size() < json::k_max_skeleton_bytes + (2 << 20))
        line += R"({"type":"text","text":"abcdefgh"},)";
    line += "0]}}\n";
    const ClaudeRead read(line + claude_line("user", in_quotes("after")), 1 << 16);
    CHECK(read.sink.accounted(Fate::quarantined) == line.size());
    CHECK(read.sink.events(Kind::user_message).size() == 1);
}

TEST_CASE("an error of the sink ends the reading, whichever call it is") {
    const std::string input = claude_case("usage") + claude_case("agent-links") +
                              claude_case("superseded") + claude_case("titles");
    for (int calls = 0;; ++calls) {
        test::RecordingSink sink;
        test::RecordingValues values;
        sink.calls_left = calls;
        const Status status = test::read_all(make_claude_code_reader, input, sink, values);
        if (status.ok()) break;
        CHECK(status.error().code == Code::user);
        REQUIRE(calls < 10'000);
    }
}
