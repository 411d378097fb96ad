// Reading the argument parser's tree.
#include "describe.h"

#include <CLI/CLI.hpp>

#include <algorithm>

namespace kato_cli {
namespace {

// CLI11 shows a list of allowed values as "TEXT:{a,b}".
std::vector<std::string> choices_of(const std::string& type) {
    const std::size_t open = type.find('{');
    const std::size_t close = type.rfind('}');
    if (open == std::string::npos || close == std::string::npos || close < open) return {};
    std::vector<std::string> choices =
        CLI::detail::split(type.substr(open + 1, close - open - 1), ',');
    std::sort(choices.begin(), choices.end());
    return choices;
}

std::string value_name(const std::string& type, const std::vector<std::string>& choices) {
    if (!choices.empty()) {
        std::string joined;
        for (const std::string& choice : choices) joined += (joined.empty() ? "" : "|") + choice;
        return joined;
    }
    return type.substr(0, type.find(':'));
}

OptionHelp describe_option(const CLI::Option& option) {
    OptionHelp help;
    help.text = option.get_description();
    help.required = option.get_required();
    help.repeats = option.get_items_expected_max() > 1;
    const std::string type = option.get_type_name();
    help.choices = choices_of(type);
    if (option.get_positional()) {
        help.value = option.get_name(true);
        return help;
    }
    for (const std::string& name : option.get_snames()) help.flags.push_back("-" + name);
    for (const std::string& name : option.get_lnames()) help.flags.push_back("--" + name);
    if (option.get_items_expected_max() > 0) help.value = value_name(type, help.choices);
    return help;
}

std::string argument_usage(const OptionHelp& argument) {
    const std::string name = argument.value + (argument.repeats ? "..." : "");
    return argument.required ? name : "[" + name + "]";
}

} // namespace

std::string OptionHelp::label() const {
    std::string out;
    for (const std::string& flag : flags) out += (out.empty() ? "" : ", ") + flag;
    if (!value.empty()) out += (out.empty() ? "" : " ") + value;
    return out;
}

CommandHelp describe(const CLI::App& app, const std::string& name) {
    CommandHelp help;
    help.name = name;
    help.summary = app.get_description();
    help.notes = app.get_footer();
    for (const CLI::Option* option : app.get_options()) {
        if (option->get_group().empty()) continue;
        // Said once, with the program.
        if (option == app.get_help_ptr() && app.get_parent()) continue;
        OptionHelp one = describe_option(*option);
        (option->get_positional() ? help.arguments : help.options).push_back(std::move(one));
    }
    for (const CLI::App* command : app.get_subcommands({}))
        if (!command->get_group().empty())
            help.commands.push_back(describe(*command, name + " " + command->get_name()));

    for (const OptionHelp& option : help.options)
        if (option.required) help.usage += option.flags.back() + " " + option.value + " ";
    if (!help.options.empty()) help.usage += "[OPTION]... ";
    for (const OptionHelp& argument : help.arguments) help.usage += argument_usage(argument) + " ";
    if (!help.commands.empty()) help.usage += "COMMAND ";
    if (!help.usage.empty()) help.usage.pop_back();
    return help;
}

const CommandHelp* find_command(const CommandHelp& root, const std::string& name) {
    if (root.name == name) return &root;
    for (const CommandHelp& command : root.commands)
        if (name == command.name || name.starts_with(command.name + " "))
            return find_command(command, name);
    return nullptr;
}

} // namespace kato_cli
