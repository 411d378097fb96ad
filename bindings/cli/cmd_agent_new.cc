// kato agent new: the beginnings of an agent, ready to run.
#include "command.h"

#include "files.h"
#include "text.h"

#include <cstring>

#include <fcntl.h>
#include <sys/stat.h>

#include <fmt/format.h>

namespace kato_cli {
namespace {

const Command::Choices k_languages = {"python", "sh"};

constexpr std::string_view k_manifest =
    R"toml(# What this agent is and what it asks for. It only asks: whoever runs it decides.
name = "{name}"
description = "Says how many messages a chat has."
version = "0.1"
program = "{program}"
mode = "protocol"

# Nothing beyond the chat and the output is needed. An agent that reads a file of the user's says so:
# [permissions]
# read = ["~/notes.txt"]

[limits]
wall = "60s"
memory = "256MiB"
)toml";

constexpr std::string_view k_python = R"py(#!/usr/bin/env python3
"""An agent for Kato: reads one chat, writes one output. docs/agents.md has the protocol.

Descriptors: 0 instructions (one JSON line), 1 messages, 2 diagnostics, 3 the chat, 4 the output.
"""

import json
import os


def say(kind, **members):
    """A message to whoever runs this: progress, log, result or annotation."""
    print(json.dumps({"type": kind, **members}), flush=True)


def main():
    request = json.loads(os.fdopen(0).readline())
    with os.fdopen(3, encoding="utf-8", errors="surrogatepass") as chat, os.fdopen(4, "w") as output:
        counts = {}
        for line in chat:
            record = json.loads(line)
            if record.get("type") == "event":
                counts[record["kind"]] = counts.get(record["kind"], 0) + 1
        say("progress", text=f"read {sum(counts.values())} events")
        for kind, count in sorted(counts.items()):
            output.write(f"{count:6} {kind}\n")
    say("result", asked=request["instructions"], events=sum(counts.values()))


main()
)py";

constexpr std::string_view k_shell = R"sh(#!/bin/sh
# An agent for Kato: reads one chat, writes one output. docs/agents.md has the protocol.
# Descriptors: 0 instructions (one JSON line), 1 messages, 2 diagnostics, 3 the chat, 4 the output.
set -eu

read -r request
events=0
while IFS= read -r line; do
    case $line in
    '{"type":"event",'*) events=$((events + 1)) ;;
    esac
done <&3
echo '{"type":"progress","text":"the chat was read"}'
printf '%s events\n' "$events" >&4
printf '{"type":"result","events":%s}\n' "$events"
)sh";

struct NewOptions {
    std::string name;
    std::string language = "python";
};

int failed(const std::string& path, int error) {
    say_error(fmt::format("{}: {}", visible_line(path), std::strerror(error)), {});
    return Exit::failed;
}

int write_new(const Descriptor& folder, const std::string& path, const std::string& name,
              std::string_view text, mode_t mode) {
    NewFile file;
    int error = file.create(folder.get(), name, false);
    if (error == 0) error = file.write(text);
    if (error == 0) error = file.commit();
    if (error == 0 && ::fchmodat(folder.get(), name.c_str(), mode, 0) != 0) error = errno;
    return error == 0 ? Exit::done : failed(path + "/" + name, error);
}

std::string filled(std::string_view text, std::string_view name, std::string_view program) {
    std::string out(text);
    for (const auto& [mark, value] :
         {std::pair<std::string_view, std::string_view>("{name}", name), {"{program}", program}})
        for (std::size_t at; (at = out.find(mark)) != std::string::npos;)
            out.replace(at, mark.size(), value);
    return out;
}

// As the manifest wants it: small letters, digits and hyphens.
bool is_name(std::string_view name) {
    return !name.empty() && name.size() <= 64 &&
           name.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-") == std::string::npos;
}

int make_agent(Session& session, const NewOptions& options) {
    const auto [parent, name] = split_path(options.name);
    if (!is_name(name))
        return usage_error(fmt::format("{} is no name for an agent", visible_line(name)),
                           "small letters, digits and hyphens, at most 64");
    if (::mkdir(options.name.c_str(), 0755) != 0) return failed(options.name, errno);
    Descriptor folder;
    if (const int error = open_directory(options.name, false, folder); error != 0)
        return failed(options.name, error);
    const bool python = options.language == "python";
    const std::string program = name + (python ? ".py" : ".sh");
    if (const int code = write_new(folder, options.name, "kato-agent.toml",
                                   filled(k_manifest, name, program), 0644))
        return code;
    if (const int code =
            write_new(folder, options.name, program, python ? k_python : k_shell, 0755))
        return code;
    session.out.write(options.name + "/" + program + "\n");
    say(fmt::format("try it: kato agent run CHAT -- {}/{}", visible_line(options.name), program));
    return Exit::done;
}

} // namespace

void add_agent_new(Command agent, Session& session) {
    add_command<NewOptions>(
        agent, session, "new", "Make the beginnings of an agent, ready to run",
        "  kato agent new count-words\n  kato agent new count-words --language sh\n",
        [](Command& command, NewOptions& options) {
            command.argument("NAME", options.name, "Its name, and the folder to make");
            command.choice("--language", options.language, k_languages, "What to write it in");
        },
        make_agent);
}

} // namespace kato_cli
