// Real session logs, where they are: every byte is accounted for, everything that was said is there.
#include "unit/codec/codex/cases.h"

#include "codec/json/json.h"
#include "codec/registry.h"

#include <set>
#include <sstream>

using namespace kato;
using test::CodexRead;

namespace {

std::vector<std::filesystem::path> sample_files(const std::filesystem::path& root) {
    std::vector<std::filesystem::path> out;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(root / "codex"))
        if (entry.path().extension() == ".jsonl") out.push_back(entry.path());
    for (const auto& entry : std::filesystem::recursive_directory_iterator(root / "original-kato"))
        if (entry.path().filename().string().rfind("codex-", 0) == 0) out.push_back(entry.path());
    return out;
}

// What a line says that people or the model said, whatever way it is written down.
std::vector<std::string> said_in(const json::Value& root) {
    std::vector<std::string> out;
    const std::string type = root.member("type").text();
    const json::Value payload = root.member("payload").is_object() ? root.member("payload") : root;
    const std::string kind = payload.member("type").text();
    if (type == "event_msg" && (kind == "user_message" || kind == "agent_message"))
        out.push_back(payload.member("message").text());
    if (!payload.member("role").is_string()) return out;
    for (const std::string_view name : {"message", "content"}) {
        if (payload.member(name).is_string()) out.push_back(payload.member(name).text());
    }
    for (json::Value part = payload.member("content").first(); part; part = part.next()) {
        if (part.member("text").is_string()) out.push_back(part.member("text").text());
    }
    return out;
}

} // namespace

TEST_CASE("real logs are recognised, account for every byte and lose nothing that was said") {
    const auto root = test::samples();
    if (!root) {
        MESSAGE("skipped: no sample files");
        return;
    }
    const auto files = sample_files(*root);
    REQUIRE(files.size() > 10);
    for (const auto& file : files) {
        CAPTURE(file.string());
        const std::string bytes = test::read_file(file);
        const bool complete = bytes.size() <= k_detection_bytes;
        const Detected detected =
            detect_format(std::string_view(bytes).substr(0, k_detection_bytes), complete);
        REQUIRE(detected.format != nullptr);
        CHECK(detected.format->id == "codex");
        const CodexRead read(bytes);
        std::set<std::string> conversation;
        std::size_t lines_read = 0;
        for (const EventBody& body : read.sink.events()) {
            if (is_conversation(body.kind)) conversation.insert(body.text);
        }
        std::istringstream lines(bytes);
        json::Document document;
        for (std::string line; std::getline(lines, line);) {
            if (!document.parse(line).ok()) continue;
            ++lines_read;
            for (const std::string& text : said_in(document.root())) {
                CAPTURE(text);
                CHECK(conversation.count(text) == 1);
            }
        }
        CHECK(read.sink.records.size() == lines_read);
        CHECK(read.sink.dump() == CodexRead(bytes, 61).sink.dump());
    }
}

TEST_CASE("a text that is mirrored in a real log is shown once") {
    const auto root = test::samples();
    if (!root) {
        MESSAGE("skipped: no sample files");
        return;
    }
    const CodexRead read(
        test::read_file(*root / "codex/jazzyalex+agent-sessions/stage0/agents/codex/large.jsonl"));
    std::size_t shown = 0;
    for (const EventBody& body : read.sink.events(Kind::user_message))
        shown += body.text == "Start" ? 1 : 0;
    CHECK(shown == 1);
}
