#include "sandbox/linux/access.h"

namespace kato::sandbox {

bool open_to_others(const struct stat& info, bool execute) {
    const mode_t wanted = S_ISDIR(info.st_mode) || execute ? S_IROTH | S_IXOTH : S_IROTH;
    return (info.st_mode & wanted) == wanted;
}

bool reachable(const std::string& path, std::uint32_t user) {
    for (std::size_t slash = path.find('/', 1); slash != std::string::npos;
         slash = path.find('/', slash + 1)) {
        struct stat info {};
        if (::stat(path.substr(0, slash).c_str(), &info) != 0) return false;
        const mode_t wanted = info.st_uid == user ? S_IXUSR : S_IXOTH;
        if ((info.st_mode & wanted) == 0) return false;
    }
    return true;
}

} // namespace kato::sandbox
