// The scratch file that holds the long strings of the current line, and what is made of them.
#pragma once

#include "codec/json/json.h"
#include "model/sink.h"

#include <functional>

namespace kato::json {

// Says of bytes that come in pieces whether they are UTF-8.
class Utf8Check {
public:
    void add(std::string_view piece);
    bool finish() const { return good_ && carry_.empty(); }

private:
    std::string carry_{}; // an unfinished sequence
    bool good_ = true;
};

// Says of a string's raw content whether its escapes are right and it has no control characters.
class EscapeCheck {
public:
    void add(std::string_view piece);
    bool finish() const { return good_ && need_ == 0; }

private:
    int need_ = 0; // 1: the letter of an escape comes next; 2 to 5: four to one digits
    bool good_ = true;
};

class SpillFile {
public:
    using Piece = std::function<Result<bool>(std::string_view)>; // false: enough

    explicit SpillFile(Values& values) : values_(values) {}
    ~SpillFile();
    SpillFile(const SpillFile&) = delete;
    SpillFile& operator=(const SpillFile&) = delete;

    void rewind() { size_ = 0; }
    std::uint64_t size() const { return size_; }
    Status append(std::string_view bytes);

    Status read(const Spill& spill, const Piece& piece);   // as it stands
    Status decode(const Spill& spill, const Piece& piece); // decoded, WTF-8
    // Appends at most `limit` bytes of the decoded text, or the raw text whole.
    Status decode(const Spill& spill, std::string& out, std::size_t limit);
    Status read(const Spill& spill, std::string& out);
    Result<StoredText> to_text(const Spill& spill);
    Result<std::optional<Attachment>> to_blob_from_base64(const Spill& spill);
    Result<Attachment> to_raw_blob(const Spill& spill);

private:
    Values& values_;
    int fd_ = -1;
    std::uint64_t size_ = 0;
};

} // namespace kato::json
