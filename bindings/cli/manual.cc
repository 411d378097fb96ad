// Writing kato.1.
#include "manual.h"

#include <fmt/format.h>

namespace kato_cli {
namespace {

// Text for roff: backslashes and hyphens spelled out, no control line by accident.
std::string roff(const std::string& text) {
    std::string out;
    for (const char c : text) {
        const bool line_start = out.empty() || out.back() == '\n';
        if (line_start && (c == '.' || c == '\'')) out += "\\&";
        if (c == '\\')
            out += "\\e";
        else if (c == '-')
            out += "\\-";
        else
            out += c;
    }
    return out;
}

std::string upper(std::string text) {
    for (char& c : text)
        if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
    return text;
}

void add_options(std::string& out, const std::vector<OptionHelp>& options) {
    for (const OptionHelp& option : options) {
        out += ".TP\n";
        std::string label;
        for (const std::string& flag : option.flags)
            label += fmt::format("{}\\fB{}\\fR", label.empty() ? "" : ", ", roff(flag));
        if (!option.value.empty())
            label += fmt::format("{}\\fI{}\\fR", label.empty() ? "" : " ", roff(option.value));
        out += label + "\n" + roff(option.text) + ".\n";
    }
}

void add_command(std::string& out, const CommandHelp& command) {
    if (command.commands.empty()) {
        out += fmt::format(".SS \"{} {}\"\n", roff(command.name), roff(command.usage));
        out += roff(command.summary) + ".\n";
        add_options(out, command.arguments);
        add_options(out, command.options);
        if (!command.notes.empty()) out += ".PP\n.nf\n" + roff(command.notes) + ".fi\n";
    }
    for (const CommandHelp& inner : command.commands) add_command(out, inner);
}

constexpr const char* k_ends = R"(.SH EXIT STATUS
.TP
.B 0
Done.
.TP
.B 1
Failed.
.TP
.B 2
The command line or a query is wrong.
.TP
.B 3
No such workspace, chat, source or file.
.TP
.B 4
Permission denied, or a workspace with unsafe permissions.
.TP
.B 5
The workspace is damaged.
.TP
.B 6
Partly done: bytes were quarantined, a recognised file gave no conversation, or one of several inputs failed.
.TP
.B 128+N
Ended by signal N; 141 when nobody reads standard output any more.
.SH ENVIRONMENT
.TP
.B KATO_HOME
The workspace, unless \fB\-\-root\fR names one.
.TP
.BR KATO_PAGER ", " PAGER
The pager for long output on a terminal; empty or \fBcat\fR for none. Default: less.
.TP
.BR NO_COLOR ", " CLICOLOR ", " CLICOLOR_FORCE
No colours when NO_COLOR is set and not empty; colours also in files and pipes when CLICOLOR_FORCE is set and not 0.
.SH FILES
.TP
.I ~/.kato
The default workspace: a directory that only its owner may enter.
)";

} // namespace

std::string manual_page(const CommandHelp& program, const std::string& version) {
    std::string out = ".\\\" Made by \"kato help --man\" from the program's own command line.\n";
    out += fmt::format(".TH {} 1 \"\" \"{} {}\" \"User Commands\"\n", upper(program.name),
                       program.name, version);
    out += fmt::format(".SH NAME\n{} \\- {}\n", program.name, roff(program.summary));
    out += fmt::format(".SH SYNOPSIS\n.B {}\n{}\n", program.name, roff(program.usage));
    out += ".SH OPTIONS\nEvery command takes these, before or after its name.\n";
    add_options(out, program.options);
    if (!program.notes.empty()) out += ".SH DESCRIPTION\n.nf\n" + roff(program.notes) + ".fi\n";
    out += ".SH COMMANDS\n";
    add_command(out, program);
    return out + k_ends;
}

} // namespace kato_cli
