#include "unit/codec/reader_checks.h"

#include "codec/json/json.h"
#include "support/files.h"
#include "support/golden.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <random>
#include <set>

namespace kato::test {
namespace {

namespace fs = std::filesystem;

const Format& format_of(std::string_view id) {
    const Format* const format = find_format(id);
    REQUIRE(format != nullptr);
    REQUIRE((format->make_reader != nullptr && format->detect != nullptr));
    return *format;
}

// Where the values of a text begin and end.
void places_of(std::string_view text, const json::Value& value,
               std::vector<std::pair<std::size_t, std::size_t>>& out) {
    const auto begin = static_cast<std::size_t>(value.raw().data() - text.data());
    out.emplace_back(begin, begin + value.raw().size());
    for (json::Value child = value.first(); child; child = child.next())
        places_of(text, child, out);
}

// Of all JSON texts in the input: lines, or all of it.
std::vector<std::pair<std::size_t, std::size_t>> places_of(std::string_view input) {
    std::vector<std::pair<std::size_t, std::size_t>> out;
    json::Document document;
    if (document.parse(input).ok()) {
        places_of(input, document.root(), out);
        return out;
    }
    for (std::size_t at = 0; at < input.size();) {
        const std::size_t end = std::min(input.find('\n', at), input.size());
        if (document.parse(input.substr(at, end - at)).ok()) places_of(input, document.root(), out);
        at = end + 1;
    }
    return out;
}

} // namespace

FormatRead::FormatRead(std::string_view format, std::string_view bytes, std::size_t piece,
                       const std::string& source_name) {
    const auto reader = format_of(format).make_reader(sink, values, {source_name});
    if (piece == 0) piece = bytes.size() + 1;
    for (std::size_t at = 0; at < bytes.size(); at += piece)
        REQUIRE(reader->feed(bytes.substr(at, piece)));
    REQUIRE(reader->finish());
    CHECK(sink.accounting_problem(bytes.size()) == "");
    for (const ParsedRecord& record : sink.records) CHECK_FALSE(record.events.empty());
}

std::string case_input(const fs::path& folder) {
    for (const char* name : {"input.json", "input.jsonl"})
        if (fs::exists(folder / name)) return read_file(folder / name);
    FAIL("no input in ", folder.string());
    return {};
}

std::string case_input(std::string_view format, std::string_view name) {
    return case_input(source_root() / "tests/golden" / format / name);
}

void check_golden_cases(std::string_view format) {
    for (const fs::path& folder : golden_cases(format)) {
        CAPTURE(folder.filename().string());
        const std::string input = case_input(folder);
        const std::string expected = FormatRead(format, input).sink.dump();
        check_golden(folder / "expected.json", expected);
        for (const std::size_t piece : {1, 2, 3, 7, 64, 1000}) {
            CAPTURE(piece);
            CHECK(FormatRead(format, input, piece).sink.dump() == expected);
        }
        const Detected detected = detect_format(input, true);
        REQUIRE(detected.format != nullptr);
        CHECK(detected.format->id == format);
    }
}

void check_cut_off(std::string_view format) {
    for (const fs::path& folder : golden_cases(format)) {
        CAPTURE(folder.filename().string());
        const std::string input = case_input(folder);
        const std::size_t step = long_form() || input.size() < 2000 ? 1 : 13;
        for (std::size_t size = 0; size <= input.size(); size += step) {
            CAPTURE(size);
            const std::string_view cut = std::string_view(input).substr(0, size);
            const FormatRead read(format, cut);
            if (read.sink.accounting_problem(size) != "") break;
            (void)format_of(format).detect(cut, size % 2 == 0); // any score, but no crash
        }
    }
}

void check_flipped_bits(std::string_view format) {
    const unsigned seed = std::random_device()();
    MESSAGE("seed ", seed);
    std::mt19937 random(seed);
    const int rounds = long_form() ? 400 : 12;
    for (const fs::path& folder : golden_cases(format)) {
        CAPTURE(folder.filename().string());
        const std::string input = case_input(folder);
        for (int round = 0; round != rounds && !input.empty(); ++round) {
            CAPTURE(round);
            std::string bytes = input;
            for (int flips = round % 8; flips >= 0; --flips)
                bytes[random() % bytes.size()] ^= static_cast<char>(1U << (random() % 8));
            const FormatRead read(format, bytes, 1 + random() % 5000);
            CHECK(format_of(format).detect(bytes, true).score >= 0);
        }
    }
}

void check_wrong_types(std::string_view format) {
    constexpr std::array<std::string_view, 7> k_others = {"null",  "true", "7",         "1.5e300",
                                                          "\"x\"", "[[]]", "{\"a\":{}}"};
    for (const fs::path& folder : golden_cases(format)) {
        CAPTURE(folder.filename().string());
        const std::string input = case_input(folder);
        const auto places = places_of(input);
        std::size_t which = 0;
        for (const auto& [begin, end] : places) {
            CAPTURE(begin);
            ++which;
            for (std::size_t i = 0; i != k_others.size(); ++i) {
                if (!long_form() && (which + i) % 3 != 0) continue;
                const std::string bytes =
                    input.substr(0, begin) + std::string(k_others[i]) + input.substr(end);
                const FormatRead read(format, bytes);
                CHECK(format_of(format).detect(bytes, true).score >= 0);
            }
        }
    }
}

std::vector<fs::path> sample_files(const fs::path& folder, std::string_view end) {
    std::vector<fs::path> out;
    for (const auto& entry : fs::recursive_directory_iterator(folder))
        if (entry.is_regular_file() && entry.path().filename().string().ends_with(end))
            out.push_back(entry.path());
    std::sort(out.begin(), out.end());
    return out;
}

std::string count_kinds(const RecordingSink& sink) {
    std::array<std::size_t, k_kind_count + 1> counts{};
    for (const EventBody& body : sink.events()) ++counts[static_cast<std::size_t>(body.kind)];
    std::string out;
    for (std::size_t i = 1; i != counts.size(); ++i) {
        if (counts[i] == 0) continue;
        if (!out.empty()) out += ", ";
        out.append(kind_name(static_cast<Kind>(i))).append(" ").append(std::to_string(counts[i]));
    }
    return out;
}

std::size_t count_chats(const RecordingSink& sink) {
    std::set<Uuid> chats;
    for (const ChatFacts& facts : sink.chats) chats.insert(facts.id);
    return chats.size();
}

} // namespace kato::test
