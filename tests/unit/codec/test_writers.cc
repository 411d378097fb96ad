// The formats that are only written: tests/golden/writers/<case>/input.jsonl (Kato JSONL) as a page, as
// JSON, as OpenAI's messages, and what each of them does not carry.
#include "support/golden.h"
#include "support/html_check.h"
#include "unit/exchange/workspace.h"

#include "codec/json/json.h"

#include <doctest/doctest.h>

#include <algorithm>

#include <fmt/format.h>

using namespace kato;
using namespace kato::test;

namespace {

struct Written {
    std::string text{};
    std::string loss{};
};

Written write(Workspace& workspace, ExportOptions options) {
    Written out;
    options.all = true;
    options.on_loss = [&](const std::string& json) {
        out.loss = json;
        return done();
    };
    const auto whole = export_chats(workspace.store(), options, [&](std::string_view bytes) {
        out.text += bytes;
        return done();
    });
    if (!whole) FAIL(whole.error().message);
    return out;
}

Written write(Workspace& workspace, const std::string& format) {
    ExportOptions options;
    options.format = format;
    return write(workspace, options);
}

// The style sheet is looked at by eye; here it would only make every difference long.
std::string without_style(std::string html) {
    const std::size_t style = html.find("<style>") + 7;
    html.replace(style, html.find("</style>") - style, "...");
    const std::size_t hash = html.find("sha256-") + 7;
    html.replace(hash, html.find('\'', hash) - hash, "...");
    return html;
}

Workspace& workspace_of(Workspace& workspace, const std::filesystem::path& folder) {
    const ImportReport report = workspace.import_text(read_file(folder / "input.jsonl"));
    REQUIRE(count(report, Count::quarantined_bytes) == 0);
    return workspace;
}

} // namespace

TEST_CASE("each golden case is written as expected, and says what it does not carry") {
    for (const std::filesystem::path& folder : golden_cases("writers")) {
        CAPTURE(folder.filename().string());
        Workspace made;
        Workspace& workspace = workspace_of(made, folder);
        std::string losses;
        for (const char* format : {"kato", "json", "html", "markdown", "openai-messages"})
            losses += write(workspace, format).loss + "\n";
        check_golden(folder / "loss.jsonl", losses);
        check_golden(folder / "chats.jsonl", write(workspace, "json").text);
        check_golden(folder / "messages.jsonl", write(workspace, "openai-messages").text);
        const std::string page = write(workspace, "html").text;
        check_golden(folder / "page.html", without_style(page));
        CHECK(html_problem(page) == "");
        CHECK((page == write(workspace, "html").text));
    }
}

TEST_CASE("a page with everything, with nothing, and in each choice of parts is ours") {
    for (const std::filesystem::path& folder : golden_cases("writers")) {
        CAPTURE(folder.filename().string());
        Workspace made;
        Workspace& workspace = workspace_of(made, folder);
        for (unsigned choice = 0; choice < 16; ++choice) {
            ExportOptions options;
            options.format = "html";
            options.include_hidden = (choice & 1) != 0;
            options.head_path_only = (choice & 2) != 0;
            options.blobs = (choice & 4) != 0;
            if ((choice & 8) != 0) options.kinds &= ~(k_tool_kinds | k_thinking_kinds);
            CHECK(html_problem(write(workspace, options).text) == "");
        }
    }
}

TEST_CASE("the canonical form drops nothing") {
    Workspace workspace;
    (void)workspace.import(source_root() / "examples/data");
    const std::string loss = write(workspace, "kato").loss;
    CHECK(loss.find("\"dropped\":{},\"left_out\":{}") != std::string::npos);
    CHECK(write(workspace, "json").loss.find("\"dropped\":{},\"left_out\":{}") !=
          std::string::npos);
}

// What the format "json" says, put back into records: the same store.
TEST_CASE("json holds what the canonical form holds") {
    Workspace workspace;
    (void)workspace.import(source_root() / "examples/data");
    std::string records = "{\"kato\":1}\n";
    const std::string text = write(workspace, "json").text;
    for (std::size_t start = 0; start < text.size();) {
        const std::size_t end = text.find('\n', start);
        json::Document document;
        REQUIRE(document.parse(std::string_view(text).substr(start, end - start)));
        start = end + 1;
        std::string chat = "{\"type\":\"chat\"";
        std::string parts;
        for (json::Value member = document.root().first(); member; member = member.next()) {
            const std::string name = member.key();
            const auto list = [&](const char* type) {
                for (json::Value one = member.first(); one; one = one.next())
                    parts += std::string("{\"type\":\"") + type + "\"," +
                             std::string(one.raw().substr(1)) + "\n";
            };
            if (name == "usage") list("usage");
            if (name == "events") list("event");
            if (name == "blobs") list("blob");
            if (name == "usage" || name == "events" || name == "blobs" || name == "kato_chat")
                continue;
            chat += ",\"" + name + "\":" + std::string(member.raw());
        }
        records += chat + "}\n" + parts;
    }
    Workspace again;
    const ImportReport report = again.import_text(records);
    CHECK(count(report, Count::quarantined_bytes) == 0);
    CHECK((again.export_all() == workspace.export_all()));
}

TEST_CASE("kinds that are left out leave the tree whole") {
    Workspace made;
    Workspace& workspace = workspace_of(made, source_root() / "tests/golden/writers/garden");
    ExportOptions options;
    options.format = "json";
    options.kinds = kind_bit(Kind::user_message) | kind_bit(Kind::assistant_message);
    const Written out = write(workspace, options);
    CHECK(out.text.find("assistant.tool") == std::string::npos);
    CHECK(out.loss.find("\"assistant.tool.call\":3") != std::string::npos);
    json::Document document;
    REQUIRE(document.parse(std::string_view(out.text).substr(0, out.text.find('\n'))));
    std::vector<std::string> ids;
    std::size_t roots = 0;
    const json::Value events = document.root().member("events");
    for (json::Value event = events.first(); event; event = event.next()) {
        const std::string parent = event.member("parent").text();
        if (parent.empty()) ++roots;
        const bool known = std::find(ids.begin(), ids.end(), parent) != ids.end();
        CHECK((parent.empty() || known));
        ids.push_back(event.member("id").text());
    }
    CHECK(roots == 1);
    CHECK(ids.size() > 5);
}

TEST_CASE("a choice of kinds is refused where the format is always complete") {
    Workspace workspace;
    for (const char* format : {"kato", "original"}) {
        ExportOptions options;
        options.format = format;
        options.all = true;
        options.kinds = k_tool_kinds;
        const auto out =
            export_chats(workspace.store(), options, [](std::string_view) { return done(); });
        REQUIRE_FALSE(out);
        CHECK(out.error().code == Code::invalid);
    }
}

TEST_CASE("a page of ten thousand events is written in bounded pieces and in order") {
    std::string input =
        "{\"kato\":1}\n{\"type\":\"chat\",\"id\":\"05000000-0000-8000-8000-000000000000\"}\n";
    constexpr int k_events = 10'000;
    const auto id = [](int n) { return fmt::format("{:08x}-0000-8000-8000-000000000005", n); };
    for (int n = 1; n <= k_events; ++n)
        input += fmt::format("{{\"type\":\"event\",\"id\":\"{}\"{},\"kind\":\"{}.message\","
                             "\"text\":\"number {}\"}}\n",
                             id(n), n == 1 ? "" : ",\"parent\":\"" + id(n - 1) + "\"",
                             n % 2 == 1 ? "user" : "assistant", n);
    Workspace workspace;
    (void)workspace.import_text(input);
    ExportOptions options;
    options.format = "html";
    options.all = true;
    std::size_t largest = 0;
    std::string page;
    REQUIRE(export_chats(workspace.store(), options, [&](std::string_view bytes) {
        largest = std::max(largest, bytes.size());
        page += bytes;
        return done();
    }));
    CHECK(largest < (1 << 20));
    CHECK(html_problem(page) == "");
    CHECK(page.find("number 9999<") < page.find("number 10000<"));
    CHECK(page.find("and 3000 more") != std::string::npos);
}
