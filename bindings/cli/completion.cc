// Writing the completion scripts: one `case` over the command that was typed so far.
#include "completion.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>

namespace kato_cli {
namespace {

enum class Values : std::uint8_t { none, words, files, directories, chats };

Values kind_of(const OptionHelp& option) {
    if (!option.choices.empty()) return Values::words;
    if (option.value.starts_with("FILE")) return Values::files;
    if (option.value == "DIR") return Values::directories;
    return option.value == "CHAT" ? Values::chats : Values::none;
}

std::string joined(const std::vector<std::string>& words, const char* between) {
    std::string out;
    for (const std::string& word : words) out += (out.empty() ? "" : between) + word;
    return out;
}

// Single-quoted for sh and zsh.
std::string quoted(const std::string& text) {
    std::string out = "'";
    for (const char c : text) out += c == '\'' ? std::string("'\\''") : std::string(1, c);
    return out + "'";
}

// The command without the program's name: "", "chat", "chat list".
std::string path_of(const CommandHelp& program, const CommandHelp& command) {
    return command.name.size() > program.name.size() ? command.name.substr(program.name.size() + 1)
                                                     : std::string();
}

void collect(const CommandHelp& command, std::vector<const CommandHelp*>& all) {
    all.push_back(&command);
    for (const CommandHelp& inner : command.commands) collect(inner, all);
}

std::vector<const CommandHelp*> all_commands(const CommandHelp& program) {
    std::vector<const CommandHelp*> all;
    collect(program, all);
    return all;
}

std::vector<OptionHelp> options_of(const CommandHelp& program, const CommandHelp& command) {
    std::vector<OptionHelp> options = command.options;
    if (&command != &program)
        options.insert(options.end(), program.options.begin(), program.options.end());
    return options;
}

// Flags that take a value, of all commands: the word after one is no command.
std::string value_flags(const CommandHelp& program) {
    std::vector<std::string> flags;
    for (const CommandHelp* command : all_commands(program))
        for (const OptionHelp& option : command->options)
            if (!option.value.empty())
                for (const std::string& flag : option.flags)
                    if (std::find(flags.begin(), flags.end(), flag) == flags.end())
                        flags.push_back(flag);
    return joined(flags, "|");
}

std::string known_paths(const CommandHelp& program) {
    std::vector<std::string> paths;
    for (const CommandHelp* command : all_commands(program))
        if (command != &program) paths.push_back(quoted(path_of(program, *command)));
    return joined(paths, "|");
}

constexpr const char* k_chat_ids =
    R"sh(kato chat list --limit 100 --json 2>/dev/null | sed -n 's/^{"type":"chat","id":"\([0-9a-f-]*\)".*/\1/p')sh";

std::string bash_values(const OptionHelp& option) {
    switch (kind_of(option)) {
    case Values::words: return "words=" + quoted(joined(option.choices, " "));
    case Values::files: return "files=-f";
    case Values::directories: return "files=-d";
    case Values::chats: return fmt::format("words=$({})", k_chat_ids);
    case Values::none: break;
    }
    return ":";
}

// What bash and zsh have in common: which command is being typed.
std::string find_path(const CommandHelp& program, const char* first, const char* current,
                      const char* word) {
    std::string out;
    out += fmt::format("    for ((i = {}; i < {}; i++)); do\n", first, current);
    out += fmt::format("        case \"{}\" in\n", word);
    out += fmt::format("            {}) ((i++)); continue ;;\n", value_flags(program));
    out += "            -*) continue ;;\n        esac\n";
    out += fmt::format("        case \"${{typed:+$typed }}{}\" in\n", word);
    out += fmt::format("            {}) typed=\"${{typed:+$typed }}{}\" ;;\n", known_paths(program),
                       word);
    return out + "        esac\n    done\n";
}

std::string bash_script(const CommandHelp& program) {
    std::string out = "# bash completion for kato; made by \"kato completion bash\".\n_kato() {\n";
    out += "    local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD-1]}\n";
    out += "    local typed='' words='' files='' i\n";
    out += find_path(program, "1", "COMP_CWORD", "${COMP_WORDS[i]}");
    out += "    case \"$typed:$prev\" in\n";
    for (const CommandHelp* command : all_commands(program)) {
        for (const OptionHelp& option : command->options) {
            if (option.value.empty()) continue;
            std::vector<std::string> patterns;
            const std::string path =
                (command == &program ? "*" : quoted(path_of(program, *command))) + ":";
            for (const std::string& flag : option.flags) patterns.push_back(path + flag);
            out += fmt::format("        {}) {} ;;\n", joined(patterns, "|"), bash_values(option));
        }
    }
    out += "        *)\n            case \"$typed:$cur\" in\n";
    for (const CommandHelp* command : all_commands(program)) {
        const std::string path = quoted(path_of(program, *command));
        std::vector<std::string> flags;
        for (const OptionHelp& option : options_of(program, *command))
            flags.insert(flags.end(), option.flags.begin(), option.flags.end());
        out +=
            fmt::format("                {}:-*) words={} ;;\n", path, quoted(joined(flags, " ")));
        std::vector<std::string> names;
        for (const CommandHelp& inner : command->commands)
            names.push_back(inner.name.substr(command->name.size() + 1));
        std::string rest = names.empty() ? ":" : "words=" + quoted(joined(names, " "));
        if (!command->arguments.empty()) rest = bash_values(command->arguments.front());
        out += fmt::format("                {}:*) {} ;;\n", path, rest);
    }
    out += "            esac ;;\n    esac\n";
    out += "    if [[ $files ]]; then\n        compopt -o filenames 2>/dev/null\n"
           "        mapfile -t COMPREPLY < <(compgen \"$files\" -- \"$cur\")\n    else\n"
           "        mapfile -t COMPREPLY < <(compgen -W \"$words\" -- \"$cur\")\n    fi\n}\n";
    return out + "complete -F _kato kato\n";
}

std::string zsh_values(const OptionHelp& option) {
    switch (kind_of(option)) {
    case Values::words: {
        std::string words;
        for (const std::string& choice : option.choices) words += " " + quoted(choice);
        return "compadd --" + words;
    }
    case Values::files: return "_files";
    case Values::directories: return "_files -/";
    case Values::chats: return fmt::format("compadd -- ${{(f)\"$({})\"}}", k_chat_ids);
    case Values::none: break;
    }
    return ":";
}

// "name:text" as _describe wants it.
std::string zsh_item(const std::string& name, const std::string& text) {
    std::string escaped;
    for (const char c : name) escaped += c == ':' ? std::string("\\:") : std::string(1, c);
    return quoted(escaped + ":" + text);
}

std::string zsh_script(const CommandHelp& program) {
    std::string out =
        "#compdef kato\n# zsh completion for kato; made by \"kato completion zsh\".\n";
    out += "_kato() {\n    local typed='' i\n    local -a items\n";
    out += find_path(program, "2", "CURRENT", "${words[i]}");
    out += "    case \"$typed:${words[CURRENT-1]}\" in\n";
    for (const CommandHelp* command : all_commands(program)) {
        for (const OptionHelp& option : command->options) {
            if (option.value.empty()) continue;
            std::vector<std::string> patterns;
            const std::string path =
                (command == &program ? "*" : quoted(path_of(program, *command))) + ":";
            for (const std::string& flag : option.flags) patterns.push_back(path + flag);
            out += fmt::format("        {}) {}; return ;;\n", joined(patterns, "|"),
                               zsh_values(option));
        }
    }
    out += "    esac\n    case \"$typed:$PREFIX\" in\n";
    for (const CommandHelp* command : all_commands(program)) {
        const std::string path = quoted(path_of(program, *command));
        std::vector<std::string> items;
        for (const OptionHelp& option : options_of(program, *command))
            for (const std::string& flag : option.flags)
                items.push_back(zsh_item(flag, option.text));
        out += fmt::format("        {}:-*) items=({}); _describe -o option items ;;\n", path,
                           joined(items, " "));
        items.clear();
        for (const CommandHelp& inner : command->commands)
            items.push_back(zsh_item(inner.name.substr(command->name.size() + 1), inner.summary));
        std::string rest = ":";
        if (!items.empty())
            rest = fmt::format("items=({}); _describe command items", joined(items, " "));
        if (!command->arguments.empty()) rest = zsh_values(command->arguments.front());
        out += fmt::format("        {}:*) {} ;;\n", path, rest);
    }
    out += "    esac\n}\n";
    // Works as a file in $fpath and when it is sourced.
    return out +
           "if [[ $funcstack[1] == _kato ]]; then _kato \"$@\"; else compdef _kato kato; fi\n";
}

std::string fish_quoted(const std::string& text) {
    std::string out = "'";
    for (const char c : text) {
        if (c == '\'' || c == '\\') out += '\\';
        out += c;
    }
    return out + "'";
}

std::string fish_values(const OptionHelp& option) {
    switch (kind_of(option)) {
    case Values::words: return " -x -a " + fish_quoted(joined(option.choices, " "));
    case Values::files: return " -r -F";
    case Values::directories: return " -x -a '(__fish_complete_directories)'";
    case Values::chats: return " -x -a '(__kato_chats)'";
    case Values::none: break;
    }
    return " -x";
}

std::string fish_option(const OptionHelp& option) {
    std::string out;
    for (const std::string& flag : option.flags)
        out += flag.starts_with("--") ? " -l " + flag.substr(2) : " -s " + flag.substr(1);
    if (!option.value.empty()) out += fish_values(option);
    return out + " -d " + fish_quoted(option.text);
}

std::string fish_script(const CommandHelp& program) {
    std::string out = "# fish completion for kato; made by \"kato completion fish\".\n";
    out += fmt::format("function __kato_chats\n    {}\nend\n", k_chat_ids);
    out += "function __kato_path\n    set -l path\n    set -l skip 0\n"
           "    for word in (commandline -opc)[2..]\n"
           "        if test $skip = 1\n            set skip 0\n            continue\n        end\n"
           "        switch $word\n";
    std::string flags = value_flags(program);
    for (char& c : flags)
        if (c == '|') c = ' ';
    out += fmt::format("            case {}\n                set skip 1\n", flags);
    out += "            case '-*'\n            case '*'\n                switch \"$path$word\"\n";
    std::vector<std::string> paths;
    for (const CommandHelp* command : all_commands(program))
        if (command != &program) paths.push_back(fish_quoted(path_of(program, *command)));
    out += fmt::format(
        "                    case {}\n                        set path \"$path$word \"\n",
        joined(paths, " "));
    out += "                end\n        end\n    end\n    string trim -- \"$path\"\nend\n";
    out += "function __kato_at\n    test \"$(__kato_path)\" = \"$argv[1]\"\nend\n";
    out += "complete -c kato -f\n";
    for (const OptionHelp& option : program.options)
        out += "complete -c kato" + fish_option(option) + "\n";
    for (const CommandHelp* command : all_commands(program)) {
        const std::string at =
            " -n " + fish_quoted("__kato_at " + quoted(path_of(program, *command)));
        for (const CommandHelp& inner : command->commands)
            out += fmt::format("complete -c kato{} -a {} -d {}\n", at,
                               inner.name.substr(command->name.size() + 1),
                               fish_quoted(inner.summary));
        if (!command->arguments.empty() && kind_of(command->arguments.front()) != Values::none)
            out +=
                fmt::format("complete -c kato{}{}\n", at, fish_values(command->arguments.front()));
        if (command == &program) continue;
        for (const OptionHelp& option : command->options)
            out += fmt::format("complete -c kato{}{}\n", at, fish_option(option));
    }
    return out;
}

} // namespace

const std::vector<std::string>& completion_shells() {
    static const std::vector<std::string> shells{"bash", "fish", "zsh"};
    return shells;
}

std::string completion_script(const CommandHelp& program, const std::string& shell) {
    if (shell == "fish") return fish_script(program);
    return shell == "zsh" ? zsh_script(program) : bash_script(program);
}

} // namespace kato_cli
