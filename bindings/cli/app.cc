// Declaring the command line.
#include "app.h"

#include "command.h"
#include "json.h"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

namespace kato_cli {
namespace {

constexpr char k_bracket_mark = '\x01';

bool in_brackets(const std::string& argument) {
    const std::size_t first = argument.find_first_not_of(k_bracket_mark);
    return first != std::string::npos && argument[first] == '[' && argument.back() == ']';
}

// CLI11 reads "[a,b]" as a list in options that take several values, and "{}" as an empty one.
void keep_values_as_typed(CLI::App& app) {
    for (CLI::Option* option : app.get_options())
        if (option->get_items_expected_max() > 0) option->transform(unprotect_brackets, "");
    for (CLI::App* command : app.get_subcommands({})) keep_values_as_typed(*command);
}

} // namespace

std::vector<std::string> protect_brackets(std::vector<std::string> arguments) {
    for (std::string& argument : arguments)
        if (in_brackets(argument)) argument.insert(0, 1, k_bracket_mark);
    return arguments;
}

std::string unprotect_brackets(std::string argument) {
    if (argument.starts_with(k_bracket_mark) && in_brackets(argument)) argument.erase(0, 1);
    return argument;
}

std::string version_text(bool json) {
    if (!json) return fmt::format("kato {}\n", KATO_VERSION_STRING);
    JsonObject object("version");
    object.add("version", KATO_VERSION_STRING).add("library", kato_version());
    object.add_raw("build", kato_build_info());
    return object.line();
}

void build_app(CLI::App& app, Session& session) {
    app.description("Keeps, searches and exports your conversations with AI assistants");
    app.footer("Start here:\n"
               "  kato import ~/.claude/projects    keep what an assistant's program has logged\n"
               "  kato chat list                    what is there\n"
               "  kato search timeout               find it again\n"
               "  kato chat show 3f2a9c01           read it\n"
               "  kato help chat show               explains a command, with examples\n");
    app.set_help_flag("-h,--help", "Explain the command and exit");
    app.set_version_flag(
        "-V,--version", [&session] { return version_text(session.json); },
        "Print the version and exit");
    app.add_option("--root", session.root, "The workspace (default: KATO_HOME, else ~/.kato)")
        ->type_name("DIR");
    app.add_flag("--json", session.json,
                 "One JSON object a line, for programs; docs/cli.md lists them");
    app.add_flag("-q,--quiet", session.quiet, "Say nothing but errors and what was asked for");
    app.add_flag("--no-color,--no-colour", session.no_colour, "No colours, as NO_COLOR=1 does");
    app.add_flag("--no-pager", session.no_pager, "Never start a pager");
    // Options of the program are understood behind a command's name, too.
    app.fallthrough();
    app.require_subcommand(1);

    Command program(app);
    add_init(program, session);
    add_import(program, session);
    Command chat = program.add_group("chat", "Make, list, read and change chats");
    add_chat_list(chat, session);
    add_chat_show(chat, session);
    add_chat_new(chat, session);
    add_chat_append(chat, session);
    add_chat_edit(chat, session);
    add_search(program, session);
    add_export(program, session);
    Command agent = program.add_group("agent", "Run programs over a chat, confined");
    add_agent_run(agent, session);
    add_agent_list(agent, session);
    add_agent_annotate(agent, session);
    add_agent_grants(agent, session);
    add_agent_new(agent, session);
    add_audit(program, session);
    add_stats(program, session);
    add_doctor(program, session);
    add_formats(program, session);
    add_help(program, session);
    keep_values_as_typed(app);
}

} // namespace kato_cli
