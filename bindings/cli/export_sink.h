// Where exported bytes go: standard output, made safe when that is a terminal, or a new file.
#pragma once

#include "files.h"
#include "session.h"

#include <kato/base.h>

#include <cstdint>
#include <string>

namespace kato_cli {

class ExportSink {
public:
    explicit ExportSink(Session& session) : session_(session) {}

    // Directs what follows into this file. All functions give 0 or errno.
    int open_file(int directory, const std::string& name, bool replace);
    int commit(); // ends the file, or what standard output still waits for

    std::uint64_t bytes() const { return bytes_; }
    int error() const { return error_; } // of a write
    bool stopped() const { return stopped_; }

    // A kato_write_fn whose user_data is an ExportSink.
    static kato_status callback(void* user_data, const void* data, std::size_t size_bytes);

private:
    kato_status write(std::string_view bytes);
    void write_terminal(std::string_view bytes);

    Session& session_;
    NewFile file_;
    bool to_file_ = false;
    std::string line_; // what a terminal has not got yet: an incomplete line
    std::uint64_t bytes_ = 0;
    int error_ = 0;
    bool stopped_ = false; // by a signal
};

} // namespace kato_cli
