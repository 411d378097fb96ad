// Every format's files against every format's detector: one of them claims each file, and it is the right
// one, whether all of the file is in sight or its beginning only.
#include "codec/registry.h"
#include "support/files.h"
#include "support/golden.h"
#include "unit/codec/reader_checks.h"

#include <doctest/doctest.h>

#include <array>

using namespace kato;

namespace {

namespace fs = std::filesystem;

constexpr std::array<std::string_view, 7> k_formats = {
    "chatgpt", "claude-ai", "claude-code", "codex", "gemini-cli", "kato-twin", "openai-messages"};

// The best score of the format and of any other one.
struct Scores {
    int own = 0;
    int other = 0;
    std::string_view who{};
};

Scores scores_of(std::string_view format, std::string_view bytes, bool complete) {
    Scores out;
    for (const Format& candidate : formats()) {
        if (candidate.detect == nullptr) continue;
        const int score = candidate.detect(bytes, complete).score;
        CHECK((candidate.canonical || score <= k_certain_score)); // detect_format() relies on it
        if (candidate.id == format) {
            out.own = score;
        } else if (score > out.other) {
            out.other = score;
            out.who = candidate.id;
        }
    }
    return out;
}

void check_file(std::string_view format, const fs::path& file) {
    CAPTURE(file.string());
    const std::string bytes = test::read_file(file);
    const std::string_view prefix = std::string_view(bytes).substr(0, k_detection_bytes);
    const Scores whole = scores_of(format, prefix, prefix.size() == bytes.size());
    CAPTURE(whole.who);
    CHECK(whole.own > 0);
    CHECK(whole.other + 10 <= whole.own);
    // Cut off where half of it is in sight, it is never another format's.
    const Scores half = scores_of(format, prefix.substr(0, prefix.size() / 2), false);
    CAPTURE(half.who);
    CHECK((half.other == 0 || half.other < half.own));
}

} // namespace

TEST_CASE("every golden case is claimed by its own format, by a margin") {
    for (const std::string_view format : k_formats) {
        for (const fs::path& folder : test::golden_cases(format)) {
            for (const char* name : {"input.json", "input.jsonl"})
                if (fs::exists(folder / name)) check_file(format, folder / name);
        }
    }
}

TEST_CASE("every real file is claimed by its own format, by a margin") {
    const auto root = test::samples();
    if (!root) {
        MESSAGE("skipped: no sample files");
        return;
    }
    std::size_t count = 0;
    for (const std::string_view format :
         {"chatgpt", "claude-ai", "claude-code", "codex", "gemini-cli"}) {
        for (const fs::path& file : test::sample_files(*root / format, "")) {
            const std::string name = file.filename().string();
            const bool is_data = name.ends_with(".json") || name.ends_with(".jsonl");
            if (!is_data || fs::file_size(file) < 2 || name == "simple-invalid.json" ||
                name.ends_with(".meta.json")) // beside a log, none itself
                continue;
            check_file(format, file);
            ++count;
        }
    }
    CHECK(count > 60);
}

TEST_CASE("formats that are not read yet are claimed by nobody") {
    const auto root = test::samples();
    if (!root) {
        MESSAGE("skipped: no sample files");
        return;
    }
    for (const std::string_view folder : {"librechat", "open-webui"}) {
        for (const fs::path& file : test::sample_files(*root / folder, ".json")) {
            CAPTURE(file.string());
            const std::string bytes = test::read_file(file);
            const Detected detected =
                detect_format(std::string_view(bytes).substr(0, k_detection_bytes),
                              bytes.size() <= k_detection_bytes);
            CHECK(detected.format == nullptr);
        }
    }
}
