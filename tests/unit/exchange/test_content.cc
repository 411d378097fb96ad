// Compressed sources: found by content, decompressed, accounted, given back as they came.
#include "base/compress.h"
#include "exchange/content.h"
#include "unit/exchange/workspace.h"

#include <doctest/doctest.h>

using namespace kato;
using namespace kato::test;

namespace {

std::string zstd(std::string_view bytes) { return Compressor().compress(bytes); }

std::string contents(Content& content, std::string_view given, std::size_t piece) {
    std::string out;
    while (!given.empty()) {
        const std::string_view part = given.substr(0, piece);
        REQUIRE(content.feed(part, [&](std::string_view bytes) {
            out += bytes;
            return done();
        }));
        given.remove_prefix(part.size());
    }
    content.finish();
    return out;
}

} // namespace

TEST_CASE("frames one after the other are one content, in pieces of any size") {
    const std::string text(300'000, 'x');
    const std::string given = zstd(text) + zstd("") + zstd("tail");
    for (const std::size_t piece : {std::size_t{1}, std::size_t{7}, given.size()}) {
        CAPTURE(piece);
        Content content(Compression::zstd);
        CHECK(contents(content, given, piece) == text + "tail");
        CHECK(content.damage() == "");
        CHECK(content.damaged_bytes() == 0);
        CHECK(content.given_bytes() == given.size());
        CHECK(content.content_bytes() == text.size() + 4);
    }
}

TEST_CASE("a stream that is cut off anywhere is damaged from its last whole frame on") {
    const std::string first = zstd("first");
    const std::string second = zstd(std::string(1000, 'y'));
    for (std::size_t cut = 1; cut < second.size(); ++cut) {
        CAPTURE(cut);
        Content content(Compression::zstd);
        CHECK(contents(content, first + second.substr(0, cut), 5).starts_with("first"));
        CHECK(content.damaged_bytes() == cut);
        CHECK(content.damage() == "zstd: the stream is cut off");
    }
}

TEST_CASE("what follows the last frame and is none is damage") {
    const std::string frame = zstd("first");
    Content content(Compression::zstd);
    CHECK(contents(content, frame + "rubbish that is no frame", 100) == "first");
    CHECK(content.damaged_bytes() == 24);
    CHECK(content.damage().starts_with("zstd: "));
}

TEST_CASE("a compressed session is read, whatever its name, and kept as it was given") {
    Workspace workspace;
    TempDir folder;
    const std::string text = read_file(codex_example());
    const std::string given = zstd(text);
    write_file(folder / "rollout.jsonl.zst", given);
    const ImportReport report = workspace.import(folder / "rollout.jsonl.zst");
    const std::string source = rows(report, "source").at(0);
    const std::string inside = rows(report, "member").at(0);
    CHECK(member(source, "format") == "\"codex\"");
    CHECK(member(source, "size") == std::to_string(given.size()));
    CHECK(member(source, "parsed_bytes") == std::to_string(given.size()));
    CHECK(member(inside, "size") == std::to_string(text.size()));
    CHECK(inside.find("rollout.jsonl\"") != std::string::npos);
    CHECK(adds_up(report));
    CHECK_FALSE(report.partial);
    CHECK(workspace.source((folder / "rollout.jsonl.zst").string()) == given);

    const ImportReport again = workspace.import(folder / "rollout.jsonl.zst");
    CHECK(member(rows(again, "source").at(0), "status") == "\"unchanged\"");
    CHECK(member(rows(again, "member").at(0), "size") == std::to_string(text.size()));
    CHECK(adds_up(again));
}

TEST_CASE("a compressed session gives the same chats as the plain one") {
    Workspace plain;
    Workspace compressed;
    const std::string text = read_file(codex_example());
    (void)plain.import_text(text);
    (void)compressed.import_text(zstd(text));
    CHECK(plain.export_all("markdown").substr(0, 60) ==
          compressed.export_all("markdown").substr(0, 60));
    CHECK(plain.store().list_chats({})->at(0).id == compressed.store().list_chats({})->at(0).id);
}

TEST_CASE("a damaged compressed session gives what can be read, and says where it ends") {
    Workspace workspace;
    TempDir folder;
    const std::string given = zstd(read_file(codex_example()));
    write_file(folder / "a.zst", given + "rubbish");
    for (int time = 0; time < 2; ++time) { // also when nothing changed
        const ImportReport report = workspace.import(folder / "a.zst");
        CHECK(report.partial);
        CHECK(count(report, Count::quarantined_bytes) == 7);
        CHECK(member(rows(report, "member").at(0), "quarantined_bytes") == "0");
        CHECK(mentions(rows(report, "issue"), "zstd: "));
        CHECK(adds_up(report));
    }
    CHECK(workspace.store().list_chats({})->size() == 1);
}

TEST_CASE("compressed bytes that nobody recognises are quarantined as a whole") {
    Workspace workspace;
    const std::string given = zstd("nothing that anybody wrote");
    const ImportReport report = workspace.import_text(given);
    CHECK(count(report, Count::quarantined_bytes) == given.size());
    CHECK(member(rows(report, "member").at(0), "quarantined_bytes") == "26");
    CHECK(adds_up(report));
}

TEST_CASE("people are told what else it may be") {
    CHECK(unrecognised_reason(" \n").find("white space") != std::string_view::npos);
}
