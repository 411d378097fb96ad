#include "exchange/walk.h"

#include "base/file.h"

#include <algorithm>
#include <cerrno>
#include <memory>
#include <vector>

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>

namespace kato {
namespace {

constexpr std::size_t k_max_levels = 100;

struct CloseDirectory {
    void operator()(DIR* directory) const { (void)::closedir(directory); } // only read from
};
using Directory = std::unique_ptr<DIR, CloseDirectory>;

struct Inode {
    dev_t device = 0;
    ino_t number = 0;
    bool operator==(const Inode&) const = default;
};

class Walk {
public:
    explicit Walk(const Visitor& visitor) : visitor_(visitor) {}

    void leave_out(const std::string& path) {
        struct stat info {};
        if (::stat(path.c_str(), &info) == 0) left_out_ = Inode{info.st_dev, info.st_ino};
        has_left_out_ = left_out_ != Inode();
    }

    // `failure` is set when the directory itself cannot be read.
    Status enter(const std::string& path, bool follow, Error* failure);

private:
    Status entry(const std::string& path, int directory, const char* name);

    const Visitor& visitor_;
    Inode left_out_{};
    bool has_left_out_ = false;
    std::vector<Inode> above_{};
};

Status Walk::enter(const std::string& path, bool follow, Error* failure) {
    Fd fd(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC | (follow ? 0 : O_NOFOLLOW)));
    if (!fd) {
        *failure = os_error("cannot open", path);
        return *failure;
    }
    struct stat info {};
    if (::fstat(fd.get(), &info) != 0) {
        *failure = os_error("cannot inspect", path);
        return *failure;
    }
    const Inode here{info.st_dev, info.st_ino};
    if (has_left_out_ && here == left_out_)
        return visitor_.skipped(path, "the workspace that is imported into");
    if (std::find(above_.begin(), above_.end(), here) != above_.end())
        return visitor_.skipped(path, "a directory inside itself");
    if (above_.size() == k_max_levels) return visitor_.skipped(path, "nested too deeply");

    Directory directory(::fdopendir(fd.get()));
    if (!directory) {
        *failure = os_error("cannot read", path);
        return *failure;
    }
    (void)fd.release(); // now the directory's
    std::vector<std::string> names;
    errno = 0;
    while (const dirent* found = ::readdir(directory.get())) {
        const std::string_view name = found->d_name;
        if (name != "." && name != "..") names.emplace_back(name);
        errno = 0;
    }
    if (errno != 0) {
        *failure = os_error("cannot read", path);
        return *failure;
    }
    std::sort(names.begin(), names.end());
    if (visitor_.directory) {
        KATO_TRY(const bool whole, visitor_.directory(path));
        if (whole) return done();
    }
    above_.push_back(here);
    for (const std::string& name : names) {
        std::string inside = path;
        if (!inside.ends_with('/')) inside += '/';
        inside += name;
        KATO_CHECK(entry(inside, ::dirfd(directory.get()), name.c_str()));
    }
    above_.pop_back();
    return done();
}

Status Walk::entry(const std::string& path, int directory, const char* name) {
    struct stat info {};
    if (::fstatat(directory, name, &info, AT_SYMLINK_NOFOLLOW) != 0)
        return visitor_.failed(path, os_error("cannot inspect", path));
    if (S_ISREG(info.st_mode)) return visitor_.file(path, static_cast<std::uint64_t>(info.st_size));
    if (S_ISLNK(info.st_mode)) return visitor_.skipped(path, "a symbolic link");
    if (S_ISFIFO(info.st_mode)) return visitor_.skipped(path, "a FIFO");
    if (S_ISSOCK(info.st_mode)) return visitor_.skipped(path, "a socket");
    if (!S_ISDIR(info.st_mode)) return visitor_.skipped(path, "a device");
    const std::size_t level = above_.size();
    Error failure{Code::failed, ""};
    Status entered = enter(path, false, &failure);
    if (entered || failure.message.empty()) return entered;
    above_.resize(level);
    return visitor_.failed(path, std::move(failure));
}

} // namespace

Status walk_directory(const std::string& directory, const std::string& workspace,
                      const Visitor& visitor) {
    Walk walk(visitor);
    walk.leave_out(workspace);
    Error failure{Code::failed, ""};
    return walk.enter(directory, true, &failure);
}

} // namespace kato
