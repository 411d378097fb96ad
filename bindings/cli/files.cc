// Writing files safely.
#include "files.h"

#include "output.h"
#include "text.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <map>
#include <set>

namespace kato_cli {
namespace {

int make_temporary(int directory, std::string& name, Descriptor& file) {
    for (unsigned attempt = 0; attempt < 1000; ++attempt) {
        name = fmt::format(".kato-{}-{}.tmp", getpid(), attempt);
        const int fd = openat(directory, name.c_str(),
                              O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
        if (fd >= 0) {
            file.reset(fd);
            return 0;
        }
        if (errno != EEXIST) return errno;
    }
    return EEXIST;
}

// CON, nul.txt, Com1.a.b: names that Windows gives to devices wherever they stand.
bool is_device_of_windows(std::string_view name) {
    name = name.substr(0, name.find('.'));
    std::string upper;
    for (const char c : name) upper += c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
    for (const std::string_view device : {"CON", "PRN", "AUX", "NUL", "CONIN$", "CONOUT$"})
        if (upper == device) return true;
    return upper.size() == 4 && (upper.starts_with("COM") || upper.starts_with("LPT")) &&
           upper[3] >= '0' && upper[3] <= '9';
}

} // namespace

Descriptor::~Descriptor() { reset(-1); }

void Descriptor::reset(int fd) {
    if (fd_ >= 0) close(fd_);
    fd_ = fd;
}

NewFile::~NewFile() {
    if (!temporary_.empty()) unlinkat(directory_, temporary_.c_str(), 0);
}

int NewFile::create(int directory, const std::string& name, bool replace) {
    struct stat present {};
    if (fstatat(directory, name.c_str(), &present, AT_SYMLINK_NOFOLLOW) == 0) {
        if (S_ISDIR(present.st_mode)) return EISDIR;
        if (!replace) return EEXIST;
        // A device or a pipe would be replaced by a file, which nobody means.
        if (!S_ISREG(present.st_mode) && !S_ISLNK(present.st_mode)) return ENOTSUP;
    } else if (errno != ENOENT) {
        return errno;
    }
    directory_ = directory;
    name_ = name;
    replace_ = replace;
    std::string temporary;
    if (const int error = make_temporary(directory, temporary, file_)) return error;
    temporary_ = temporary;
    // Whatever the umask says: readable by us, by nobody else.
    return fchmod(file_.get(), 0600) == 0 ? 0 : errno;
}

int NewFile::write(std::string_view bytes) { return write_all(file_.get(), bytes); }

int NewFile::publish() {
    const char* from = temporary_.c_str();
    const char* to = name_.c_str();
    if (replace_) return renameat(directory_, from, directory_, to) == 0 ? 0 : errno;
    if (renameat2(directory_, from, directory_, to, RENAME_NOREPLACE) == 0) return 0;
    if (errno != EINVAL && errno != ENOSYS) return errno;
    // File systems without that call: a link is exclusive as well.
    if (linkat(directory_, from, directory_, to, 0) != 0) return errno;
    return unlinkat(directory_, from, 0) == 0 ? 0 : errno;
}

int NewFile::commit() {
    if (fsync(file_.get()) != 0) return errno;
    if (const int error = publish()) return error;
    temporary_.clear();
    // Some file systems cannot sync a directory; the file itself is safe.
    (void)fsync(directory_);
    return 0;
}

int open_directory(const std::string& path, bool make, Descriptor& directory) {
    if (make && mkdir(path.c_str(), 0700) != 0 && errno != EEXIST) return errno;
    const int fd = open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0) return errno;
    directory.reset(fd);
    return 0;
}

bool names_directory(const std::string& path) {
    struct stat present {};
    return path.ends_with('/') || (stat(path.c_str(), &present) == 0 && S_ISDIR(present.st_mode));
}

bool is_file(const std::string& path) {
    struct stat info {};
    return ::stat(path.c_str(), &info) == 0 && S_ISREG(info.st_mode);
}

std::pair<std::string, std::string> split_path(const std::string& path) {
    const std::size_t slash = path.rfind('/');
    if (slash == std::string::npos) return {".", path};
    return {slash == 0 ? "/" : path.substr(0, slash), path.substr(slash + 1)};
}

std::string safe_file_name(std::string_view name, std::string_view suffix) {
    constexpr std::size_t k_max_bytes = 120;
    const std::size_t room = k_max_bytes - suffix.size();
    std::string out;
    for (std::size_t pos = 0; pos < name.size();) {
        const std::size_t start = pos;
        const std::uint32_t c = next_code_point(name, pos);
        const bool refused =
            c == 0xfffd || is_hidden(c) ||
            (c < 0x80 &&
             std::string_view("/\\:*?\"'<>|`$&;!~{}()[]#%").find(static_cast<char>(c)) !=
                 std::string_view::npos);
        const bool space = c == ' ' || c == 0xa0 || c == 0x3000 || refused;
        const std::string_view piece = space ? "-" : name.substr(start, pos - start);
        if (space && (out.empty() || out.back() == '-')) continue;
        if (out.empty() && (piece == "." || piece == "-")) continue;
        if (out.size() + piece.size() > room) break;
        out += piece;
    }
    while (!out.empty() && (out.back() == '-' || out.back() == '.')) out.pop_back();
    if (out.empty()) out = "untitled";
    if (is_device_of_windows(out)) out.insert(0, "_");
    return out.append(suffix);
}

std::vector<std::string> unique_file_names(const std::vector<WantedName>& wanted) {
    const auto folded = [](std::string name) {
        for (char& c : name)
            if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
        return name;
    };
    const auto with_id = [](const WantedName& want, const std::string& id) {
        return safe_file_name(want.name, "-" + safe_file_name(id, want.suffix));
    };
    std::vector<std::string> names;
    names.reserve(wanted.size());
    for (const WantedName& want : wanted) names.push_back(safe_file_name(want.name, want.suffix));

    std::map<std::string, std::size_t> uses;
    for (const std::string& name : names) ++uses[folded(name)];
    std::set<std::string> taken;
    for (std::size_t i = 0; i < names.size(); ++i) {
        // All that share a name get their id, not only the later ones: the order must not matter.
        if (uses[folded(names[i])] > 1) names[i] = with_id(wanted[i], wanted[i].id.substr(0, 8));
        if (taken.contains(folded(names[i]))) names[i] = with_id(wanted[i], wanted[i].id);
        for (int n = 2; taken.contains(folded(names[i])); ++n)
            names[i] = with_id(wanted[i], fmt::format("{}-{}", wanted[i].id, n));
        taken.insert(folded(names[i]));
    }
    return names;
}

} // namespace kato_cli
