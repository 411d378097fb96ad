// Exports: which chats, which format, attachments, stopping; and sources byte for byte.
#include "unit/exchange/workspace.h"

#include <doctest/doctest.h>

using namespace kato;
using namespace kato::test;

namespace {

Result<std::string> exported(Workspace& workspace, const ExportOptions& options) {
    std::string out;
    KATO_TRY(const bool whole,
             export_chats(workspace.store(), options, [&](std::string_view bytes) {
                 out += bytes;
                 return done();
             }));
    CHECK(whole);
    return out;
}

std::size_t occurrences(std::string_view text, std::string_view what) {
    std::size_t n = 0;
    for (std::size_t at = text.find(what); at != std::string_view::npos;
         at = text.find(what, at + 1))
        ++n;
    return n;
}

constexpr std::string_view k_attached =
    "{\"kato\":1}\n"
    "{\"type\":\"chat\",\"id\":\"00000000-0000-8000-8000-0000000000b1\"}\n"
    "{\"type\":\"event\",\"id\":\"00000000-0000-8000-8000-0000000000b2\",\"kind\":\"user.message\","
    "\"attachments\":"
    "[{\"size\":5,\"sha256\":\"2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824\"}]"
    "}\n"
    "{\"type\":\"blob\",\"sha256\":"
    "\"2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824\",\"size\":5,"
    "\"data\":\"aGVsbG8=\"}\n"
    "{\"type\":\"chat\",\"id\":\"00000000-0000-8000-8000-0000000000a1\"}\n"
    "{\"type\":\"event\",\"id\":\"00000000-0000-8000-8000-0000000000a2\",\"kind\":\"user.message\","
    "\"attachments\":"
    "[{\"size\":5,\"sha256\":\"2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824\"}]"
    "}\n";

} // namespace

TEST_CASE("chats come by id, and an attachment once, after the first chat that has it") {
    Workspace workspace;
    (void)workspace.import_text(k_attached);
    const std::string out = workspace.export_all();
    CHECK(occurrences(out, "\"type\":\"blob\"") == 1);
    CHECK(out.find("0000a1\"") < out.find("\"type\":\"blob\""));
    CHECK(out.find("\"type\":\"blob\"") < out.find("0000b1\""));
    CHECK(out.find("\"data\":\"aGVsbG8=\"") != std::string::npos);
}

TEST_CASE("without attachments their hashes stay") {
    Workspace workspace;
    (void)workspace.import_text(k_attached);
    ExportOptions options;
    options.all = true;
    options.blobs = false;
    const auto out = exported(workspace, options);
    REQUIRE(out);
    CHECK(occurrences(*out, "\"type\":\"blob\"") == 0);
    CHECK(occurrences(*out, "2cf24dba") == 2);
}

TEST_CASE("chats can be named, by a beginning of their id and twice") {
    Workspace workspace;
    (void)workspace.import(source_root() / "examples/data");
    const std::string id = to_string(workspace.store().list_chats({})->at(0).id);
    ExportOptions options;
    options.chats = {id.substr(0, 8), id};
    const auto out = exported(workspace, options);
    REQUIRE(out);
    CHECK(occurrences(*out, "{\"type\":\"chat\"") == 1);
    options.chats = {"no such chat"};
    const auto none = exported(workspace, options);
    REQUIRE_FALSE(none);
    CHECK(none.error().code == Code::not_found);
}

TEST_CASE("the canonical form has all branches, also when the head's path is asked for") {
    Workspace workspace;
    (void)workspace.import(claude_example());
    ExportOptions options;
    options.all = true;
    options.head_path_only = true;
    const auto out = exported(workspace, options);
    REQUIRE(out);
    CHECK((*out == workspace.export_all()));
}

TEST_CASE("an empty workspace exports a header") {
    Workspace workspace;
    CHECK(workspace.export_all() == "{\"kato\":1}\n");
    CHECK(workspace.export_all("markdown") == "");
}

TEST_CASE("a format that cannot be written is refused, with those that can") {
    Workspace workspace;
    for (const char* format : {"codex", "no-such-format"}) {
        ExportOptions options;
        options.format = format;
        options.all = true;
        const auto out = exported(workspace, options);
        REQUIRE_FALSE(out);
        CHECK(out.error().code == Code::invalid);
        CHECK(out.error().hint.find("markdown, openai-messages, original") != std::string::npos);
    }
}

TEST_CASE("the original of the only source comes back byte for byte") {
    Workspace workspace;
    (void)workspace.import(claude_example());
    CHECK((workspace.export_all("original") == read_file(claude_example())));
}

TEST_CASE("several originals do not share an output, and a chat names its own") {
    Workspace workspace;
    (void)workspace.import(claude_example());
    (void)workspace.import(codex_example());
    ExportOptions options;
    options.all = true;
    options.format = "original";
    const auto both = exported(workspace, options);
    REQUIRE_FALSE(both);
    CHECK(both.error().code == Code::invalid);
    options.all = false;
    const auto chats = workspace.store().list_chats({});
    REQUIRE(chats);
    for (const ChatView& chat : *chats) {
        if (chat.provider != "codex") continue;
        options.chats = {to_string(chat.id)};
        const auto one = exported(workspace, options);
        REQUIRE(one);
        CHECK((*one == read_file(codex_example())));
    }
}

TEST_CASE("a source that is only known by reference has no original here") {
    Workspace first;
    (void)first.import(codex_example());
    Workspace second;
    (void)second.import_text(first.export_all());
    ExportOptions options;
    options.all = true;
    options.format = "original";
    const auto out = exported(second, options);
    REQUIRE_FALSE(out);
    CHECK(out.error().code == Code::not_found);
}

TEST_CASE("exporting stops when asked to, and when the output fails") {
    Workspace workspace;
    (void)workspace.import(claude_example());
    ExportOptions options;
    options.all = true;
    options.stop = [] { return true; };
    auto out = exported(workspace, options);
    REQUIRE_FALSE(out);
    CHECK(out.error().code == Code::cancelled);
    options.stop = {};
    const auto failed = export_chats(workspace.store(), options, [](std::string_view) -> Status {
        return Error{Code::user, "full"};
    });
    REQUIRE_FALSE(failed);
    CHECK(failed.error().code == Code::user);
}

TEST_CASE("the content hash tells stores apart, also by sources that gave no chat") {
    Workspace a;
    Workspace b;
    CHECK(a.hash() == b.hash());
    (void)a.import_text("words that are in no format");
    CHECK(a.hash() != b.hash());
    (void)b.import_text("words that are in no format");
    CHECK(a.hash() == b.hash());
    CHECK(a.hash().size() == 64);
}

TEST_CASE("a deleted chat is not exported") {
    Workspace workspace;
    (void)workspace.import(codex_example());
    REQUIRE(workspace.store().delete_chat(workspace.store().list_chats({})->at(0).id, false));
    CHECK(workspace.export_all() == "{\"kato\":1}\n");
}
