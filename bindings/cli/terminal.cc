// Probing the terminal.
#include "terminal.h"

#include <fcntl.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <cstdlib>

namespace kato_cli {
namespace {

std::size_t size_from(const char* variable, unsigned short measured, std::size_t fallback) {
    if (measured > 0) return measured;
    const long value = std::strtol(environment(variable), nullptr, 10);
    return value > 0 && value < 10000 ? static_cast<std::size_t>(value) : fallback;
}

} // namespace

const char* environment(const char* name) {
    const char* value = std::getenv(name);
    return value ? value : "";
}

void secure_standard_descriptors() {
    for (int fd = 0; fd <= 2; ++fd) {
        if (fcntl(fd, F_GETFD) >= 0) continue;
        // Opened the wrong way round on purpose: reading 0 and writing 1 or 2 gives an error.
        if (open("/dev/null", fd == 0 ? O_WRONLY : O_RDONLY) != fd) _exit(1);
    }
}

Terminal probe_terminal(bool no_colour) {
    Terminal terminal;
    terminal.in = isatty(0) == 1;
    terminal.out = isatty(1) == 1;
    terminal.err = isatty(2) == 1;
    const std::string_view term = environment("TERM");
    terminal.dumb = term.empty() || term == "dumb";

    const std::string_view cli_colour = environment("CLICOLOR");
    const std::string_view force = environment("CLICOLOR_FORCE");
    const bool never = no_colour || *environment("NO_COLOR") != '\0';
    const bool always = !force.empty() && force != "0";
    const bool usual = !terminal.dumb && cli_colour != "0";
    terminal.out_colour = !never && (always || (usual && terminal.out));
    terminal.err_colour = !never && (always || (usual && terminal.err));

    winsize size{};
    if (terminal.out)
        (void)ioctl(1, TIOCGWINSZ, &size); // failing leaves zeros: the fallback
    else if (terminal.err)
        (void)ioctl(2, TIOCGWINSZ, &size); // the same
    terminal.columns = size_from("COLUMNS", size.ws_col, 80);
    terminal.rows = size_from("LINES", size.ws_row, 24);
    return terminal;
}

std::string styled(bool on, const char* style, std::string_view text) {
    if (!on || text.empty()) return std::string(text);
    std::string out;
    while (true) {
        const std::size_t end = text.find('\n');
        const std::string_view line = text.substr(0, end);
        if (!line.empty())
            out.append("\x1b[").append(style).append("m").append(line).append("\x1b[0m");
        if (end == std::string_view::npos) return out;
        out += '\n';
        text.remove_prefix(end + 1);
    }
}

} // namespace kato_cli
