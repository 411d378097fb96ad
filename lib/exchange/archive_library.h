// libarchive, loaded when the first archive is met: a program that reads none starts without it and what
// it needs. Only the functions that are used here.
#pragma once

#include "base/result.h"

#include <archive.h>
#include <archive_entry.h>

namespace kato {

struct ArchiveLibrary {
    decltype(&::archive_read_new) read_new = nullptr;
    decltype(&::archive_read_free) read_free = nullptr;
    decltype(&::archive_read_support_format_zip) support_zip = nullptr;
    decltype(&::archive_read_support_format_tar) support_tar = nullptr;
    decltype(&::archive_read_support_filter_gzip) support_gzip = nullptr;
    decltype(&::archive_read_support_filter_zstd) support_zstd = nullptr;
    decltype(&::archive_read_open_fd) open_fd = nullptr;
    decltype(&::archive_read_next_header) next_header = nullptr;
    decltype(&::archive_read_data) read_data = nullptr;
    decltype(&::archive_errno) error_number = nullptr;
    decltype(&::archive_error_string) error_string = nullptr;
    decltype(&::archive_entry_pathname) entry_pathname = nullptr;
    decltype(&::archive_entry_pathname_utf8) entry_pathname_utf8 = nullptr;
    decltype(&::archive_entry_filetype) entry_filetype = nullptr;
    decltype(&::archive_entry_hardlink) entry_hardlink = nullptr;
    decltype(&::archive_entry_size) entry_size = nullptr;
    decltype(&::archive_entry_size_is_set) entry_size_is_set = nullptr;
    decltype(&::archive_entry_is_encrypted) entry_is_encrypted = nullptr;

    // The one there is; Code::unsupported where there is none. Any thread.
    static Result<const ArchiveLibrary*> get();
};

} // namespace kato
