// Real interpreters, with nothing granted by hand.
#include "sandbox/run.h"
#include "support/files.h"

#include <doctest/doctest.h>

#include <filesystem>

#include <sys/stat.h>
#include <unistd.h>

using namespace kato;
using namespace kato::sandbox;
using namespace kato::test;

namespace {

struct Program {
    const char* interpreter;
    const char* text;
    std::size_t most_grants; // and most of them folders: a test fails when a runtime grows
    std::size_t most_folders;
};

constexpr Program k_programs[] = {
    {"/bin/sh", "#!/bin/sh\nread -r line; echo \"got $line\"\n", 6, 0},
    {"/usr/bin/python3",
     "#!/usr/bin/env python3\nimport json, re, ssl, sys, hashlib, sqlite3\n"
     "print('got', re.sub('x', 'y', sys.stdin.readline().strip().replace('y', 'y')))\n",
     50, 1},
    {"/usr/bin/perl",
     "#!/usr/bin/perl\nuse strict; use warnings; use JSON::PP; use POSIX; use Encode;\n"
     "my $line = <STDIN>; print \"got $line\";\n",
     12, 3},
    {"/usr/bin/node",
     "#!/usr/bin/env node\nconst fs = require('fs'); require('crypto');\n"
     "process.stdout.write('got ' + fs.readFileSync(0, 'utf8'));\n",
     16, 0},
    {"/usr/bin/ruby",
     "#!/usr/bin/env ruby\nrequire 'json'; require 'set'; require 'digest'; require 'openssl'\n"
     "puts \"got #{STDIN.gets}\"\n",
     40, 3},
    {"/usr/bin/mawk", "#!/usr/bin/mawk -f\n{ print \"got \" $0 }\n", 8, 0},
};

} // namespace

TEST_CASE("scripts of the usual interpreters run at both levels") {
    TempDir folder;
    std::filesystem::permissions(folder.path(), static_cast<std::filesystem::perms>(0755));
    for (const Program& program : k_programs) {
        if (!std::filesystem::exists(program.interpreter)) {
            MESSAGE("not installed: " << std::string(program.interpreter));
            continue;
        }
        const std::string path = (folder / "agent").string();
        write_file(path, program.text);
        ::chmod(path.c_str(), 0755);
        const Fd chat = snapshot("xyz\n");
        for (const Level level : levels()) {
            CAPTURE(program.interpreter);
            CAPTURE(static_cast<int>(level));
            Confinement asked = confinement(level, {path});
            asked.snapshot = chat.get();
            asked.snapshot_descriptor = 0;
            ::lseek(chat.get(), 0, SEEK_SET);
            const Ran ran = test::run(asked);
            CHECK(ran.exit.code == 0);
            CHECK(ran.output.substr(0, 4) == "got ");
            std::size_t folders = 0;
            for (const Grant& grant : asked.grants) {
                folders += std::filesystem::is_directory(grant.path) ? 1 : 0;
                CHECK(grant.path.find("/locale") == std::string::npos); // see agent/apply.cc
                CHECK(grant.path.find("/gconv") == std::string::npos);
            }
            CHECK(asked.grants.size() <= program.most_grants);
            CHECK(folders <= program.most_folders);
        }
    }
}

TEST_CASE("a static program needs nothing but itself") {
    const char* const path = std::getenv("KATO_TEST_STATIC_AGENT");
    if (path == nullptr) {
        MESSAGE("no static libc here");
        return;
    }
    for (const Level level : levels()) {
        const Confinement asked = confinement(level, {path, "exit", "3"});
        CHECK(asked.grants.size() == 1);
        CHECK(test::run(asked).exit.code == 3);
    }
}
