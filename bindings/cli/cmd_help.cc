// kato help, kato completion: what the program can say about itself.
#include "command.h"

#include "app.h"
#include "completion.h"
#include "help.h"
#include "manual.h"

#include <fmt/format.h>

namespace kato_cli {
namespace {

struct HelpOptions {
    std::vector<std::string> words;
    bool man = false;
};

struct CompletionOptions {
    std::string shell;
};

int run_help(Session& session, const CLI::App& app, const HelpOptions& options) {
    const CommandHelp program = describe(app, "kato");
    if (options.man) {
        session.out.write(manual_page(program, KATO_VERSION_STRING));
        return Exit::done;
    }
    std::string name = program.name;
    for (const std::string& word : options.words) name += " " + word;
    const CommandHelp* command = find_command(program, name);
    if (!command)
        return usage_error(fmt::format("there is no command \"{}\"", name), "kato help lists them");
    allow_pager(session);
    session.out.write(
        help_text(*command, command == &program ? nullptr : &program, session.terminal.out_colour));
    return Exit::done;
}

} // namespace

void add_help(CLI::App& app, Session& session) {
    add_command<HelpOptions>(
        app, session, "help", "Explain a command",
        "  kato help\n"
        "  kato help chat append\n"
        "  kato help --man | man -l -\n",
        [](CLI::App& command, HelpOptions& options) {
            add_values(command, "COMMAND", options.words, "A command's name, its words in order");
            command.add_flag("--man", options.man, "Print the whole manual page for man(1)");
        },
        [&app](Session& s, const HelpOptions& options) { return run_help(s, app, options); });
    add_command<CompletionOptions>(
        app, session, "completion", "Print a shell's completion script",
        "  source <(kato completion bash)      in ~/.bashrc\n"
        "  source <(kato completion zsh)       in ~/.zshrc, after compinit\n"
        "  kato completion fish > ~/.config/fish/completions/kato.fish\n",
        [](CLI::App& command, CompletionOptions& options) {
            command.add_option("SHELL", options.shell, "The shell that is to understand it")
                ->required()
                ->check(CLI::IsMember(completion_shells()));
        },
        [&app](Session& s, const CompletionOptions& options) {
            s.out.write(completion_script(describe(app, "kato"), options.shell));
            return Exit::done;
        });
}

} // namespace kato_cli
