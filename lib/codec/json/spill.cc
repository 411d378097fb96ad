#include "codec/json/spill.h"

#include "base/base64.h"
#include "base/json_scan.h"
#include "base/text.h"
#include "codec/json/data_url.h"

#include <cerrno>
#include <unistd.h>

#include <algorithm>
#include <cstring>

namespace kato::json {
namespace {

constexpr std::size_t k_piece_bytes = 256 * 1024;
constexpr std::size_t k_max_url_intro = 256; // "data:image/png;base64,"

Error io_error(const char* what) {
    Error error{Code::io, what};
    error.os_error = errno;
    return error;
}

// Length of the beginning of `text` that ends between characters: less the last, unfinished one.
std::size_t whole_characters(std::string_view text) {
    for (std::size_t back = 1; back <= 3 && back <= text.size(); ++back) {
        const auto byte = static_cast<unsigned char>(text[text.size() - back]);
        if (byte < 0x80) break;
        if (byte < 0xC0) continue;
        const std::size_t length = byte >= 0xF0 ? 4 : byte >= 0xE0 ? 3 : 2;
        return length > back ? text.size() - back : text.size();
    }
    return text.size();
}

} // namespace

void Utf8Check::add(std::string_view piece) {
    while (good_ && !carry_.empty() && !piece.empty()) {
        carry_ += piece.front();
        piece.remove_prefix(1);
        if (whole_characters(carry_) != carry_.size()) continue;
        good_ = valid_utf8(carry_);
        carry_.clear();
    }
    if (!good_) return;
    const std::size_t whole = whole_characters(piece);
    good_ = valid_utf8(piece.substr(0, whole));
    carry_ += piece.substr(whole);
}

void EscapeCheck::add(std::string_view piece) {
    const char* p = piece.data();
    const char* end = p + piece.size();
    while (good_ && p != end) {
        if (need_ == 0) {
            p = find_special(p, end);
            if (p == end) return;
            if (*p != '\\') good_ = false;
            ++p;
            need_ = 1;
            continue;
        }
        const char c = *p++;
        if (need_ == 1) {
            if (c == 'u') {
                need_ = 2;
            } else {
                good_ = std::string_view("\"\\/bfnrt").find(c) != std::string_view::npos;
                need_ = 0;
            }
            continue;
        }
        good_ = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
        need_ = need_ == 5 ? 0 : need_ + 1;
    }
}

SpillFile::~SpillFile() {
    if (fd_ >= 0) ::close(fd_);
}

Status SpillFile::append(std::string_view bytes) {
    if (fd_ < 0) {
        KATO_TRY(fd_, values_.scratch_file());
    }
    while (!bytes.empty()) {
        const ssize_t written =
            ::pwrite(fd_, bytes.data(), bytes.size(), static_cast<off_t>(size_));
        if (written < 0 && errno == EINTR) continue;
        if (written <= 0) return io_error("cannot write to the scratch file");
        size_ += static_cast<std::uint64_t>(written);
        bytes.remove_prefix(static_cast<std::size_t>(written));
    }
    return done();
}

Status SpillFile::read(const Spill& spill, const Piece& piece) {
    std::string buffer;
    std::uint64_t offset = spill.offset;
    std::uint64_t left = spill.length;
    while (left != 0) {
        buffer.resize(static_cast<std::size_t>(std::min<std::uint64_t>(left, k_piece_bytes)));
        const ssize_t got = ::pread(fd_, buffer.data(), buffer.size(), static_cast<off_t>(offset));
        if (got < 0 && errno == EINTR) continue;
        if (got <= 0) return io_error("cannot read the scratch file");
        offset += static_cast<std::uint64_t>(got);
        left -= static_cast<std::uint64_t>(got);
        KATO_TRY(const bool more,
                 piece(std::string_view(buffer).substr(0, static_cast<std::size_t>(got))));
        if (!more) break;
    }
    return done();
}

Status SpillFile::decode(const Spill& spill, const Piece& piece) {
    std::string raw; // not decoded yet
    std::string text;
    std::uint64_t seen = 0;
    return read(spill, [&](std::string_view bytes) -> Result<bool> {
        seen += bytes.size();
        const bool more = seen != spill.length;
        raw.append(bytes);
        // An unfinished character waits, so that a repair sees it whole.
        const std::size_t whole = more ? whole_characters(raw) : raw.size();
        std::string held = raw.substr(whole);
        raw.resize(whole);
        if (!spill.valid_utf8) raw = to_valid_utf8(raw);
        text.clear();
        const auto used = unescape_prefix(raw, more, text);
        if (!used) return Error{Code::corrupt, "bad escape in a long string"};
        raw.erase(0, *used);
        raw += held;
        return piece(text);
    });
}

Status SpillFile::decode(const Spill& spill, std::string& out, std::size_t limit) {
    const std::size_t end = out.size() + limit;
    return decode(spill, [&](std::string_view piece) -> Result<bool> {
        out.append(piece.substr(0, end - out.size()));
        return out.size() < end;
    });
}

Status SpillFile::read(const Spill& spill, std::string& out) {
    return read(spill, [&](std::string_view piece) -> Result<bool> {
        out.append(piece);
        return true;
    });
}

Result<StoredText> SpillFile::to_text(const Spill& spill) {
    const auto store = [&](std::string_view piece) -> Result<bool> {
        KATO_CHECK(values_.append_text(piece));
        return true;
    };
    KATO_CHECK(values_.begin_text());
    KATO_CHECK(decode(spill, store));
    return values_.finish_text();
}

Result<Attachment> SpillFile::to_raw_blob(const Spill& spill) {
    const auto store = [&](std::string_view piece) -> Result<bool> {
        KATO_CHECK(values_.append_blob(piece));
        return true;
    };
    KATO_CHECK(values_.begin_blob());
    KATO_CHECK(read(spill, store));
    return values_.finish_blob();
}

Result<std::optional<Attachment>> SpillFile::to_blob_from_base64(const Spill& spill) {
    const std::optional<Attachment> none;
    std::string start;
    KATO_CHECK(decode(spill, [&](std::string_view piece) -> Result<bool> {
        start.append(piece.substr(0, k_max_url_intro - start.size()));
        return start.size() < k_max_url_intro;
    }));
    const DataUrl url = split_data_url(start);
    if (url.is_url && !url.is_base64) return none;
    // Twice: only what decodes completely may be stored.
    for (const bool store : {false, true}) {
        Base64Decoder decoder;
        std::string bytes;
        bool good = true;
        std::size_t skip = url.intro;
        const auto take = [&](std::string_view piece) -> Result<bool> {
            const std::size_t skipped = std::min(skip, piece.size());
            piece.remove_prefix(skipped);
            skip -= skipped;
            bytes.clear();
            good = decoder.add(piece, bytes);
            if (good && store) KATO_CHECK(values_.append_blob(bytes));
            return good;
        };
        if (store) KATO_CHECK(values_.begin_blob());
        KATO_CHECK(decode(spill, take));
        if (!good || !decoder.finish()) return none;
    }
    KATO_TRY(Attachment blob, values_.finish_blob());
    blob.media_type = url.media_type;
    return std::optional(std::move(blob));
}

} // namespace kato::json
