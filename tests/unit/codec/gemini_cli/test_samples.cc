// Real sessions, where they are: recognised, every byte accounted for, every text there.
#include "codec/json/json.h"
#include "support/files.h"
#include "unit/codec/reader_checks.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <array>

using namespace kato;
using test::FormatRead;

namespace {

struct Sample {
    std::string_view file;
    std::size_t chats;
    std::string_view kinds;
};

constexpr std::array k_samples = {
    Sample{"session-shared.json", 1,
           "user.message 2, assistant.message 2, assistant.tool.call 1, "
           "assistant.tool.result 1, provider.info 1"},
    Sample{"large.json", 1,
           "user.message 2, assistant.message 2, assistant.thinking 1, "
           "assistant.tool.call 2, assistant.tool.result 2, system.message 1, "
           "provider.info 1"},
    Sample{"schema_drift.json", 1, "user.message 2, assistant.message 1, provider.info 1"},
    Sample{"small.json", 1,
           "user.message 1, assistant.message 1, assistant.thinking 1, provider.info 1"},
    Sample{"session-shared.jsonl", 1,
           "user.message 2, assistant.message 2, assistant.tool.call 1, "
           "assistant.tool.result 1, provider.info 2"},
    Sample{"session-subagent.jsonl", 1, "user.message 1, provider.info 1"},
    Sample{"session-rewind-unknown.jsonl", 1,
           "user.message 1, assistant.message 1, provider.info 3"},
    Sample{"session-rewind.jsonl", 1, "user.message 2, assistant.message 2, provider.info 3"},
    Sample{"jsonl_v040.jsonl", 1,
           "user.message 1, assistant.message 1, assistant.tool.call 1, "
           "assistant.tool.result 1, provider.info 2"},
    Sample{"gemini-session-assistant-content-mismatch.json", 1,
           "user.message 1, assistant.message 2, provider.info 1"},
    Sample{"gemini-session-command-display-mismatch.json", 1,
           "user.message 2, assistant.message 1, provider.info 1"},
    Sample{"gemini-session.json", 1,
           "user.message 3, assistant.message 2, assistant.thinking 1, "
           "assistant.tool.call 2, assistant.tool.result 2, system.message 1, "
           "provider.info 1"},
};

// Strings that a person or the model wrote, wherever they stand.
void texts_in(const json::Value& value, std::vector<std::string>& out) {
    for (json::Value child = value.first(); child; child = child.next()) {
        const std::string key = child.key();
        const bool said =
            key == "text" || key == "content" || key == "description" || key == "output";
        if (child.is_string() && said) out.push_back(child.text());
        texts_in(child, out);
    }
}

std::vector<std::filesystem::path> files(const std::filesystem::path& root) {
    std::vector<std::filesystem::path> out = test::sample_files(root / "gemini-cli", ".json");
    for (auto& file : test::sample_files(root / "gemini-cli", ".jsonl")) out.push_back(file);
    for (auto& file : test::sample_files(root / "original-kato", ".json")) out.push_back(file);
    return out;
}

} // namespace

TEST_CASE("real sessions are read as the table says and lose nothing that was said") {
    const auto root = test::samples();
    if (!root) {
        MESSAGE("skipped: no sample files");
        return;
    }
    for (const auto& file : files(*root)) {
        CAPTURE(file.string());
        const std::string bytes = test::read_file(file);
        const Detected detected = detect_format(bytes, true);
        REQUIRE(detected.format != nullptr);
        CHECK(detected.format->id == "gemini-cli");
        const FormatRead read("gemini-cli", bytes);
        CHECK(read.sink.accounted(Fate::parsed) == bytes.size());
        const auto sample =
            std::find_if(k_samples.begin(), k_samples.end(), [&](const Sample& candidate) {
                return candidate.file == file.filename().string();
            });
        REQUIRE(sample != k_samples.end());
        CHECK(test::count_chats(read.sink) == sample->chats);
        CHECK(test::count_kinds(read.sink) == sample->kinds);
        std::string all;
        for (const EventBody& body : read.sink.events())
            all += body.text + "\n" + body.data + "\n" + body.extra + "\n";
        std::vector<std::string> texts;
        json::Document document;
        for (std::size_t at = 0; at < bytes.size();) {
            std::size_t end = std::min(bytes.find('\n', at), bytes.size());
            const std::string_view line = std::string_view(bytes).substr(at, end - at);
            if (document.parse(bytes).ok()) {
                end = bytes.size();
                texts_in(document.root(), texts);
            } else if (document.parse(line).ok()) {
                texts_in(document.root(), texts);
            }
            at = end + 1;
        }
        for (const std::string& text : texts) {
            const bool kept = all.find(text) != std::string::npos;
            CHECK_MESSAGE(kept, text);
        }
        CHECK(read.sink.dump() == FormatRead("gemini-cli", bytes, 61).sink.dump());
    }
}
