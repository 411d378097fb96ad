// What the command line offers, read off the argument parser's tree: help texts, the manual page and
// the shells' completions are all made from this.
#pragma once

#include <string>
#include <vector>

namespace CLI {
class App;
}

namespace kato_cli {

struct OptionHelp {
    std::vector<std::string> flags{};   // "-o", "--output"; none for a positional
    std::string value{};                // what stands for its value: "FILE"; "" for a switch
    std::vector<std::string> choices{}; // the only values it takes, if they are few
    std::string text{};
    bool required = false;
    bool repeats = false;

    std::string label() const; // "-o, --output FILE"
};

struct CommandHelp {
    std::string name{}; // as it is typed: "kato chat list"
    std::string summary{};
    std::string usage{}; // what follows the name
    std::vector<OptionHelp> arguments{};
    std::vector<OptionHelp> options{};
    std::string notes{}; // examples and the like, lines as they are
    std::vector<CommandHelp> commands{};
};

// Of an application named `name`, its commands included. Options without a group are left out.
CommandHelp describe(const CLI::App& app, const std::string& name);

// The command with this full name, or null.
const CommandHelp* find_command(const CommandHelp& root, const std::string& name);

} // namespace kato_cli
