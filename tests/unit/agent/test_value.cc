// The spelling of values: what each kind takes, and what it refuses.
#include "agent/value.h"

#include <doctest/doctest.h>

using namespace kato;
using namespace kato::agent;

namespace {

std::string spelled(Capability capability, std::string_view value) {
    const auto result = spell_value(capability, value, ValueContext{"/home/ann", "/base"});
    return result ? *result : "error";
}

} // namespace

TEST_CASE("paths become absolute without being looked up") {
    for (const Capability kind : {Capability::read, Capability::write, Capability::ffi}) {
        CHECK(spelled(kind, "/a//b/./c/") == "/a/b/c");
        CHECK(spelled(kind, "~/notes") == "/home/ann/notes");
        CHECK(spelled(kind, "~") == "/home/ann");
        CHECK(spelled(kind, "./~") == "/base/~");
        CHECK(spelled(kind, "~bob") == "/base/~bob");
        CHECK(spelled(kind, "notes/a") == "/base/notes/a");
        CHECK(spelled(kind, "../other") == "/other");
        CHECK(spelled(kind, "/") == "/");
        CHECK(spelled(kind, "").empty());
    }
}

TEST_CASE("a path climbs only at its beginning: behind a name a link could decide") {
    for (const char* path : {"/a/../b", "/..", "a/../b", "~/../bob", "./a/..", "../a/../b"}) {
        CAPTURE(path);
        CHECK(spelled(Capability::read, path) == "error");
    }
    CHECK(spelled(Capability::read, "./../a") == "/a");
    CHECK(spelled(Capability::read, "a..b/..c") == "/base/a..b/..c");
}

TEST_CASE("a path with a NUL byte, without a home or too long is refused") {
    CHECK(spelled(Capability::read, std::string_view("/a\0b", 4)) == "error");
    CHECK(spelled(Capability::run, std::string_view("a\0b", 3)) == "error");
    CHECK(spelled(Capability::read, "/" + std::string(5000, 'a')) == "error");
    CHECK(!spell_value(Capability::read, "~/a", ValueContext{"", "/base"}));
}

TEST_CASE("programs are names or paths") {
    CHECK(spelled(Capability::run, "git") == "git");
    CHECK(spelled(Capability::run, "./git") == "/base/git");
    CHECK(spelled(Capability::run, "/usr/bin/git") == "/usr/bin/git");
    CHECK(spelled(Capability::run, "..") == "error");
    CHECK(spelled(Capability::run, ".") == "error");
}

TEST_CASE("hosts are brought to one spelling") {
    CHECK(spelled(Capability::net, "API.Example.org.:443") == "api.example.org:443");
    CHECK(spelled(Capability::net, "example.org") == "example.org");
    CHECK(spelled(Capability::net, "127.0.0.1:80") == "127.0.0.1:80");
    CHECK(spelled(Capability::net, "[::1]:80") == "[::1]:80");
    CHECK(spelled(Capability::net, "[2001:DB8::1]") == "[2001:db8::1]");
}

TEST_CASE("what is not a host and a port is refused") {
    for (const char* value : {"https://example.org",
                              "example.org/path",
                              "user@example.org",
                              "*.example.org",
                              "a b",
                              "example.org:",
                              "example.org:0",
                              "example.org:65536",
                              "example.org:080",
                              "example.org:+80",
                              "-a.org",
                              "a-.org",
                              "a..org",
                              ".org",
                              ".",
                              ":80",
                              "::1",
                              "[::1",
                              "[::1]80",
                              "[::1]:",
                              "[g::1]",
                              "[]:80",
                              "[a]:80",
                              "ex\xC3\xA4mple.org",
                              "a\nb"}) {
        CAPTURE(value);
        CHECK(spelled(Capability::net, value) == "error");
    }
    CHECK(spelled(Capability::net, std::string_view("a\0.org", 6)) == "error");
    CHECK(spelled(Capability::net, std::string(64, 'a') + ".org") == "error");
}

TEST_CASE("variables are names") {
    CHECK(spelled(Capability::env, "LC_ALL") == "LC_ALL");
    for (const char* value : {"A=b", "A B", "1A", "A*", "A-B", "\xC3\xA4", "A\n"}) {
        CAPTURE(value);
        CHECK(spelled(Capability::env, value) == "error");
    }
}

TEST_CASE("sys takes Deno's names") {
    CHECK(spelled(Capability::sys, "hostname") == "hostname");
    CHECK(spelled(Capability::sys, "osRelease") == "osRelease");
    CHECK(spelled(Capability::sys, "everything") == "error");
}

TEST_CASE("a message says what was expected, and is valid UTF-8") {
    const auto result = spell_value(Capability::env, "\xFF=x", {});
    REQUIRE(!result);
    CHECK(result.error().code == Code::invalid);
    CHECK(result.error().message ==
          "env \"\xEF\xBF\xBD=x\": expected a variable's name, such as TZ");
}
