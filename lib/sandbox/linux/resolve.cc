#include "sandbox/linux/resolve.h"

#include "sandbox/linux/kernel.h"

#include <algorithm>
#include <cerrno>
#include <deque>
#include <string_view>
#include <utility>

#include <fcntl.h>
#include <limits.h>
#include <sys/stat.h>
#include <unistd.h>

namespace kato::sandbox {

namespace {

constexpr int k_most_links = 40; // as the kernel

void put_parts(std::deque<std::string>& parts, std::string_view path) {
    std::deque<std::string> found;
    while (!path.empty()) {
        const std::string_view part = path.substr(0, path.find('/'));
        path.remove_prefix(std::min(part.size() + 1, path.size()));
        if (!part.empty() && part != ".") found.emplace_back(part);
    }
    parts.insert(parts.begin(), found.begin(), found.end());
}

// From `out.path` on, which is free from links; what was found there stays.
Resolved resolve_from(Resolved out, const std::string& path) {
    std::deque<std::string> rest;
    put_parts(rest, path);
    std::string real = std::move(out.path);
    int links = 0;
    while (!rest.empty()) {
        const std::string part = std::move(rest.front());
        rest.pop_front();
        if (part == "..") {
            if (const std::size_t slash = real.rfind('/'); slash != std::string::npos)
                real.resize(slash);
            continue;
        }
        std::string next = real;
        next.append(1, '/').append(part);
        struct stat info {};
        if (::lstat(next.c_str(), &info) != 0) return {};
        if (!S_ISLNK(info.st_mode)) {
            real = std::move(next);
            continue;
        }
        if (++links > k_most_links) {
            errno = ELOOP;
            return {};
        }
        std::string target(PATH_MAX, '\0');
        const ssize_t size = ::readlink(next.c_str(), target.data(), target.size());
        if (size <= 0) return {};
        target.resize(static_cast<std::size_t>(size));
        out.links.emplace_back(next, target);
        if (target[0] == '/') real.clear();
        put_parts(rest, target);
    }
    out.path = real.empty() ? "/" : real;
    return out;
}

} // namespace

Resolved resolve_path(const std::string& path) { return resolve_from({}, path); }

Resolved resolve_path(const std::string& path, PathCache& cache) {
    const std::size_t slash = path.rfind('/');
    if (slash == 0 || slash == std::string::npos) return resolve_path(path);
    const std::string folder = path.substr(0, slash);
    auto found = cache.find(folder);
    if (found == cache.end()) found = cache.emplace(folder, resolve_path(folder)).first;
    if (found->second.path.empty()) return resolve_path(path); // for errno
    Resolved from = found->second;
    if (from.path == "/") from.path.clear();
    return resolve_from(std::move(from), path.substr(slash + 1));
}

Fd open_without_links(const std::string& path, int flags) {
    flags |= O_CLOEXEC | O_NOFOLLOW;
    const OpenHow how{static_cast<std::uint64_t>(flags), 0, k_resolve_no_links};
    Fd opened(static_cast<int>(::syscall(k_nr_openat2, AT_FDCWD, path.c_str(), &how, sizeof how)));
    // Before 5.6, or in a container whose filter does not know the call.
    if (!opened && (errno == ENOSYS || errno == EPERM)) opened = Fd(::open(path.c_str(), flags));
    return opened;
}

} // namespace kato::sandbox
