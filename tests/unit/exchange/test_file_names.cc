// Names of files in an exported folder: safe, stable, different.
#include "exchange/file_names.h"
#include "unit/exchange/workspace.h"

#include <doctest/doctest.h>

#include <algorithm>

using namespace kato;
using namespace kato::test;

namespace {

ChatView chat(std::string title, std::string_view id = "0f000000-0000-8000-8000-000000000001") {
    ChatView out;
    out.title = std::move(title);
    out.id = parse_uuid(id).value();
    return out;
}

std::string name(std::string title) {
    const ChatView one = chat(std::move(title));
    return chat_file_names(std::span(&one, 1), ".html").at(0);
}

} // namespace

TEST_CASE("a name is made of the title and the id's beginning") {
    CHECK(name("Watering the beds") == "Watering-the-beds-0f000000.html");
    CHECK(name("") == "untitled-0f000000.html");
    CHECK(name("\xE6\xB0\xB4\xE3\x82\x84\xE3\x82\x8A") ==
          "\xE6\xB0\xB4\xE3\x82\x84\xE3\x82\x8A-0f000000.html");
}

TEST_CASE("no title leads out of the folder or hides") {
    CHECK(name("../../etc/passwd") == "etc-passwd-0f000000.html");
    CHECK(name("..") == "untitled-0f000000.html");
    CHECK(name(".hidden") == "hidden-0f000000.html");
    CHECK(name("-rf *") == "rf-0f000000.html");
    CHECK(name("CON") == "CON-0f000000.html");
    CHECK(name("C:\\nul.txt") == "C-nul-txt-0f000000.html");
    CHECK(name("a\x1B[31m\n\tb") == "a-31m-b-0f000000.html");
    CHECK(name("a\xE2\x80\xAEgpj.exe") == "a-gpj-exe-0f000000.html");
    CHECK(name("a\xE2\x80\x8B"
               "b") == "a-b-0f000000.html");
    CHECK(name("$(rm -r ~) `x` 'y' \"z\" & | < > ? * : ; # %") == "rm-r-x-y-z-0f000000.html");
    CHECK(name("a..b...") == "a-b-0f000000.html");
    CHECK(name("\xED\xA0\xBD\xFF") == "untitled-0f000000.html");
}

TEST_CASE("a name has a bounded length, and no character of it is cut") {
    std::string title;
    for (int i = 0; i < 100; ++i) title += "\xE6\xB0\xB4";
    const std::string made = name(title);
    CHECK(made.size() == 60 + std::string("-0f000000.html").size());
    CHECK(made.starts_with("\xE6\xB0\xB4"));
}

TEST_CASE(
    "chats made here are told apart by the time in their ids, equal beginnings by all of it") {
    const ChatView chats[] = {chat("a", "01973f2a-9c01-7000-8000-000000000001"),
                              chat("A", "01973f2a-9c02-7000-8000-000000000001"),
                              chat("b", "0a000000-0000-8000-8000-000000000001"),
                              chat("b", "0a000000-0000-8000-8000-000000000002")};
    const std::vector<std::string> names = chat_file_names(chats, ".md");
    CHECK(names[0] == "a-01973f2a-9c01.md");
    CHECK(names[1] == "A-01973f2a-9c02.md");
    CHECK(names[2] == "b-0a000000-0000-8000-8000-000000000001.md");
    CHECK(names[3] == "b-0a000000-0000-8000-8000-000000000002.md");
}

TEST_CASE("an export into a folder gives each chat a file, and pages an index") {
    Workspace workspace;
    (void)workspace.import(source_root() / "examples/data");
    const std::size_t chats = workspace.store().list_chats({})->size();
    for (const char* format : {"html", "markdown", "kato", "json", "openai-messages"}) {
        CAPTURE(format);
        ExportOptions options;
        options.format = format;
        options.all = true;
        std::vector<ExportFile> files;
        std::vector<std::string> texts;
        REQUIRE(export_files(
            workspace.store(), options,
            [&](const ExportFile& file) {
                files.push_back(file);
                texts.emplace_back();
                return true;
            },
            [&](std::string_view bytes) {
                texts.back() += bytes;
                return done();
            }));
        const bool index = std::string_view(format) == "html";
        REQUIRE(files.size() == chats + (index ? 1 : 0));
        for (const std::string& text : texts) CHECK(!text.empty());
        if (!index) continue;
        CHECK(files.back().name == "index.html");
        CHECK_FALSE(files.back().chat);
        for (std::size_t i = 0; i < chats; ++i) {
            CHECK(texts.back().find("href=\"./" + files[i].name + "\"") != std::string::npos);
            CHECK(texts[i].find("href=\"./index.html\"") != std::string::npos);
        }
    }
}

TEST_CASE("a file that nobody wants is left out, and an original is no file of a chat") {
    Workspace workspace;
    (void)workspace.import(codex_example());
    ExportOptions options;
    options.format = "html";
    options.all = true;
    std::size_t bytes = 0;
    const auto count_bytes = [&](std::string_view piece) {
        bytes += piece.size();
        return done();
    };
    REQUIRE(export_files(
        workspace.store(), options, [](const ExportFile&) { return false; }, count_bytes));
    CHECK(bytes == 0);
    options.format = "original";
    const Status original = export_files(
        workspace.store(), options, [](const ExportFile&) { return true; }, count_bytes);
    REQUIRE_FALSE(original);
    CHECK(original.error().code == Code::invalid);
}

TEST_CASE("chats are chosen by provider, project and time") {
    Workspace workspace;
    (void)workspace.import(source_root() / "examples/data");
    const auto exported = [&](auto change) {
        ExportOptions options;
        options.all = true;
        change(options);
        std::string out;
        REQUIRE(export_chats(workspace.store(), options, [&](std::string_view piece) {
            out += piece;
            return done();
        }));
        std::size_t n = 0;
        for (std::size_t at = out.find("{\"type\":\"chat\""); at != std::string::npos;
             at = out.find("{\"type\":\"chat\"", at + 1))
            ++n;
        return n;
    };
    const std::size_t all = exported([](ExportOptions&) {});
    const std::size_t codex = exported([](ExportOptions& o) { o.provider = "codex"; });
    CHECK(codex == 1);
    CHECK(exported([](ExportOptions& o) { o.provider = "claude-code"; }) == all - codex);
    CHECK(exported([](ExportOptions& o) { o.project = "teatimer"; }) >= 1);
    CHECK(exported([](ExportOptions& o) { o.project = "no such project"; }) == 0);
    CHECK(exported([](ExportOptions& o) { o.after = parse_date_or_time("2100-01-01"); }) == 0);
    CHECK(exported([](ExportOptions& o) { o.before = parse_date_or_time("2000-01-01"); }) == 0);
    const std::string id = to_string(workspace.store().list_chats({})->at(0).id);
    const std::string provider = workspace.store().list_chats({})->at(0).provider;
    CHECK(exported([&](ExportOptions& o) {
              o.all = false;
              o.chats = {id};
              o.provider = provider;
          }) == 1);
    CHECK(exported([&](ExportOptions& o) {
              o.all = false;
              o.chats = {id};
              o.provider = "nobody";
          }) == 0);
}
