// Archives by libarchive, one member after the other.
#include "exchange/archive_library.h"
#include "exchange/bundle.h"

#include <algorithm>
#include <cerrno>
#include <new>
#include <unordered_map>

#include <fmt/format.h>
#include <locale.h>
#include <unistd.h>

namespace kato {
namespace {

constexpr std::size_t k_block_bytes = 256 << 10;

// While one of these lives, libarchive takes names on this thread for what they are: in the locale that
// programs begin with it gives none that is not ASCII.
class Utf8Names {
public:
    explicit Utf8Names(locale_t utf8)
        : before_(utf8 == locale_t() ? locale_t() : ::uselocale(utf8)) {}
    Utf8Names(const Utf8Names&) = delete;
    Utf8Names& operator=(const Utf8Names&) = delete;
    ~Utf8Names() {
        if (before_ != locale_t()) (void)::uselocale(before_); // it was valid before
    }

private:
    locale_t before_;
};

class ArchiveBundle final : public Bundle {
public:
    ArchiveBundle(const ArchiveLibrary& library, int file, std::string name, std::uint64_t most)
        : library_(library), file_(file), name_(std::move(name)), most_(most) {}
    Status visit(const Visit& visit) override;
    std::uint64_t unpacked_bytes() const override { return unpacked_; }

private:
    const ArchiveLibrary& library_;
    int file_;
    std::string name_;
    std::uint64_t most_;
    std::uint64_t unpacked_ = 0;
};

// One way through the archive.
class Pass {
public:
    Pass(const ArchiveLibrary& library, std::string name, std::uint64_t most)
        : library_(library), name_(std::move(name)), most_(most),
          utf8_(::newlocale(LC_CTYPE_MASK, "C.UTF-8", locale_t())), archive_(library.read_new()) {
        if (archive_ != nullptr) return;
        if (utf8_ != locale_t()) ::freelocale(utf8_);
        throw std::bad_alloc();
    }
    Pass(const Pass&) = delete;
    Pass& operator=(const Pass&) = delete;
    ~Pass() {
        (void)library_.read_free(archive_); // read only: nothing can be lost
        if (utf8_ != locale_t()) ::freelocale(utf8_);
    }

    Status open(int file);
    // False: there are no more.
    Result<bool> next(Member& member);
    Result<std::size_t> read(const Member& member, char* buffer, std::size_t size);
    std::uint64_t unpacked_bytes() const { return unpacked_; }

private:
    Error damaged(std::string_view what) const;
    void name(archive_entry* entry, Member& member);

    const ArchiveLibrary& library_;
    std::string name_;
    std::uint64_t most_;
    std::uint64_t unpacked_ = 0;
    std::size_t count_ = 0;
    std::unordered_map<std::string, std::size_t> names_{};
    locale_t utf8_; // null where there is none
    struct archive* archive_;
};

class MemberBytes final : public Bytes {
public:
    MemberBytes(Pass& pass, const Member& member) : pass_(pass), member_(member) {}
    Result<std::size_t> read(char* buffer, std::size_t size) override {
        return pass_.read(member_, buffer, size);
    }
    Status check_unchanged() override { return done(); }
    std::uint64_t expected_bytes() const override { return member_.size; }

private:
    Pass& pass_;
    const Member& member_;
};

Error Pass::damaged(std::string_view what) const {
    if (library_.error_number(archive_) == ENOMEM) throw std::bad_alloc();
    const char* const said = library_.error_string(archive_);
    Error error{Code::failed,
                fmt::format("{}: {}: {}", name_, what, said == nullptr ? "damaged" : said)};
    error.path = name_;
    return error;
}

Status Pass::open(int file) {
    if (::lseek(file, 0, SEEK_SET) != 0) return os_error("cannot read again", name_);
    (void)library_.support_zip(
        archive_); // warns where a compression is missing, which reading says
    (void)library_.support_tar(archive_);
    (void)library_.support_gzip(archive_);
    (void)library_.support_zstd(archive_);
    if (library_.open_fd(archive_, file, k_block_bytes) != ARCHIVE_OK)
        return damaged("cannot be opened");
    return done();
}

void Pass::name(archive_entry* entry, Member& member) {
    const char* name = library_.entry_pathname_utf8(entry);
    if (name == nullptr) name = library_.entry_pathname(entry);
    member.name = member_label(name == nullptr ? "" : name, member.remark);
    if (member.name.empty()) member.name = fmt::format("member {}", count_);
    // How many have the name already; other members may be called as they are then.
    std::size_t& before = names_[member.name];
    if (before++ == 0) return;
    std::string unique = fmt::format("{}#{}", member.name, before);
    while (names_.contains(unique)) unique = fmt::format("{}#{}", member.name, ++before);
    member.remark = fmt::format("there are several members of the name \"{}\"", member.name);
    member.name = std::move(unique);
    names_[member.name] = 1;
}

Result<bool> Pass::next(Member& member) {
    archive_entry* entry = nullptr;
    const Utf8Names utf8(utf8_);
    for (;;) {
        const int status = library_.next_header(archive_, &entry);
        if (status == ARCHIVE_EOF) return false;
        if (status != ARCHIVE_OK && status != ARCHIVE_WARN)
            return damaged(fmt::format("the header behind {} members", count_));
        if (++count_ > k_max_members)
            return Error{Code::limit,
                         fmt::format("{}: more than {} members", name_, k_max_members)};
        if (library_.entry_filetype(entry) != AE_IFDIR) break;
    }
    member = Member();
    name(entry, member);
    if (library_.entry_size_is_set(entry) != 0)
        member.size =
            static_cast<std::uint64_t>(std::max<std::int64_t>(library_.entry_size(entry), 0));
    const auto type = library_.entry_filetype(entry);
    if (library_.entry_hardlink(entry) != nullptr || type == AE_IFLNK)
        member.refusal = "a link, which is not followed";
    else if (type != AE_IFREG && type != 0)
        member.refusal = "neither a file nor a folder";
    member.left_out = !member.refusal.empty();
    if (member.left_out) return true;
    if (library_.entry_is_encrypted(entry) != 0)
        member.refusal = "encrypted: it must be unpacked with its password first";
    return true;
}

Result<std::size_t> Pass::read(const Member& member, char* buffer, std::size_t size) {
    const auto got = library_.read_data(archive_, buffer, size);
    if (got < 0) return damaged(fmt::format("the member \"{}\"", member.name));
    unpacked_ += static_cast<std::uint64_t>(got);
    if (unpacked_ > most_) {
        Error error{Code::limit,
                    fmt::format("{}: at the member \"{}\" it has unpacked to more than {} bytes, "
                                "far more than conversations do",
                                name_, member.name, most_)};
        error.hint = "if it is what it should be, unpack it and import the folder";
        return error;
    }
    return static_cast<std::size_t>(got);
}

Status ArchiveBundle::visit(const Visit& visit) {
    Pass pass(library_, name_, most_);
    KATO_CHECK(pass.open(file_));
    for (;;) {
        Member member;
        KATO_TRY(const bool there, pass.next(member));
        if (!there) return done();
        MemberBytes bytes(pass, member);
        const Status visited = visit(member, bytes);
        unpacked_ = std::max(unpacked_, pass.unpacked_bytes());
        KATO_CHECK(visited);
    }
}

} // namespace

Result<std::unique_ptr<Bundle>> open_archive(int file, const std::string& name,
                                             std::uint64_t most) {
    KATO_TRY(const ArchiveLibrary* const library, ArchiveLibrary::get());
    return std::unique_ptr<Bundle>(std::make_unique<ArchiveBundle>(*library, file, name, most));
}

} // namespace kato
