#include "sandbox/runtime/loader_cache.h"

#include "base/file.h"

#include <algorithm>
#include <cstdint>
#include <cstring>

namespace kato::sandbox {

namespace {

constexpr std::string_view k_magic = "glibc-ld.so.cache1.1";
#if defined(__x86_64__)
constexpr std::int32_t k_kind = 0x0303; // ELF for libc 6, x86-64
#else
constexpr std::int32_t k_kind = 0x0a03; // ELF for libc 6, AArch64
#endif

struct Header {
    char magic[20];
    std::uint32_t count;
    std::uint32_t strings;
    std::uint32_t unused[5];
};
static_assert(sizeof(Header) == 48);

struct Entry {
    std::int32_t kind;
    std::uint32_t name; // offsets from the beginning
    std::uint32_t path;
    std::uint32_t system;
    std::uint64_t processor; // not 0: only for some processors
};
static_assert(sizeof(Entry) == 24);

std::string_view text_at(std::string_view bytes, std::uint32_t offset) {
    if (offset >= bytes.size()) return {};
    const std::string_view rest = bytes.substr(offset, 4096);
    const std::size_t end = rest.find('\0');
    return end == std::string_view::npos ? std::string_view{} : rest.substr(0, end);
}

} // namespace

LoaderCache::LoaderCache(const std::string& path) {
    Result<Fd> file = open_for_read(path);
    if (!file) return;
    char buffer[64 * 1024];
    while (bytes_.size() < k_largest_loader_cache) {
        const Result<std::size_t> got = read_some(file->get(), buffer, sizeof buffer, path);
        if (!got || *got == 0) return;
        bytes_.append(buffer, *got);
    }
}

LoaderCache LoaderCache::of(std::string bytes) {
    LoaderCache cache;
    cache.bytes_ = std::move(bytes);
    return cache;
}

std::optional<std::string> LoaderCache::find(std::string_view name) const {
    Header header{};
    if (bytes_.size() < sizeof header) return std::nullopt;
    std::memcpy(&header, bytes_.data(), sizeof header);
    if (std::string_view(header.magic, sizeof header.magic) != k_magic) return std::nullopt;
    const std::size_t room = (bytes_.size() - sizeof header) / sizeof(Entry);
    const std::size_t count = std::min<std::size_t>(header.count, room);
    for (std::size_t at = 0; at < count; ++at) {
        Entry entry{};
        std::memcpy(&entry, bytes_.data() + sizeof header + at * sizeof entry, sizeof entry);
        if (entry.kind != k_kind || entry.processor != 0) continue;
        if (text_at(bytes_, entry.name) != name) continue;
        const std::string_view path = text_at(bytes_, entry.path);
        if (!path.empty() && path[0] == '/') return std::string(path);
    }
    return std::nullopt;
}

} // namespace kato::sandbox
