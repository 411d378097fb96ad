#include "exchange/archive_library.h"

#include <dlfcn.h>
#include <fmt/format.h>

namespace kato {
namespace {

constexpr const char* k_name = "libarchive.so.13"; // its interface since 3.0

struct Loaded {
    ArchiveLibrary library{};
    std::string problem{};
};

template <class Function>
void look_up(void* handle, const char* name, Function& to, std::string& problem) {
    to = reinterpret_cast<Function>(::dlsym(handle, name)); // POSIX: dlsym gives functions so
    if (to == nullptr && problem.empty()) problem = fmt::format("{} has no {}", k_name, name);
}

Loaded load() {
    Loaded out;
    void* const handle = ::dlopen(k_name, RTLD_NOW | RTLD_LOCAL);
    if (handle == nullptr) {
        out.problem = fmt::format("{} is not installed", k_name);
        return out;
    }
    ArchiveLibrary& a = out.library;
    const auto find = [&](const char* name, auto& to) { look_up(handle, name, to, out.problem); };
    find("archive_read_new", a.read_new);
    find("archive_read_free", a.read_free);
    find("archive_read_support_format_zip", a.support_zip);
    find("archive_read_support_format_tar", a.support_tar);
    find("archive_read_support_filter_gzip", a.support_gzip);
    find("archive_read_support_filter_zstd", a.support_zstd);
    find("archive_read_open_fd", a.open_fd);
    find("archive_read_next_header", a.next_header);
    find("archive_read_data", a.read_data);
    find("archive_errno", a.error_number);
    find("archive_error_string", a.error_string);
    find("archive_entry_pathname", a.entry_pathname);
    find("archive_entry_pathname_utf8", a.entry_pathname_utf8);
    find("archive_entry_filetype", a.entry_filetype);
    find("archive_entry_hardlink", a.entry_hardlink);
    find("archive_entry_size", a.entry_size);
    find("archive_entry_size_is_set", a.entry_size_is_set);
    find("archive_entry_is_encrypted", a.entry_is_encrypted);
    return out;
}

} // namespace

Result<const ArchiveLibrary*> ArchiveLibrary::get() {
    static const Loaded loaded = load();
    if (loaded.problem.empty()) return &loaded.library;
    Error error{Code::unsupported, fmt::format("archives cannot be read here: {}", loaded.problem)};
    error.hint =
        "install libarchive (Debian: libarchive13), or unpack the archive and import its folder";
    return error;
}

} // namespace kato
