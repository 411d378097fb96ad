#include "sandbox/runtime/locale.h"

#include <algorithm>
#include <cctype>
#include <string>

#include <fmt/format.h>
#include <sys/stat.h>

namespace kato::sandbox {

namespace {

constexpr std::size_t k_longest_name = 64;

bool exists(const std::string& path, mode_t kind) {
    struct stat info {};
    return ::stat(path.c_str(), &info) == 0 && (info.st_mode & S_IFMT) == kind;
}

bool is_name(std::string_view name) {
    return !name.empty() && name.size() <= k_longest_name && name[0] != '.' &&
           std::all_of(name.begin(), name.end(), [](char c) {
               return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_' || c == '.' ||
                      c == '-' || c == '@';
           });
}

// "C.UTF-8" is kept in C.utf8: letters and digits of the character set, in lower case.
std::string folder_name(std::string_view name) {
    const std::size_t dot = name.find('.');
    if (dot == std::string_view::npos) return std::string(name);
    const std::size_t at = std::min(name.find('@', dot), name.size());
    std::string out(name.substr(0, dot + 1));
    for (const char c : name.substr(dot + 1, at - dot - 1))
        if (std::isalnum(static_cast<unsigned char>(c)) != 0)
            out += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    out += name.substr(at);
    return out;
}

} // namespace

std::vector<Grant> locale_grants(std::string_view name, std::string_view root) {
    if (!is_name(name) || name == "C" || name == "POSIX") return {};
    const std::string all = fmt::format("{}/usr/lib/locale", root);
    const std::string reason = fmt::format("the locale {}", name);
    for (const std::string& folder : {folder_name(name), std::string(name)}) {
        std::string path = fmt::format("{}/{}", all, folder);
        if (exists(path, S_IFDIR)) return {{std::move(path), k_read, reason}};
    }
    std::string archive = all + "/locale-archive";
    if (exists(archive, S_IFREG)) return {{std::move(archive), k_read, reason}};
    return {};
}

} // namespace kato::sandbox
