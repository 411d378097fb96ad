// Standard output and the pager.
#include "output.h"

#include "errors.h"
#include "terminal.h"

#include <fmt/format.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>

namespace kato_cli {
namespace {

constexpr std::size_t k_buffer_bytes = 64 * 1024;

// KATO_PAGER, PAGER, else less; "" for none.
std::string pager_command() {
    for (const char* name : {"KATO_PAGER", "PAGER"}) {
        const char* value = std::getenv(name);
        if (!value) continue;
        const std::string_view command = value;
        return command == "cat" ? std::string() : std::string(command);
    }
    for (const char* less : {"/usr/bin/less", "/bin/less", "/usr/local/bin/less"})
        if (access(less, X_OK) == 0) return less;
    return {};
}

} // namespace

int write_all(int fd, std::string_view bytes) {
    while (!bytes.empty()) {
        const ssize_t wrote = ::write(fd, bytes.data(), bytes.size());
        if (wrote < 0) {
            if (errno == EINTR) continue;
            return errno;
        }
        bytes.remove_prefix(static_cast<std::size_t>(wrote));
    }
    return 0;
}

Output::~Output() {
    if (pager_pid_ > 0) {
        close(fd_);
        (void)waitpid(pager_pid_, nullptr, 0); // nobody is left to tell
    }
}

void Output::allow_pager(const Terminal& terminal) {
    if (!terminal.out || terminal.dumb) return;
    pager_ = pager_command();
    may_page_ = !pager_.empty();
    columns_ = terminal.columns;
    rows_ = terminal.rows;
}

// Counts bytes as columns: too early a pager does no harm, less leaves by itself.
bool Output::longer_than_screen(std::string_view more) {
    for (const char c : more) {
        if (c == '\n' || column_ == columns_) {
            ++line_;
            column_ = 0;
        }
        if (c != '\n') ++column_;
    }
    return line_ >= rows_;
}

void Output::start_pager() {
    may_page_ = false;
    int ends[2];
    if (pipe(ends) != 0) return; // without a pager, then
    setenv("LESS", "FRX", 0);
    setenv("LV", "-c", 0);
    const char* command = pager_.c_str();
    const pid_t child = fork();
    if (child == 0) {
        std::signal(SIGINT, SIG_DFL);
        std::signal(SIGPIPE, SIG_DFL);
        dup2(ends[0], 0);
        close(ends[0]);
        close(ends[1]);
        execl("/bin/sh", "sh", "-c", command, static_cast<char*>(nullptr));
        _exit(127);
    }
    close(ends[0]);
    if (child < 0) {
        close(ends[1]);
        return;
    }
    std::signal(SIGINT, SIG_IGN); // it is the pager's while the pager has the terminal
    pager_pid_ = child;
    fd_ = ends[1];
}

void Output::write(std::string_view bytes) {
    if (failed()) return;
    if (may_page_ && longer_than_screen(bytes)) start_pager();
    buffer_ += bytes;
    if (!may_page_ && buffer_.size() >= k_buffer_bytes) flush();
}

void Output::flush() {
    if (may_page_) return; // finish() decides
    if (!failed() && !buffer_.empty()) error_ = write_all(fd_, buffer_);
    buffer_.clear();
}

int Output::finish(int exit_code) {
    may_page_ = false;
    flush();
    if (pager_pid_ > 0) {
        int status = 0;
        close(fd_);
        while (waitpid(pager_pid_, &status, 0) < 0 && errno == EINTR) {}
        pager_pid_ = -1;
        fd_ = 1;
        if (error_ == EPIPE) error_ = 0; // the reader has seen enough
        if (WIFEXITED(status) && WEXITSTATUS(status) == 127) {
            say_error(fmt::format("the pager could not be run: {}", pager_),
                      "set PAGER to another program, or use --no-pager");
            return Exit::failed;
        }
    }
    if (error_ == EPIPE) return Exit::broken_pipe;
    if (error_ != 0) {
        say_error(fmt::format("cannot write to standard output: {}", std::strerror(error_)), {});
        return Exit::failed;
    }
    return exit_code;
}

} // namespace kato_cli
