// Manifests: what they say, and the messages about what is wrong with them.
#include "agent/manifest.h"
#include "support/files.h"

#include <doctest/doctest.h>
#include <sys/stat.h>

#include <filesystem>

using namespace kato;
using namespace kato::agent;
using namespace kato::test;

namespace {

constexpr std::string_view k_toml = R"(# An agent.
name = "outline"
description = "Headings, decisions and open questions."
version = "1.0"
program = "outline.sh"
arguments = ["-v", ""]
mode = "filter"

[permissions]
read = ["~/notes", "data"]
env = ["TZ"]
net = ["api.example.org:443"]

[limits]
wall = "30s"
cpu = "10s"
memory = "512MiB"
processes = 8
files = 32
scratch = "64MiB"
output = "1MB"
messages = "64KiB"

[params]
depth = 3
ratio = 0.5
deep = { list = [1, "two", true] }
)";

constexpr std::string_view k_json = R"({
  "name": "outline", "description": "Headings, decisions and open questions.", "version": "1.0",
  "program": "outline.sh", "arguments": ["-v", ""], "mode": "filter",
  "permissions": {"read": ["~/notes", "data"], "env": ["TZ"], "net": ["api.example.org:443"]},
  "limits": {"wall": "30s", "cpu": "10s", "memory": "512MiB", "processes": 8, "files": 32,
             "scratch": "64MiB", "output": "1MB", "messages": "64KiB"},
  "params": {"depth": 3, "ratio": 0.5, "deep": {"list": [1, "two", true]}}
})";

Manifest good(std::string_view text) {
    auto manifest = parse_manifest(text, "/agents/outline");
    if (!manifest) throw std::runtime_error(manifest.error().message);
    return std::move(*manifest);
}

// "line: message"
std::string bad(std::string_view text) {
    const auto manifest = parse_manifest(text, "/agents/outline", "/agents/m.toml");
    if (manifest) return "no error";
    CHECK(manifest.error().path == "/agents/m.toml");
    const std::uint64_t line = manifest.error().line.value_or(0);
    return std::to_string(line) + ": " + manifest.error().message;
}

bool has(const std::string& text, std::string_view part) {
    return text.find(part) != std::string::npos;
}

std::string repeated(std::string_view text, int count) {
    std::string out;
    for (int i = 0; i < count; ++i) out += text;
    return out;
}

} // namespace

TEST_CASE("TOML and JSON say the same") {
    for (const std::string_view text : {k_toml, k_json}) {
        const Manifest manifest = good(text);
        CHECK(manifest.name == "outline");
        CHECK(manifest.description == "Headings, decisions and open questions.");
        CHECK(manifest.version == "1.0");
        CHECK(manifest.program == "/agents/outline/outline.sh");
        CHECK(manifest.arguments == std::vector<std::string>{"-v", ""});
        CHECK(manifest.mode == Mode::filter);
        std::string permissions;
        for (const Requested& one : manifest.permissions)
            permissions += std::string(capability_name(one.capability)) + "=" + one.value + ";";
        CHECK(permissions == "read=~/notes;read=data;env=TZ;net=api.example.org:443;");
        CHECK(manifest.limits.wall_ms == 30'000);
        CHECK(manifest.limits.cpu_ms == 10'000);
        CHECK(manifest.limits.memory_bytes == 512ULL << 20);
        CHECK(manifest.limits.processes == 8);
        CHECK(manifest.limits.files == 32);
        CHECK(manifest.limits.scratch_bytes == 64ULL << 20);
        CHECK(manifest.limits.output_bytes == 1'000'000);
        CHECK(manifest.limits.message_bytes == 65536);
        REQUIRE(manifest.params.size() == 3);
        CHECK(manifest.params[0].first == "deep");
        CHECK(manifest.params[0].second == R"({"list":[1,"two",true]})");
        CHECK(manifest.params[1].second == "3");
        CHECK(manifest.params[2].second == "0.5");
    }
}

TEST_CASE("a name is enough") {
    const Manifest manifest = good("name = \"a\"\n");
    CHECK(manifest.mode == Mode::protocol);
    CHECK(manifest.program.empty());
    CHECK(manifest.permissions.empty());
    CHECK(!manifest.limits.wall_ms);
}

TEST_CASE("unknown keys are errors with their line") {
    CHECK(has(bad("name = \"a\"\n\nnmae = 1\n"), "3: nmae: expected one of name, description"));
    CHECK(
        has(bad("name = \"a\"\n[limits]\nwal = \"1s\"\n"), "3: limits.wal: expected one of wall"));
    CHECK(
        has(bad("name = \"a\"\n[permissions]\nreed = []\n"), "3: permissions.reed: expected one"));
    CHECK(has(bad("name = \"a\"\n[other]\n"), "2: other: expected one of"));
    CHECK(has(bad("{\"name\": \"a\",\n\"x\": 1}"), "2: x: expected one of"));
}

TEST_CASE("wrong values are errors that say what was expected") {
    CHECK(bad("") == "0: expected a name, such as name = \"outline\"");
    CHECK(bad("name = 3\n") == "1: name: expected a text, not a whole number");
    CHECK(has(bad("name = \"Out line\"\n"), "1: name: expected small letters"));
    CHECK(has(bad("name = \"\"\n"), "1: name: expected small letters"));
    CHECK(bad("name = \"a\"\nmode = \"x\"\n") == "2: mode: expected \"protocol\" or \"filter\"");
    CHECK(has(bad("name = \"a\"\nprogram = \"../x\"\n"), "2: program: expected a file in the"));
    CHECK(has(bad("name = \"a\"\nprogram = \"a/../x\"\n"), "2: program: expected a file in the"));
    CHECK(has(bad("name = \"a\"\nprogram = \"\"\n"), "2: program: expected a file in the"));
    CHECK(bad("name = \"a\"\narguments = [1]\n") ==
          "2: arguments: expected texts, not a whole number");
    CHECK(has(bad("name = \"a\"\narguments = [\"x\"]\n"), "expected a program that takes them"));
    CHECK(bad("name = \"a\"\npermissions = 1\n") ==
          "2: permissions: expected a table, not a whole number");
    CHECK(has(bad("name = \"a\"\n[permissions]\nread = true\n"),
              "3: permissions.read: expected a list of texts"));
    CHECK(has(bad("name = \"a\"\n[permissions]\nread = [\n\"\"]\n"), "4: permissions.read"));
    CHECK(has(bad("name = \"a\"\n[permissions]\nenv = [\"A\",\n\"A=b\"]\n"),
              "4: env \"A=b\": expected a variable's name"));
    CHECK(has(bad("name = \"a\"\n[limits]\nwall = 30\n"), "3: limits.wall: expected a time with"));
    CHECK(has(bad("name = \"a\"\n[limits]\nwall = \"0s\"\n"), "3: limits.wall: expected a time"));
    CHECK(
        has(bad("name = \"a\"\n[limits]\nmemory = \"1\"\n"), "3: limits.memory: expected a size"));
    CHECK(has(bad("name = \"a\"\n[limits]\nfiles = 0\n"), "3: limits.files: expected a whole"));
    CHECK(has(bad("name = \"a\"\n[limits]\nfiles = \"8\"\n"), "3: limits.files: expected a whole"));
    CHECK(has(bad("name = \"a\"\nversion = \"\\u001b[1m\"\n"), "2: version: expected no control"));
    CHECK(has(bad("name = \"a\"\n[params]\nx = 1979-05-27\n"), "3: dates and times"));
    CHECK(has(bad("name = \"a\"\n[params]\nx = inf\n"), "3: expected a finite number"));
}

TEST_CASE("what is not TOML or JSON is an error with its line") {
    CHECK(has(bad("name = \"a\"\nname = \"b\"\n"), "2: "));
    CHECK(has(bad("name = \"a\n"), "1: "));
    CHECK(has(bad("\n\n= 1\n"), "3: "));
    CHECK(has(bad("{\n\"name\": \"a\",\n}"), "3: "));
    CHECK(has(bad("{\"name\": \"a\",\n\"name\": \"b\"}"), "2: name is there twice"));
    CHECK(has(bad("{\"name\": null}"), "1: null is not understood"));
    CHECK(has(bad("{\"name\": \"\\ud800\"}"), "1: a text with half a surrogate pair"));
    CHECK(has(bad("name = \"a\xFF\"\n"), "1: "));
    CHECK(has(bad("{\"name\": \"a\xFF\"}"), "UTF-8"));
    CHECK(bad(std::string_view("name = \"a\"\0\n", 12)) == "0: a NUL byte");
    CHECK(has(bad("[]"), ": "));
}

TEST_CASE("size, depth and number are bounded") {
    CHECK(has(bad("name = \"a\"\n#" + std::string(k_max_manifest_bytes, 'x')), "more than 65536"));
    const std::string deep_list = repeated("[", 40) + repeated("]", 40);
    CHECK(has(bad("name = \"a\"\n[params]\nx = " + deep_list + "\n"), "3: "));
    CHECK(has(bad("{\"name\": \"a\", \"params\": {\"x\": " + deep_list + "}}"), "1: "));
    CHECK(has(bad("[" + repeated("a.", 30'000) + "a]\n"), "nested more than 16 deep"));
    CHECK(has(bad("[" + repeated("a.", 30) + "a]\n"), "nested more than 16 deep"));
    CHECK(has(bad("name = \"a\"\n[params]\nx = [" + repeated("1,", 5000) + "]\n"),
              "more than 4096 values"));
    // Dots in texts and comments are nobody's tables.
    good("name = \"a\"\ndescription = \"" + repeated(".", 500) + "\"\n");
    good("name = \"a\"\ndescription = '" + repeated("\\.", 500) + "'\n");
}

TEST_CASE("a manifest's file is read, and found in a folder") {
    TempDir folder;
    write_file(folder / "kato-agent.json", "{\"name\": \"json\"}");
    CHECK(read_manifest(folder.path().string())->name == "json");
    write_file(folder / "kato-agent.toml", k_toml);
    write_file(folder / "other.json", k_json);
    for (const std::string& path : {folder.path().string(), (folder / "kato-agent.toml").string(),
                                    (folder / "other.json").string()}) {
        const auto manifest = read_manifest(path);
        REQUIRE(manifest);
        CHECK(manifest->program ==
              std::filesystem::canonical(folder.path()).string() + "/outline.sh");
    }
}

TEST_CASE("what is not a manifest's file is an error, and no FIFO is waited for") {
    TempDir folder;
    CHECK(read_manifest((folder / "missing").string()).error().code == Code::not_found);
    REQUIRE(::mkfifo((folder / "fifo").c_str(), 0600) == 0);
    CHECK(read_manifest((folder / "fifo").string()).error().message == "not a regular file");
    write_file(folder / "big", std::string(k_max_manifest_bytes + 1, '\n'));
    CHECK(read_manifest((folder / "big").string()).error().code == Code::limit);
    write_file(folder / "bad", "name = \"a\"\nx = 1\n");
    const auto bad_one = read_manifest((folder / "bad").string());
    REQUIRE(!bad_one);
    CHECK(bad_one.error().path == (folder / "bad").string());
    CHECK(bad_one.error().line == 2);
}
