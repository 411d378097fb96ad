// The kato command: reads the command line, runs one command, gives its exit code.
#include "app.h"
#include "help.h"
#include "signals.h"

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <exception>
#include <new>

namespace kato_cli {
namespace {

bool given(const std::vector<std::string>& arguments, std::string_view flag) {
    const auto end = std::find(arguments.begin(), arguments.end(), "--");
    return std::find(arguments.begin(), end, flag) != end;
}

// The commands that were named, as far as they are known: "kato chat". `unknown` is the word after
// them when it should have been a command.
std::string named_command(const CommandHelp& program, const std::vector<std::string>& arguments,
                          std::string& unknown) {
    const CommandHelp* command = &program;
    for (std::size_t i = 0; i < arguments.size() && !command->commands.empty(); ++i) {
        const std::string& word = arguments[i];
        if (word == "--root") ++i;
        if (word.starts_with('-')) continue;
        const CommandHelp* inner = find_command(*command, command->name + " " + word);
        if (!inner) {
            unknown = word;
            break;
        }
        command = inner;
    }
    return command->name;
}

bool takes_value(const CommandHelp& command, const std::string& flag) {
    return std::any_of(
        command.options.begin(), command.options.end(), [&](const OptionHelp& option) {
            return !option.value.empty() &&
                   std::find(option.flags.begin(), option.flags.end(), flag) != option.flags.end();
        });
}

std::vector<std::string> flags_of(const CommandHelp& command, const CommandHelp& program) {
    std::vector<std::string> flags;
    for (const CommandHelp* each : {&command, &program})
        for (const OptionHelp& option : each->options)
            flags.insert(flags.end(), option.flags.begin(), option.flags.end());
    return flags;
}

// The first word that looks like an option and is none, "" if there is none.
std::string unknown_option(const CommandHelp& command, const CommandHelp& program,
                           const std::vector<std::string>& arguments) {
    const std::vector<std::string> flags = flags_of(command, program);
    for (std::size_t i = 0; i < arguments.size() && arguments[i] != "--"; ++i) {
        const std::string& word = arguments[i];
        if (word.size() < 2 || word[0] != '-') continue;
        const std::string flag =
            word[1] == '-' ? word.substr(0, word.find('=')) : word.substr(0, 2);
        if (std::find(flags.begin(), flags.end(), flag) == flags.end()) return word;
        if (flag == word && (takes_value(command, flag) || takes_value(program, flag))) ++i;
    }
    return {};
}

// What CLI11 says, in our words.
std::string message_of(const CLI::ParseError& error) {
    std::string message = error.what();
    while (!message.empty() && (message.back() == '\n' || message.back() == ' '))
        message.pop_back();
    for (const auto& [theirs, ours] :
         {std::pair<std::string_view, std::string_view>("The following argument was not expected: ",
                                                        "there is no place for the argument "),
          std::pair<std::string_view, std::string_view>(
              "The following arguments were not expected: ",
              "there is no place for the arguments "),
          std::pair<std::string_view, std::string_view>("Could not convert: ", "not a number: ")})
        if (message.starts_with(theirs)) message.replace(0, theirs.size(), ours);
    return message;
}

int explain(const CLI::ParseError& error, const CommandHelp& program, const Session& session,
            const std::vector<std::string>& arguments) {
    std::string unknown;
    const std::string name = named_command(program, arguments, unknown);
    const CommandHelp& command = *find_command(program, name);
    const std::string help = name == program.name ? name + " help" : "kato help" + name.substr(4);
    if (!unknown.empty()) {
        std::vector<std::string> names;
        for (const CommandHelp& inner : command.commands)
            names.push_back(inner.name.substr(command.name.size() + 1));
        const std::string meant = closest(unknown, names);
        return usage_error(fmt::format("there is no command \"{} {}\"", name, unknown),
                           meant.empty() ? help + " lists the commands"
                                         : fmt::format("did you mean {} {}?", name, meant));
    }
    if (!command.commands.empty() && dynamic_cast<const CLI::RequiredError*>(&error)) {
        if (session.json) return usage_error("a command is missing", help + " lists the commands");
        (void)write_all(2, help_text(command, name == program.name ? nullptr : &program,
                                     session.terminal.err_colour)); // the exit code says it, too
        return Exit::usage;
    }
    const std::string option = unknown_option(command, program, arguments);
    if (option.empty()) return usage_error(message_of(error), help + " explains the command");
    const std::string meant = closest(option, flags_of(command, program));
    std::string hint =
        meant.empty() ? help + " lists the options" : fmt::format("did you mean {}?", meant);
    if (!command.arguments.empty() && meant.empty())
        hint += "; what comes after -- is never read as an option";
    return usage_error(fmt::format("there is no option {}", option), hint);
}

const CLI::App& deepest(const CLI::App& app) {
    const CLI::App* at = &app;
    while (!at->get_subcommands().empty()) at = at->get_subcommands().front();
    return *at;
}

std::string full_name(const CLI::App& app) {
    return app.get_parent() ? full_name(*app.get_parent()) + " " + app.get_name() : "kato";
}

int run(const std::vector<std::string>& arguments) {
    Session session;
    const bool no_colour = given(arguments, "--no-color") || given(arguments, "--no-colour");
    session.terminal = probe_terminal(no_colour);
    session.json = given(arguments, "--json"); // for messages about the command line itself
    set_message_style({session.json, false, session.terminal.err_colour});
    if (arguments.size() == 1 && (arguments[0] == "--version" || arguments[0] == "-V")) {
        session.out.write(version_text(false));
        return session.out.finish(Exit::done);
    }

    CLI::App app;
    build_app(app, session);
    try {
        std::vector<std::string> reversed = protect_brackets(arguments);
        std::reverse(reversed.begin(), reversed.end()); // as CLI11 wants them
        app.parse(std::move(reversed));
    } catch (const CLI::CallForVersion&) {
        session.json = given(arguments, "--json");
        session.out.write(version_text(session.json));
        return session.out.finish(Exit::done);
    } catch (const CLI::CallForHelp&) {
        const CommandHelp program = describe(app, "kato");
        const std::string name = full_name(deepest(app));
        allow_pager(session);
        session.out.write(help_text(*find_command(program, name),
                                    name == program.name ? nullptr : &program,
                                    session.terminal.out_colour));
        return session.out.finish(Exit::done);
    } catch (const CLI::ParseError& error) {
        session.json = given(arguments, "--json");
        return explain(error, describe(app, "kato"), session, arguments);
    }

    set_message_style({session.json, session.quiet, session.terminal.err_colour});
    Error error;
    if (kato_cancel_new(out(session.cancel), out(error)) != KATO_OK) throw std::bad_alloc();
    watch_signals(session.cancel.get());
    const int code = session.run();
    return session.out.finish(code);
}

} // namespace
} // namespace kato_cli

int main(int argc, char** argv) {
    kato_cli::secure_standard_descriptors();
    try {
        const std::vector<std::string> arguments(argv + std::min(argc, 1), argv + argc);
        return kato_cli::run(arguments);
    } catch (const std::bad_alloc&) {
        (void)kato_cli::write_all(2, "kato: out of memory\n"); // nothing else can be said
    } catch (const std::exception& error) {
        (void)kato_cli::write_all(2, std::string("kato: ") + error.what() + "\n"); // the same
    }
    return kato_cli::Exit::failed;
}
