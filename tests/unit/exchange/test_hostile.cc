// Hostile sources through the store: it stays intact, and every byte is accounted for.
#include "unit/exchange/workspace.h"

#include <doctest/doctest.h>
#include <fmt/format.h>

using namespace kato;
using namespace kato::test;

namespace {

// AddressSanitizer makes each of them twenty times as slow; the readers' own tests cut at every byte.
#ifdef __SANITIZE_ADDRESS__
constexpr std::size_t k_sparse = 16;
#else
constexpr std::size_t k_sparse = 1;
#endif

void check_truncations(const std::string& whole) {
    Workspace workspace;
    const std::size_t step = long_form() ? 97 : 97 * 8 * k_sparse;
    for (std::size_t size = 0; size < whole.size(); size += step) {
        CAPTURE(size);
        const ImportReport report = workspace.import_text(std::string_view(whole).substr(0, size));
        CHECK(adds_up(report));
        CHECK(count(report, Count::size_bytes) == size);
        CHECK(count(report, Count::sources_failed) == 0);
    }
    (void)workspace.import_text(whole);
    CHECK(workspace.problems() == "");
    Workspace clean;
    (void)clean.import_text(whole);
    CHECK(workspace.store().list_chats({})->size() == clean.store().list_chats({})->size());
}

} // namespace

TEST_CASE("a Claude Code session that is cut off anywhere is taken as far as it goes") {
    check_truncations(read_file(claude_example()));
}

TEST_CASE("a Codex session that is cut off anywhere is taken as far as it goes") {
    check_truncations(read_file(codex_example()));
}

TEST_CASE("a canonical export that is cut off anywhere is taken as far as it goes") {
    Workspace workspace;
    (void)workspace.import(codex_example());
    check_truncations(workspace.export_all());
}

TEST_CASE("changed bits are accounted for, and the store stays intact") {
    const std::string whole = read_file(codex_example());
    Workspace workspace;
    std::uint32_t random = 20'260'315;
    for (int round = 0; round < (long_form() ? 200 : static_cast<int>(20 / k_sparse) + 1);
         ++round) {
        std::string bytes = whole;
        for (int i = 0; i < 8; ++i) {
            random = random * 1'664'525 + 1'013'904'223;
            bytes[(random >> 8) % bytes.size()] ^= static_cast<char>(1U << (random >> 29));
        }
        CAPTURE(round);
        CHECK(adds_up(workspace.import_text(bytes)));
    }
    CHECK(workspace.problems() == "");
}

TEST_CASE("deep nesting, NUL, invalid UTF-8 and one long line do no harm") {
    Workspace workspace;
    const std::string start = read_file(codex_example());
    std::string long_type = "{\"type\":\"";
    long_type.append(3 << 20, 'a');
    long_type += "\"}\n";
    for (const std::string& hostile :
         {std::string(10'000, '['), std::string("{\"type\":\"\0\"}\n", 13),
          std::string("{\"a\":\"\xFF\xFE\"}\n"), long_type, std::string(3 << 20, 'x')}) {
        const ImportReport report = workspace.import_text(start + hostile);
        CHECK(adds_up(report));
        CHECK(count(report, Count::size_bytes) == start.size() + hostile.size());
    }
    CHECK(workspace.problems() == "");
}

TEST_CASE("many versions of one message are imported in time") {
    std::string log = R"({"sessionId":"s","projectHash":"p","kind":"main"})"
                      "\n";
    const int versions = long_form() ? 200'000 : 40'000; // the square of it would take minutes
    for (int i = 0; i != versions; ++i)
        log += fmt::format(R"({{"id":"m","type":"user","content":"version {}"}})"
                           "\n",
                           i);
    Workspace workspace;
    ImportOptions options;
    options.format = "gemini-cli";
    const ImportReport report = workspace.import_text(log, options);
    CHECK(count(report, Count::events) > 40'000);
}

TEST_CASE("one message under many versions of its record is imported in time") {
    std::string log;
    const int versions = long_form() ? 100'000 : 30'000; // the square of it would take minutes
    for (int i = 0; i != versions; ++i)
        log += fmt::format(R"({{"type":"user","uuid":"u","sessionId":"s","odd":{},)"
                           R"("message":{{"role":"user","content":"x"}}}})"
                           "\n",
                           i);
    Workspace workspace;
    const ImportReport report = workspace.import_text(log);
    CHECK(count(report, Count::events) == static_cast<std::uint64_t>(versions));
    CHECK(workspace.number(
              "SELECT count(*) FROM event WHERE copy_of IS NOT NULL AND copy_of <> 0") == 0);
}
