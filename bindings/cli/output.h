// Standard output: buffered, checked, and through a pager when that helps.
#pragma once

#include <sys/types.h>

#include <cstddef>
#include <string>
#include <string_view>

namespace kato_cli {

struct Terminal;

// Writes all of it; 0 or errno.
int write_all(int fd, std::string_view bytes);

class Output {
public:
    Output() = default;
    Output(const Output&) = delete;
    Output& operator=(const Output&) = delete;
    ~Output();

    // From now on what is longer than the screen goes through the pager.
    void allow_pager(const Terminal& terminal);

    // After a failure everything is dropped and `failed` is true.
    void write(std::string_view bytes);
    void flush();
    bool failed() const { return error_ != 0; }

    // Flushes, ends the pager and gives the exit code: `exit_code` when all went well. Says on
    // standard error what went wrong, but nothing about a reader who left.
    int finish(int exit_code);

private:
    bool longer_than_screen(std::string_view more);
    void start_pager();

    int fd_ = 1;
    int error_ = 0;
    std::string buffer_;
    bool may_page_ = false;
    std::size_t columns_ = 0;
    std::size_t rows_ = 0;
    std::size_t line_ = 0;   // rows of the screen filled so far
    std::size_t column_ = 0; // of the last line
    std::string pager_;
    pid_t pager_pid_ = -1;
};

} // namespace kato_cli
