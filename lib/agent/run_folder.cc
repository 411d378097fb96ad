#include "agent/run_folder.h"

#include "base/folder.h"

#include <new>
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
    const auto names = list_folder(runs);
    if (!names) return; // the next one tries again
    for (const std::string& name : *names) {
        if (!parse_uuid(name)) continue;
        const std::string folder = path_in(runs, name);
        const Fd lock = open_lock(folder, 0);
        if (lock && ::flock(lock.get(), LOCK_EX | LOCK_NB) != 0) continue; // it lives
        (void)remove_tree(folder);
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
    if (path_.empty()) return;
    try {
        (void)remove_tree(path_); // or the next run's host does
    } catch (const std::bad_alloc&) {
        return;
    }
}

} // namespace kato::agent
