// Real session logs, where they are: every byte is accounted for, everything that was said is there.
#include "codec/json/json.h"
#include "codec/registry.h"
#include "unit/codec/claude_code/cases.h"

#include <map>
#include <set>
#include <sstream>

using namespace kato;
using test::ClaudeRead;

namespace {

namespace fs = std::filesystem;

std::vector<fs::path> sample_files(const fs::path& root) {
    std::vector<fs::path> out;
    for (const auto& entry : fs::recursive_directory_iterator(root / "claude-code"))
        if (entry.path().extension() == ".jsonl" && entry.file_size() > 1)
            out.push_back(entry.path());
    for (const auto& entry : fs::recursive_directory_iterator(root / "original-kato"))
        if (entry.path().filename().string().rfind("claude-", 0) == 0) out.push_back(entry.path());
    return out;
}

// What a line holds that is conversation: its texts, and the ids of its calls.
struct Said {
    std::vector<std::string> texts{};
    std::vector<std::string> calls{};
    std::vector<std::string> results{};
    bool any() const { return !texts.empty() || !calls.empty() || !results.empty(); }
};

Said said_in(const json::Value& root) {
    Said out;
    const json::Value message = root.member("message");
    const std::string type = root.member("type").text();
    if (type != "user" && type != "assistant" && type != "system") return out;
    const json::Value content = message.member("content");
    if (content.is_string()) out.texts.push_back(content.text());
    for (json::Value block = content.first(); block; block = block.next()) {
        const std::string kind = block.member("type").text();
        if (block.is_string()) out.texts.push_back(block.text());
        if (kind == "text") out.texts.push_back(block.member("text").text());
        if (kind == "thinking") out.texts.push_back(block.member("thinking").text());
        if (kind == "tool_use") out.calls.push_back(block.member("id").text());
        if (kind == "tool_result") out.results.push_back(block.member("tool_use_id").text());
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
    REQUIRE(files.size() > 20);
    for (const fs::path& file : files) {
        CAPTURE(file.string());
        const std::string bytes = test::read_file(file);
        const Detected detected =
            detect_format(std::string_view(bytes).substr(0, k_detection_bytes),
                          bytes.size() <= k_detection_bytes);
        REQUIRE(detected.format != nullptr);
        CHECK(detected.format->id == "claude-code");
        const ClaudeRead read(bytes, 0, file.string());
        std::map<std::uint64_t, const ParsedRecord*> by_line;
        for (const ParsedRecord& record : read.sink.records) by_line[record.place.line] = &record;
        std::istringstream lines(bytes);
        json::Document document;
        std::uint64_t number = 0;
        std::uint64_t records = 0;
        for (std::string line; std::getline(lines, line);) {
            ++number;
            if (!document.parse(line).ok()) continue;
            ++records;
            REQUIRE(by_line.count(number) == 1);
            CAPTURE(number);
            const Said said = said_in(document.root());
            std::multiset<std::string> texts;
            std::multiset<std::string> ids;
            bool conversation = false;
            for (const ParsedEvent& event : by_line[number]->events) {
                conversation = conversation || is_conversation(event.body.kind);
                texts.insert(event.body.text);
                ids.insert(event.body.call_id);
            }
            CHECK(conversation >= said.any());
            for (const std::string& text : said.texts) CHECK(texts.count(text) >= 1);
            for (const std::string& id : said.calls) CHECK((id.empty() || ids.count(id) == 1));
            for (const std::string& id : said.results) CHECK((id.empty() || ids.count(id) == 1));
        }
        CHECK(read.sink.records.size() == records);
        CHECK(read.sink.dump() == ClaudeRead(bytes, 61, file.string()).sink.dump());
    }
}
