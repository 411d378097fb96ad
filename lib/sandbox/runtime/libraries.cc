#include "sandbox/runtime/libraries.h"

#include "base/file.h"
#include "base/folder.h"

#include <algorithm>
#include <deque>

#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

namespace kato::sandbox {

namespace {

#if defined(__x86_64__)
#define KATO_TRIPLET "x86_64-linux-gnu"
#else
#define KATO_TRIPLET "aarch64-linux-gnu"
#endif
// The folders that the distributions' loaders know by themselves.
constexpr const char* k_folders[] = {
    "/lib/" KATO_TRIPLET, "/usr/lib/" KATO_TRIPLET, "/lib64", "/usr/lib64", "/lib", "/usr/lib"};
constexpr const char* k_cache = "/etc/ld.so.cache";

std::string folder_of(const std::string& path) { return path.substr(0, path.rfind('/')); }

bool is_file(const std::string& path) {
    struct stat info {};
    return ::stat(path.c_str(), &info) == 0 && S_ISREG(info.st_mode);
}

bool has_origin(const std::string& folder) {
    return folder.find("$ORIGIN") != std::string::npos ||
           folder.find("${ORIGIN}") != std::string::npos;
}

std::string with_origin(std::string folder, const std::string& origin) {
    for (const std::string_view variable : {"${ORIGIN}", "$ORIGIN"})
        for (std::size_t at = 0; (at = folder.find(variable)) != std::string::npos;)
            folder.replace(at, variable.size(), origin);
    return folder;
}

} // namespace

void Libraries::grant(const std::string& path, std::uint8_t rights, std::string reason) {
    grants_.push_back({path, rights, std::move(reason)});
}

std::vector<Grant> Libraries::take_grants() { return std::move(grants_); }

Status Libraries::add_program(const std::string& path, const Elf& elf) {
    main_path_ = path;
    main_rpath_ = elf.rpath;
    grant(path, k_read | k_execute, "the program");
    if (!elf.interpreter.empty() && elf.interpreter[0] == '/')
        grant(elf.interpreter, k_read | k_execute, "its loader");
    return add_needed({path, elf});
}

Status Libraries::add_plugin(const std::string& path) {
    KATO_TRY(const Fd file, open_for_read(path));
    KATO_TRY(const std::optional<Elf> elf, read_elf(file.get(), path));
    return elf ? add_needed({path, *elf}) : done();
}

// Breadth first, as the loader does it.
Status Libraries::add_needed(const User& first) {
    std::deque<User> users{first};
    while (!users.empty()) {
        const User user = std::move(users.front());
        users.pop_front();
        for (const std::string& name : user.elf.needed) {
            if (!seen_.insert(name).second) continue;
            if (seen_.size() > k_most_libraries)
                return Error{Code::limit, fmt::format("{}: needs too many libraries", first.path)};
            const std::optional<std::string> path = find(name, user);
            if (!path) continue;
            grant(*path, k_read, fmt::format("library {}", name));
            const Result<Fd> file = open_for_read(*path);
            if (!file) continue; // not ours to read, and so neither the program's
            Result<std::optional<Elf>> elf = read_elf(file->get(), *path);
            if (elf && *elf) users.push_back({*path, std::move(**elf)});
        }
    }
    return done();
}

std::optional<std::string> Libraries::find_in(const std::vector<std::string>& folders,
                                              const std::string& name, const User& owner) {
    for (const std::string& folder : folders) {
        const std::string place = with_origin(folder, folder_of(owner.path));
        if (place.empty() || place[0] != '/' || !is_file(path_in(place, name))) continue;
        if (has_origin(folder) && owner.path == main_path_ &&
            std::find(origin_folders_.begin(), origin_folders_.end(), place) ==
                origin_folders_.end())
            origin_folders_.push_back(place);
        return path_in(place, name);
    }
    return std::nullopt;
}

std::optional<std::string> Libraries::find(const std::string& name, const User& user) {
    if (name.find('/') != std::string::npos)
        return name[0] == '/' && is_file(name) ? std::optional(name) : std::nullopt;
    if (!user.elf.has_runpath) {
        if (auto path = find_in(user.elf.rpath, name, user)) return path;
        if (auto path = find_in(main_rpath_, name, {main_path_, {}})) return path;
    }
    if (auto path = find_in(user.elf.runpath, name, user)) return path;
    for (const char* folder : k_folders)
        if (std::string path = fmt::format("{}/{}", folder, name); is_file(path)) return path;
    if (!cache_) cache_.emplace(k_cache);
    auto path = cache_->find(name);
    if (!path || !is_file(*path)) return std::nullopt;
    if (!cache_granted_) grant(k_cache, k_read, "where libraries are");
    cache_granted_ = true;
    return path;
}

} // namespace kato::sandbox
