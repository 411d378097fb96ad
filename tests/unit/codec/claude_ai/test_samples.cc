// Real exports, where they are: recognised, every byte accounted for, every text there.
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
    std::uint64_t opaque;
};

constexpr std::array k_samples = {
    Sample{"api.json", 1, "user.message 1, assistant.message 1, provider.info 1", 0},
    Sample{"business-strategy.json", 1,
           "user.message 3, assistant.message 3, assistant.tool.call 1, provider.info 1, "
           "provider.raw 1",
           223},
    Sample{"claude-bakery-chat.json", 1, "user.message 2, assistant.message 2, provider.info 1", 0},
    Sample{"conversation-with-errors.json", 1,
           "user.message 3, assistant.message 7, assistant.tool.call 1, provider.info 1, "
           "provider.raw 3",
           219},
    Sample{"conversations-multiple-errors.json", 5,
           "user.message 3, assistant.message 1, provider.info 4, provider.raw 1", 199},
    Sample{"data.json", 1, "user.message 1, assistant.message 1, provider.info 1", 0},
    Sample{"debugging.json", 1, "user.message 2, assistant.message 2, provider.info 1", 0},
    Sample{"math-tutoring.json", 1, "user.message 2, assistant.message 2, provider.info 1", 0},
    Sample{"sample-00.json", 1,
           "user.message 10, assistant.message 4, provider.info 1, provider.raw 8", 94496},
};

// Strings that a person or the model wrote, wherever they stand.
void texts_in(const json::Value& value, std::vector<std::string>& out) {
    for (json::Value child = value.first(); child; child = child.next()) {
        const std::string key = child.key();
        if (child.is_string() && (key == "text" || key == "thinking" || key == "extracted_content"))
            out.push_back(child.text());
        texts_in(child, out);
    }
}

} // namespace

TEST_CASE("real exports are read as the table says and lose nothing that was said") {
    const auto root = test::samples();
    if (!root) {
        MESSAGE("skipped: no sample files");
        return;
    }
    for (const auto& file : test::sample_files(*root / "claude-ai", ".json")) {
        CAPTURE(file.string());
        const std::string bytes = test::read_file(file);
        const bool complete = bytes.size() <= k_detection_bytes;
        const Detected detected =
            detect_format(std::string_view(bytes).substr(0, k_detection_bytes), complete);
        if (file.filename() == "simple-invalid.json") {
            CHECK(detected.format == nullptr);
            continue;
        }
        REQUIRE(detected.format != nullptr);
        CHECK(detected.format->id == "claude-ai");
        const FormatRead read("claude-ai", bytes);
        const auto sample =
            std::find_if(k_samples.begin(), k_samples.end(), [&](const Sample& candidate) {
                return candidate.file == file.filename().string();
            });
        REQUIRE(sample != k_samples.end());
        CHECK(test::count_chats(read.sink) == sample->chats);
        CHECK(test::count_kinds(read.sink) == sample->kinds);
        CHECK(read.sink.accounted(Fate::opaque) == sample->opaque);
        CHECK(read.sink.accounted(Fate::quarantined) == 0);
        std::string all;
        for (const EventBody& body : read.sink.events())
            all += body.text + "\n" + body.data + "\n" + body.extra + "\n";
        json::Document document;
        REQUIRE(document.parse(bytes).ok());
        std::vector<std::string> texts;
        texts_in(document.root(), texts);
        for (const std::string& text : texts) {
            std::string escaped;
            json::append_string(escaped, text);
            const std::string inner = escaped.substr(1, escaped.size() - 2);
            const bool kept =
                all.find(text) != std::string::npos || all.find(inner) != std::string::npos;
            CHECK_MESSAGE(kept, text);
        }
        CHECK(read.sink.dump() == FormatRead("claude-ai", bytes, 61).sink.dump());
    }
}
