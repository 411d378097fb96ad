#include "agent/path.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <optional>
#include <vector>

namespace kato::agent {
namespace {

constexpr std::size_t k_max_path_bytes = 4095;
constexpr std::size_t k_max_parts = 8192; // still to be walked, links' included

// f_type of file systems whose files are the kernel's: proc, sysfs, cgroup (1 and 2), devpts, debugfs,
// tracefs, securityfs, bpf, nsfs, efivarfs, pstore, configfs, binfmt_misc, selinuxfs.
constexpr std::array<std::uint32_t, 15> k_kernel_file_systems = {
    0x9FA0,     0x62656572, 0x27E0EB,   0x63677270, 0x1CD1,     0x64626720, 0x74726163, 0x73636673,
    0xCAFE4A11, 0x6E736673, 0xDE5E81E4, 0x6165676C, 0x62656570, 0x42494E4D, 0xF97CFF8C};

// Puts the parts of `path` on the stack, the first on top.
void push_parts(std::vector<std::string>& stack, std::string_view path) {
    while (!path.empty()) {
        const std::size_t slash = path.rfind('/');
        const std::string_view part =
            slash == std::string_view::npos ? path : path.substr(slash + 1);
        if (!part.empty() && part != ".") stack.emplace_back(part);
        path = slash == std::string_view::npos ? std::string_view() : path.substr(0, slash);
    }
}

// Nothing for what is no link, is not there, or cannot be looked at. Any other failure could hide a
// link.
Result<std::optional<std::string>> link_target(const std::string& path) {
    std::array<char, k_max_path_bytes + 1> target{};
    const ssize_t size = ::readlink(path.c_str(), target.data(), target.size());
    if (size > 0)
        return std::optional<std::string>(
            std::string(target.data(), static_cast<std::size_t>(size)));
    if (errno == ENAMETOOLONG) return Error{Code::invalid, "a path that is too long"};
    if (size == 0 || errno == EINVAL || errno == ENOENT || errno == ENOTDIR || errno == EACCES)
        return std::optional<std::string>();
    return os_error("cannot look up", path);
}

FileType type_of(mode_t mode) {
    if (S_ISREG(mode)) return FileType::file;
    return S_ISDIR(mode) ? FileType::folder : FileType::other;
}

// What is there, looked at through one descriptor, so that all of it is about one file.
void inspect(ResolvedPath& resolved) {
    const Fd file(::open(resolved.path.c_str(), O_PATH | O_NOFOLLOW | O_CLOEXEC));
    if (!file) return;
    struct stat info {};
    if (::fstat(file.get(), &info) != 0) return;
    resolved.type = type_of(info.st_mode);
    resolved.identity = {info.st_dev, info.st_ino};
    resolved.executable =
        S_ISREG(info.st_mode) && (info.st_mode & (S_IXUSR | S_IXGRP | S_IXOTH)) != 0;
    struct statfs system {};
    if (::fstatfs(file.get(), &system) != 0) return;
    const auto type = static_cast<std::uint32_t>(system.f_type);
    resolved.kernel_file_system =
        std::find(k_kernel_file_systems.begin(), k_kernel_file_systems.end(), type) !=
        k_kernel_file_systems.end();
}

} // namespace

Result<ResolvedPath> resolve_path(std::string_view path) {
    std::vector<std::string> stack;
    push_parts(stack, path);
    ResolvedPath resolved;
    int links = 0;
    while (!stack.empty()) {
        const std::string part = std::move(stack.back());
        stack.pop_back();
        std::string& here = resolved.path; // "" is the root
        if (part == "..") {
            if (!here.empty()) here.resize(here.rfind('/'));
            continue;
        }
        const std::string next = fmt::format("{}/{}", here, part);
        if (next.size() > k_max_path_bytes || stack.size() > k_max_parts)
            return Error{Code::invalid, "a path that is too long"};
        KATO_TRY(const std::optional<std::string> target, link_target(next));
        if (!target) {
            here = next;
            continue;
        }
        if (++links > k_max_links)
            return Error{Code::invalid, fmt::format("{}: too many links", next)};
        if (target->front() == '/') here.clear();
        push_parts(stack, *target);
    }
    if (resolved.path.empty()) resolved.path = "/";
    inspect(resolved);
    return resolved;
}

std::optional<std::string> find_program(const std::string& name, std::string_view search_path) {
    if (name.find('/') != std::string::npos) return name;
    while (!search_path.empty()) {
        const std::size_t colon = search_path.find(':');
        const std::string_view folder = search_path.substr(0, colon);
        search_path =
            colon == std::string_view::npos ? std::string_view() : search_path.substr(colon + 1);
        if (folder.empty() || folder[0] != '/') continue; // never the current directory
        std::string path = join_path(clean_path(folder), name);
        const auto found = resolve_path(path);
        if (found && found->executable) return path;
    }
    return std::nullopt;
}

bool is_within(std::string_view path, std::string_view folder) {
    if (folder == "/") return !path.empty() && path[0] == '/';
    return path.substr(0, folder.size()) == folder &&
           (path.size() == folder.size() || path[folder.size()] == '/');
}

std::string_view file_name(std::string_view path) { return path.substr(path.rfind('/') + 1); }

std::string join_path(std::string_view path, std::string_view name) {
    return path == "/" ? fmt::format("/{}", name) : fmt::format("{}/{}", path, name);
}

} // namespace kato::agent
