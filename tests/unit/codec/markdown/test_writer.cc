// Markdown of whole chats: tests/golden/markdown/<case>/input.jsonl (Kato JSONL), as expected.md; with
// everything that is hidden, as all.md.
#include "codec/markdown/markdown.h"
#include "support/golden.h"
#include "unit/exchange/workspace.h"

#include <doctest/doctest.h>

using namespace kato;
using namespace kato::test;

namespace {

std::string markdown_of(Workspace& workspace, bool hidden, bool head_path) {
    ExportOptions options;
    options.format = "markdown";
    options.all = true;
    options.include_hidden = hidden;
    options.head_path_only = head_path;
    std::string out;
    const auto whole = export_chats(workspace.store(), options, [&](std::string_view bytes) {
        out += bytes;
        return done();
    });
    if (!whole) FAIL(whole.error().message);
    return out;
}

} // namespace

TEST_CASE("each golden case is written as expected") {
    for (const std::filesystem::path& folder : golden_cases("markdown")) {
        CAPTURE(folder.filename().string());
        Workspace workspace;
        const ImportReport report = workspace.import_text(read_file(folder / "input.jsonl"));
        REQUIRE(count(report, Count::quarantined_bytes) == 0);
        check_golden(folder / "expected.md", markdown_of(workspace, false, false));
        check_golden(folder / "all.md", markdown_of(workspace, true, false));
        check_golden(folder / "head.md", markdown_of(workspace, false, true));
    }
}

TEST_CASE("the example sessions are written in a shape whose headings are ours alone") {
    Workspace workspace;
    (void)workspace.import(source_root() / "examples/data");
    const std::string text = markdown_of(workspace, true, false);
    std::size_t fence = 0;
    std::size_t start = 0;
    while (start < text.size()) {
        const std::size_t end = text.find('\n', start);
        const std::string line = text.substr(start, end - start);
        start = end + 1;
        const std::size_t ticks = line.find_first_not_of('`') == std::string::npos
                                      ? line.size()
                                      : line.find_first_not_of('`');
        if (fence == 0 && ticks >= 3) {
            fence = ticks;
        } else if (fence != 0) {
            if (ticks == fence && line.size() == ticks) fence = 0;
        } else if (line.starts_with("## ")) {
            const bool ours = line == "## User" || line == "## System" || line == "## Provider" ||
                              line.starts_with("## Assistant");
            CHECK_MESSAGE(ours, line);
        }
    }
    CHECK(fence == 0);
}
