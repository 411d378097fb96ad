// What a purge removed stays away, and what it has to leave is there, whichever way a source goes on.
#include "base/compress.h"
#include "model/identity.h"
#include "unit/exchange/workspace.h"

#include <doctest/doctest.h>
#include <fmt/format.h>

using namespace kato;
using namespace kato::test;

namespace {

constexpr std::string_view k_a = "11111111-2222-4333-8444-55555555555a";
constexpr std::string_view k_b = "11111111-2222-4333-8444-55555555555b";

std::string words(std::string_view word) {
    std::string out;
    for (int i = 0; out.size() < 9000; ++i) out += fmt::format("{} {} ", word, i);
    return out;
}

// `raw` as it stands between the quotes.
std::string line(std::string_view session, int id, std::string_view raw) {
    return fmt::format(
        R"({{"type":"user","uuid":"aaaaaaaa-0000-4000-8000-{:012d}","parentUuid":null,)"
        R"("sessionId":"{}","cwd":"/p","timestamp":"2026-01-02T03:04:05.000Z",)"
        R"("message":{{"role":"user","content":[{{"type":"tool_result","tool_use_id":"t{}",)"
        R"("content":"{}"}}]}}}})"
        "\n",
        id, session, id, raw);
}

ImportOptions options(std::string name, std::string format = "claude-code") {
    ImportOptions out;
    out.format = std::move(format);
    out.name = std::move(name);
    return out;
}

void purge(Workspace& workspace, std::string_view session) {
    const Status purged = workspace.store().delete_chat(chat_id("claude-code", session), true);
    if (!purged) FAIL(purged.error().message);
}

bool says(Workspace& workspace, std::string_view text) {
    return workspace.export_all().find(text) != std::string::npos;
}

// The bytes of a source in which something was purged.
std::string left_of(Workspace& workspace, std::string_view name) {
    std::string out;
    const auto sources = workspace.store().sources({});
    REQUIRE(sources);
    for (const SourceView& source : *sources) {
        if (source.reference.name != name) continue;
        const auto whole = workspace.store().read_source(*parse_uuid(source.reference.id),
                                                         [&](std::string_view part) {
                                                             out += part;
                                                             return done();
                                                         });
        REQUIRE(whole);
        CHECK(!*whole);
    }
    return out;
}

const std::string k_secret = words("secret");
const std::string k_other = words("other");

} // namespace

TEST_CASE("a source that grows by what was purged before is whole") {
    Workspace workspace;
    const TempDir folder;
    const std::string path = folder / "log";
    (void)workspace.import_text(line(k_a, 1, k_secret), options("a"));
    write_file(path, line(k_b, 2, k_other));
    (void)workspace.import(path, options("log"));
    purge(workspace, k_a);
    write_file(path, line(k_b, 2, k_other) + line(k_a, 1, k_secret));
    (void)workspace.import(path, options("log"));
    CHECK(workspace.problems() == "");
    CHECK(!says(workspace, k_secret));
    CHECK(says(workspace, k_other));
}

TEST_CASE("so is one that was known by reference only when a chat of it was purged") {
    const std::string bytes = line(k_b, 2, k_other) + line(k_a, 1, k_secret);
    Workspace first;
    (void)first.import_text(bytes, options("log"));
    Workspace workspace;
    (void)workspace.import_text(first.export_all());
    purge(workspace, k_a);
    (void)workspace.import_text(bytes, options("log"));
    CHECK(workspace.problems() == "");
    CHECK(!says(workspace, k_secret));
    CHECK(says(workspace, k_other));
}

TEST_CASE("bytes that another reader did not know are removed once they are known") {
    const std::string bytes = line(k_b, 2, k_other) + line(k_a, 1, k_secret);
    Workspace workspace;
    (void)workspace.import_text(line(k_a, 1, k_secret), options("a"));
    (void)workspace.import_text(bytes, options("log", "codex"));
    purge(workspace, k_a);
    (void)workspace.import_text(bytes, options("log"));
    CHECK(left_of(workspace, "log").find(k_secret) == std::string::npos);
    CHECK(left_of(workspace, "log").find(k_other) != std::string::npos);
    CHECK(says(workspace, k_other));
    CHECK(workspace.problems() == "");
}

TEST_CASE("a compressed source with a frame to skip is known as compressed") {
    Compressor compressor;
    const std::string bytes = std::string("\x50\x2A\x4D\x18\x02\x00\x00\x00ok", 10) +
                              compressor.compress(line(k_b, 2, k_other) + line(k_a, 1, k_secret));
    Workspace workspace;
    (void)workspace.import_text(bytes, options("log"));
    CHECK(workspace.problems() == "");
    purge(workspace, k_a); // the one whose record is the last
    CHECK(workspace.number("SELECT count(*) FROM chunk") == 0);
    CHECK(!says(workspace, k_secret));
    CHECK(says(workspace, k_other));
    CHECK(workspace.problems() == "");
}

TEST_CASE("what only looks compressed loses no more than what is purged") {
    Workspace workspace;
    const std::string kept = line(k_b, 2, k_other);
    (void)workspace.import_text("\x1F\x8B no gzip\n" + line(k_a, 1, k_secret) + kept,
                                options("log"));
    purge(workspace, k_a);
    CHECK(says(workspace, k_other));
    CHECK(left_of(workspace, "log").ends_with(kept));
    CHECK(workspace.problems() == "");
}

TEST_CASE("a text of a purged chat that another chat says too is kept for that") {
    // The first is longer than what is held in memory, as it is written.
    std::string text;
    std::string escaped;
    for (int i = 0; i < 300'000; ++i) {
        text += static_cast<char>('a' + i * 7 % 26);
        escaped += fmt::format("\\u{:04x}", static_cast<int>(text.back()));
    }
    Workspace workspace;
    (void)workspace.import_text(line(k_a, 1, k_secret), options("a"));
    purge(workspace, k_a);
    (void)workspace.import_text(line(k_a, 2, escaped) + line(k_b, 3, text), options("log"));
    CHECK(says(workspace, text));
    CHECK(workspace.number("SELECT count(*) FROM body") == 1);
    CHECK(workspace.problems() == "");
}

TEST_CASE("a version known by reference follows the version that was here") {
    const TempDir folder;
    const std::string path = folder / "log";
    Workspace first;
    Workspace workspace;
    write_file(path, line(k_b, 2, k_other));
    (void)workspace.import(path, options("log"));
    write_file(path, line(k_b, 2, k_other) + line(k_b, 3, k_secret));
    (void)first.import(path, options("log"));
    (void)workspace.import_text(first.export_all());
    (void)workspace.import(path, options("log"));
    CHECK(workspace.number("SELECT count(*) FROM source WHERE state = 0") == 1);
    CHECK(workspace.export_all() == first.export_all());
    CHECK(workspace.problems() == "");
}
