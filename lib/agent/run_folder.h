// A live run's folder below runs/: locked while the run lives, so that what a dead host left is known.
#pragma once

#include "base/file.h"
#include "base/id.h"

#include <string>

namespace kato::agent {

class RunFolder {
public:
    // Also removes the folders of runs whose host has died.
    static Result<RunFolder> create(const std::string& workspace, const Uuid& run);
    RunFolder() = default;
    RunFolder(RunFolder&& other) noexcept;
    RunFolder& operator=(RunFolder&& other) noexcept;
    ~RunFolder(); // removes it

    const std::string& path() const { return path_; }

private:
    std::string path_{};
    Fd lock_{};
};

} // namespace kato::agent
