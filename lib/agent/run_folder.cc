#include "agent/run_folder.h"

#include <filesystem>
#include <utility>

#include <fcntl.h>
#include <sys/file.h>

namespace kato::agent {
namespace {

Fd open_lock(const std::string& folder, int flags) {
    return Fd(::open((folder + "/lock").c_str(), O_RDWR | O_CLOEXEC | O_NOFOLLOW | flags, 0600));
}

// Under the lock of runs/, which every new folder is made under: one that is there has its lock.
void sweep(const std::string& runs) {
    std::error_code code;
    for (std::filesystem::directory_iterator at(runs, code), end; !code && at != end;
         at.increment(code)) {
        const std::string folder = at->path().string();
        if (!parse_uuid(at->path().filename().string())) continue;
        const Fd lock = open_lock(folder, 0);
        if (lock && ::flock(lock.get(), LOCK_EX | LOCK_NB) != 0) continue; // it lives
        std::error_code ignored; // the next one tries again
        std::filesystem::remove_all(at->path(), ignored);
    }
}

} // namespace

Result<RunFolder> RunFolder::create(const std::string& workspace, const Uuid& run) {
    const std::string runs = workspace + "/runs";
    KATO_CHECK(make_private_directory(runs));
    const Fd all = open_lock(runs, O_CREAT);
    if (!all || ::flock(all.get(), LOCK_EX) != 0) return os_error("cannot lock", runs);
    sweep(runs);
    RunFolder out;
    const std::string path = runs + "/" + to_string(run);
    KATO_CHECK(make_private_directory(path));
    out.path_ = path;
    out.lock_ = open_lock(path, O_CREAT);
    if (!out.lock_ || ::flock(out.lock_.get(), LOCK_EX | LOCK_NB) != 0)
        return os_error("cannot lock", path);
    return out;
}

RunFolder::RunFolder(RunFolder&& other) noexcept
    : path_(std::exchange(other.path_, {})), lock_(std::move(other.lock_)) {}

RunFolder& RunFolder::operator=(RunFolder&& other) noexcept {
    std::swap(path_, other.path_);
    std::swap(lock_, other.lock_);
    return *this;
}

RunFolder::~RunFolder() {
    std::error_code ignored; // the next run's host tries again
    if (!path_.empty()) std::filesystem::remove_all(path_, ignored);
}

} // namespace kato::agent
