#include "support/zip.h"

#include <cstdint>

namespace kato::test {
namespace {

std::uint32_t crc32(std::string_view bytes) {
    std::uint32_t crc = 0xFFFF'FFFF;
    for (const char byte : bytes) {
        crc ^= static_cast<unsigned char>(byte);
        for (int bit = 0; bit < 8; ++bit) crc = (crc >> 1) ^ ((crc & 1) != 0 ? 0xEDB8'8320 : 0);
    }
    return ~crc;
}

void put(std::string& out, std::uint64_t value, int bytes) {
    for (int i = 0; i < bytes; ++i) out += static_cast<char>(value >> (8 * i));
}

// What a file's header and its entry in the directory have in common.
void put_entry(std::string& out, std::string_view name, std::string_view content) {
    put(out, 20, 2);          // version that is needed
    put(out, 1 << 11, 2);     // names are UTF-8
    put(out, 0, 2);           // stored
    put(out, 0x5B21'0000, 4); // 2025-09-01
    put(out, crc32(content), 4);
    put(out, content.size(), 4);
    put(out, content.size(), 4);
    put(out, name.size(), 2);
    put(out, 0, 2); // nothing extra
}

} // namespace

std::string zip_of(const ZipMembers& members) {
    std::string out;
    std::string directory;
    for (const auto& [name, content] : members) {
        directory += "PK\x01\x02";
        put(directory, 0x0314, 2); // made on Unix
        put_entry(directory, name, content);
        put(directory, 0, 6);                            // no comment, the first disk, binary
        put(directory, std::uint64_t{0100644} << 16, 4); // a file
        put(directory, out.size(), 4);
        directory += name;
        out += "PK\x03\x04";
        put_entry(out, name, content);
        out += name;
        out += content;
    }
    const std::size_t begin = out.size();
    out += directory;
    out += "PK\x05\x06";
    put(out, 0, 4);
    put(out, members.size(), 2);
    put(out, members.size(), 2);
    put(out, directory.size(), 4);
    put(out, begin, 4);
    put(out, 0, 2);
    return out;
}

} // namespace kato::test
