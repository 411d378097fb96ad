#include "sandbox/runtime/elf.h"

#include "base/file.h"

#include <cerrno>
#include <cstring>

#include <elf.h>
#include <fmt/format.h>
#include <unistd.h>

namespace kato::sandbox {

namespace {

#if defined(__x86_64__)
constexpr std::uint16_t k_machine = EM_X86_64;
#else
constexpr std::uint16_t k_machine = EM_AARCH64;
#endif

class Reader {
public:
    Reader(int fd, const std::string& path) : fd_(fd), path_(path) {}

    Result<std::optional<Elf>> run() {
        Elf64_Ehdr header{};
        if (!read_at(0, &header, sizeof header) || !is_ours(header)) return std::optional<Elf>();
        if (header.e_phentsize != sizeof(Elf64_Phdr) || header.e_phnum > k_most_segments)
            return invalid("segments");
        segments_.resize(header.e_phnum);
        if (!read_at(header.e_phoff, segments_.data(), segments_.size() * sizeof(Elf64_Phdr)))
            return invalid("segments");
        for (const Elf64_Phdr& segment : segments_) {
            if (segment.p_type == PT_INTERP) {
                if (segment.p_filesz == 0 || segment.p_filesz > k_longest_name ||
                    !read_string(segment.p_offset, elf_.interpreter))
                    return invalid("loader");
            }
            if (segment.p_type == PT_DYNAMIC) KATO_CHECK(read_dynamic(segment));
        }
        return std::optional<Elf>(std::move(elf_));
    }

private:
    static bool is_ours(const Elf64_Ehdr& header) {
        return std::memcmp(header.e_ident, ELFMAG, SELFMAG) == 0 &&
               header.e_ident[EI_CLASS] == ELFCLASS64 && header.e_ident[EI_DATA] == ELFDATA2LSB &&
               header.e_machine == k_machine;
    }

    Error invalid(std::string_view what) const {
        Error error{Code::denied, fmt::format("{}: not a sound program: its {}", path_, what)};
        error.path = path_;
        return error;
    }

    bool read_at(std::uint64_t offset, void* to, std::size_t size) const {
        if (offset > INT64_MAX - size) return false;
        ssize_t got = 0;
        do got = ::pread(fd_, to, size, static_cast<off_t>(offset));
        while (got < 0 && errno == EINTR);
        return got == static_cast<ssize_t>(size);
    }

    bool read_string(std::uint64_t offset, std::string& out) const {
        char buffer[256];
        while (out.size() < k_longest_name) {
            if (offset > INT64_MAX - sizeof buffer) return false;
            const ssize_t got =
                ::pread(fd_, buffer, sizeof buffer, static_cast<off_t>(offset + out.size()));
            if (got <= 0) return false;
            const std::size_t length = ::strnlen(buffer, static_cast<std::size_t>(got));
            out.append(buffer, length);
            if (length < static_cast<std::size_t>(got)) return true;
        }
        return false;
    }

    // Where the bytes of an address are in the file.
    std::optional<std::uint64_t> place(std::uint64_t address) const {
        for (const Elf64_Phdr& segment : segments_)
            if (segment.p_type == PT_LOAD && address >= segment.p_vaddr &&
                address - segment.p_vaddr < segment.p_filesz)
                return segment.p_offset + (address - segment.p_vaddr);
        return std::nullopt;
    }

    Status read_dynamic(const Elf64_Phdr& segment) {
        if (segment.p_filesz > k_largest_dynamic) return invalid("dynamic section");
        std::vector<Elf64_Dyn> entries(segment.p_filesz / sizeof(Elf64_Dyn));
        if (!read_at(segment.p_offset, entries.data(), entries.size() * sizeof(Elf64_Dyn)))
            return invalid("dynamic section");
        std::optional<std::uint64_t> strings;
        for (const Elf64_Dyn& entry : entries)
            if (entry.d_tag == DT_STRTAB) strings = place(entry.d_un.d_ptr);
        for (const Elf64_Dyn& entry : entries) {
            if (entry.d_tag == DT_NULL) break;
            if (entry.d_tag != DT_NEEDED && entry.d_tag != DT_RPATH && entry.d_tag != DT_RUNPATH)
                continue;
            std::string text;
            if (!strings || *strings > INT64_MAX - entry.d_un.d_val ||
                !read_string(*strings + entry.d_un.d_val, text))
                return invalid("strings");
            if (entry.d_tag == DT_NEEDED) {
                if (elf_.needed.size() >= k_most_needed) return invalid("libraries");
                elf_.needed.push_back(std::move(text));
            } else {
                if (entry.d_tag == DT_RUNPATH) elf_.has_runpath = true;
                split(text, entry.d_tag == DT_RUNPATH ? elf_.runpath : elf_.rpath);
            }
        }
        return done();
    }

    static void split(std::string_view text, std::vector<std::string>& out) {
        while (!text.empty()) {
            const std::string_view part = text.substr(0, text.find(':'));
            text.remove_prefix(std::min(part.size() + 1, text.size()));
            if (!part.empty()) out.emplace_back(part);
        }
    }

    int fd_;
    const std::string& path_;
    std::vector<Elf64_Phdr> segments_;
    Elf elf_;
};

} // namespace

Result<std::optional<Elf>> read_elf(int fd, const std::string& path) {
    return Reader(fd, path).run();
}

} // namespace kato::sandbox
