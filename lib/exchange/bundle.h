// Several files that belong together: the members of an archive, or the files of an unpacked one. Names
// inside are labels, never paths; sizes inside are never believed.
#pragma once

#include "base/compress.h"
#include "exchange/bytes.h"

#include <functional>
#include <memory>
#include <string>

namespace kato {

struct Member {
    std::string name{};     // valid UTF-8, without "..", not absolute, unique in its bundle
    std::string remark{};   // what is odd about it, for people
    bool left_out = false;  // it is refused, and nothing is lost by it: a link, a device
    std::string refusal{};  // why its bytes cannot be had; empty: they can
    std::uint64_t size = 0; // as it is declared; 0 when it is not
    std::string path{};     // a file's path; empty in archives
};

class Bundle {
public:
    using Visit = std::function<Status(const Member& member, Bytes& bytes)>;
    virtual ~Bundle() = default;
    // Visits all members in order, each time the same ones. What a visit leaves unread is passed over.
    // An Error of the bundle itself ends it, as does one of a visit.
    virtual Status visit(const Visit& visit) = 0;
    // How many bytes a visit has unpacked at most.
    virtual std::uint64_t unpacked_bytes() const { return 0; }
};

enum class ArchiveKind : std::uint8_t { none, zip, tar, tar_gzip, tar_zstd };

// By the first bytes of a file, `content` being what they decompress to.
ArchiveKind archive_kind(std::string_view prefix, std::string_view content);
std::string_view archive_name(ArchiveKind kind); // "tar.gz"

// `file`: open for reading, seekable; its position is changed. A visit unpacks `most` bytes at most.
Result<std::unique_ptr<Bundle>> open_archive(int file, const std::string& name, std::uint64_t most);

// What an archive's members may have in all, for an archive of `given` bytes: bombs have more.
std::uint64_t max_unpacked_bytes(std::uint64_t given);
inline constexpr std::size_t k_max_members = 200'000;

// A folder with what an export was unpacked to: conversations, and files beside them.
bool is_export_folder(const std::string& path);
// What cannot be read or is no file is a member that is refused.
std::unique_ptr<Bundle> open_folder(const std::string& path, const std::string& workspace,
                                    StopFn stop);

// A name from an archive as a label; `remark` says what was changed.
std::string member_label(std::string_view name, std::string& remark);

} // namespace kato
