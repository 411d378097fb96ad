#include "base/folder.h"

#include "base/file.h"

#include <algorithm>
#include <cerrno>
#include <memory>
#include <string_view>

#include <dirent.h>
#include <unistd.h>

#include <fmt/format.h>

namespace kato {
namespace {

constexpr int k_max_depth = 64; // of what is removed; nothing of ours is deeper

struct CloseFolder {
    void operator()(DIR* folder) const { (void)::closedir(folder); }
};

Status remove(const std::string& path, int depth) {
    if (::unlink(path.c_str()) == 0 || errno == ENOENT) return done();
    if (errno != EISDIR && errno != EPERM) return os_error("cannot remove", path);
    if (depth == k_max_depth) return Error{Code::limit, path + ": folders too deep to remove"};
    KATO_TRY(const std::vector<std::string> names, list_folder(path));
    for (const std::string& name : names) KATO_CHECK(remove(path_in(path, name), depth + 1));
    if (::rmdir(path.c_str()) == 0 || errno == ENOENT) return done();
    return os_error("cannot remove", path);
}

} // namespace

std::string path_in(std::string_view folder, std::string_view name) {
    std::string out;
    out.reserve(folder.size() + 1 + name.size());
    return out.append(folder).append("/").append(name);
}

Result<std::vector<std::string>> list_folder(const std::string& path, std::size_t most) {
    const std::unique_ptr<DIR, CloseFolder> folder(::opendir(path.c_str()));
    if (!folder) return os_error("cannot list", path);
    std::vector<std::string> names;
    for (;;) {
        errno = 0;
        const dirent* const entry = ::readdir(folder.get());
        if (entry == nullptr) break;
        const std::string_view name = entry->d_name;
        if (name == "." || name == "..") continue;
        if (names.size() == most)
            return Error{Code::limit, fmt::format("{}: more than {} entries", path, most)};
        names.emplace_back(name);
    }
    if (errno != 0) return os_error("cannot list", path);
    std::sort(names.begin(), names.end());
    return names;
}

Status remove_tree(const std::string& path) { return remove(path, 0); }

} // namespace kato
