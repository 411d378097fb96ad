// What a run writes: a file below out/<chat>/, made by the host alone, whole or not at all.
#pragma once

#include "base/file.h"
#include "base/hash.h"
#include "base/id.h"

#include <string>
#include <string_view>

namespace kato::agent {

// One thread at a time. What was neither kept nor given up when it goes is removed.
class OutputFile {
public:
    // `name` below out/<chat>/ of the workspace; empty: <run>.txt. Code::exists when it is there already,
    // Code::invalid for a name that is no plain one.
    static Result<OutputFile> create(const std::string& workspace, const Uuid& chat,
                                     const Uuid& run, std::string name);
    OutputFile(OutputFile&& other) noexcept;
    OutputFile& operator=(OutputFile&&) = delete;
    ~OutputFile();

    Status write(std::string_view bytes);
    // Gives the file its name. Code::exists when somebody else was faster: it is then kept as partial.
    Status keep();
    // The run failed: what came so far is kept as <name>.partial, nothing when nothing came.
    Status keep_partial();

    const std::string& path() const {
        return path_;
    } // below the workspace, as it is named now; may be empty
    std::uint64_t bytes() const { return bytes_; }
    const Digest& sha256() const { return digest_; } // after keep() or keep_partial()

private:
    OutputFile() = default;
    Status finish();
    bool rename_to(const std::string& name);

    Fd directory_;
    Fd file_;
    std::string temporary_;
    std::string name_;
    std::string run_;
    std::string folder_; // out/<chat>
    std::string path_;
    std::uint64_t bytes_ = 0;
    Sha256 sha_;
    Digest digest_{};
};

} // namespace kato::agent
