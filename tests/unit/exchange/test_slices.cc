// Long values are not stored beside the source that says them, and are there as long as anybody needs them.
#include "base/compress.h"
#include "base/json_string.h"
#include "model/identity.h"
#include "unit/exchange/workspace.h"

#include <doctest/doctest.h>
#include <fmt/format.h>

using namespace kato;
using namespace kato::test;

namespace {

// Differs with `seed`; quotes, line ends, tabs and characters beyond ASCII need escapes or may have them.
std::string prose(unsigned seed, std::size_t size) {
    std::string out;
    for (unsigned i = seed; out.size() < size; ++i)
        out += fmt::format("line {} says \"{}\"\tcaf\xC3\xA9 \\ {}\n", i, i * 7919U, i * 104'729U);
    return out;
}

std::string quoted(std::string_view text) {
    std::string out;
    append_json_string(out, text);
    return out;
}

// A tool's result as Claude Code logs it: the output twice, once escaped and once within data.
std::string result_line(std::string_view session, char id, std::string_view output) {
    return fmt::format(
        R"({{"type":"user","uuid":"aaaaaaaa-0000-4000-8000-00000000000{}","parentUuid":null,)"
        R"("sessionId":"{}","cwd":"/p","timestamp":"2026-01-02T03:04:05.000Z",)"
        R"("message":{{"role":"user","content":[{{"type":"tool_result","tool_use_id":"t{}",)"
        R"("content":{}}}]}},"toolUseResult":{{"stdout":{},"stderr":"","interrupted":false}}}})"
        "\n",
        id, session, id, quoted(output), quoted(output));
}

constexpr std::string_view k_a = "11111111-2222-4333-8444-55555555555a";
constexpr std::string_view k_b = "11111111-2222-4333-8444-55555555555b";

constexpr const char* k_slices = "SELECT count(*) FROM body WHERE source IS NOT NULL";
constexpr const char* k_parts = "SELECT count(*) FROM body_part";

ImportOptions claude(std::string name = "log") {
    ImportOptions options;
    options.format = "claude-code";
    options.name = std::move(name);
    return options;
}

// The export's lines that say `output`, as a text or within data.
std::size_t times_said(Workspace& workspace, std::string_view output) {
    const std::string exported = workspace.export_all();
    const std::string wanted = quoted(output);
    std::size_t count = 0;
    for (std::size_t at = 0; (at = exported.find(wanted, at)) != std::string::npos; ++at) ++count;
    return count;
}

void purge(Workspace& workspace, std::string_view session) {
    REQUIRE(workspace.store().delete_chat(chat_id("claude-code", session), true));
}

} // namespace

TEST_CASE("long values stand in their source only, and are given back whole") {
    Workspace workspace;
    const std::string output = prose(1, 20'000);
    (void)workspace.import_text(result_line(k_a, '1', output), claude());
    CHECK(workspace.number(k_slices) == 2);
    CHECK(workspace.number(k_parts) == 0);
    CHECK(times_said(workspace, output) == 2);
    CHECK(workspace.problems() == "");
}

TEST_CASE("what stands otherwise in its source is stored") {
    Workspace workspace;
    const std::string output = prose(1, 20'000);
    std::string line = result_line(k_a, '1', output);
    SUBCASE("data with spaces, which are not kept") {
        line.insert(line.find("\"stderr\""), " ");
        (void)workspace.import_text(line, claude());
        CHECK(workspace.number(k_slices) == 1);
    }
    SUBCASE("bytes that are no text") {
        line.insert(line.find("line 9 "), "\xFF");
        (void)workspace.import_text(line, claude());
        CHECK(workspace.number(k_slices) == 0);
    }
    SUBCASE("a compressed source") {
        Compressor compressor;
        (void)workspace.import_text(compressor.compress(line), claude());
        CHECK(workspace.number(k_slices) == 0);
        CHECK(times_said(workspace, output) == 2);
    }
    SUBCASE("Kato JSONL") {
        Workspace first;
        (void)first.import_text(line, claude());
        (void)workspace.import_text(first.export_all());
        CHECK(workspace.number(k_slices) == 0);
        CHECK(workspace.export_all() == first.export_all());
    }
    CHECK(workspace.number(k_parts) >= 1);
    CHECK(workspace.problems() == "");
}

TEST_CASE("slices are right behind a byte order mark, between glued objects, across chunks") {
    Workspace workspace;
    const std::string one = prose(1, 9'000);
    const std::string two = prose(5'000, 700'000);
    const std::string three = prose(90'000, 9'000);
    std::string glued = result_line(k_a, '1', one);
    glued.pop_back();
    (void)workspace.import_text("\xEF\xBB\xBF" + glued + "  " + result_line(k_a, '2', two) + "\n" +
                                    result_line(k_a, '3', three),
                                claude());
    CHECK(workspace.number(k_slices) == 6);
    CHECK(workspace.number("SELECT count(*) FROM source_piece") > 2);
    for (const std::string& said : {one, two, three}) CHECK(times_said(workspace, said) == 2);
    CHECK(workspace.problems() == "");
}

TEST_CASE("slices outlast growth, rewriting and another import of their source") {
    Workspace workspace;
    const TempDir folder;
    const std::string path = folder / "log";
    const std::string one = prose(1, 9'000);
    const std::string two = prose(5'000, 9'000);
    const auto import = [&](const std::string& bytes) {
        write_file(path, bytes);
        (void)workspace.import(path, claude());
        CHECK(workspace.problems() == "");
    };
    import(result_line(k_a, '1', one));
    import(result_line(k_a, '1', one) + result_line(k_a, '2', two));
    CHECK(workspace.number(k_slices) == 4);
    CHECK(times_said(workspace, one) == 2);
    CHECK(times_said(workspace, two) == 2);
    import(result_line(k_a, '2', two)); // rewritten: what has vanished is still there
    CHECK(times_said(workspace, one) == 2);
    CHECK(times_said(workspace, two) == 2);
    (void)workspace.import_text(result_line(k_a, '2', two), claude("elsewhere"));
    CHECK(workspace.problems() == "");
    CHECK(workspace.number(k_parts) == 0);
}

TEST_CASE("what two chats say outlasts the one whose source is purged") {
    const std::string shared = prose(1, 9'000);
    const std::string secret = prose(5'000, 9'000);
    const std::string gone = result_line(k_a, '1', shared) + result_line(k_a, '2', secret);
    const std::string kept = result_line(k_b, '3', shared);
    Workspace workspace;
    SUBCASE("in sources of their own") {
        (void)workspace.import_text(gone, claude("a"));
        (void)workspace.import_text(kept, claude("b"));
    }
    SUBCASE("in one source") {
        (void)workspace.import_text(gone + kept, claude("ab"));
        CHECK(workspace.number(k_slices) == 4);
    }
    CHECK(times_said(workspace, shared) == 4);
    purge(workspace, k_a);
    CHECK(times_said(workspace, shared) == 2);
    CHECK(times_said(workspace, secret) == 0);
    CHECK(workspace.number("SELECT count(*) FROM body") == 2);
    CHECK(workspace.problems() == "");
    // And once more, when the same bytes are imported again.
    (void)workspace.import_text(gone + kept, claude("again"));
    CHECK(times_said(workspace, shared) == 2);
    CHECK(times_said(workspace, secret) == 0);
    CHECK(workspace.problems() == "");
}
