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

int run_help(Session& session, Command root, const HelpOptions& options) {
    const CommandHelp program = describe(root.app(), "kato");
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

void add_help(Command program, Session& session) {
    add_command<HelpOptions>(
        program, session, "help", "Explain a command",
        "  kato help\n"
        "  kato help chat append\n"
        "  kato help --man | man -l -\n",
        [](Command& command, HelpOptions& options) {
            command.arguments("COMMAND", options.words, "A command's name, its words in order");
            command.flag("--man", options.man, "Print the whole manual page for man(1)");
        },
        [program](Session& s, const HelpOptions& options) {
            return run_help(s, program, options);
        });
    add_command<CompletionOptions>(
        program, session, "completion", "Print a shell's completion script",
        "  source <(kato completion bash)      in ~/.bashrc\n"
        "  source <(kato completion zsh)       in ~/.zshrc, after compinit\n"
        "  kato completion fish > ~/.config/fish/completions/kato.fish\n",
        [](Command& command, CompletionOptions& options) {
            command.argument("SHELL", options.shell, completion_shells(),
                             "The shell that is to understand it");
        },
        [program](Session& s, const CompletionOptions& options) {
            s.out.write(completion_script(describe(program.app(), "kato"), options.shell));
            return Exit::done;
        });
}

} // namespace kato_cli
