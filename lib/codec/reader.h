// The contract between a format's reader and the import that drives it: bytes in, model values out.
//
// A reader never touches the store and never decides what is new: it says what the bytes say. The
// same bytes always give the same calls.
#pragma once

#include "base/result.h"
#include "model/sink.h"

#include <functional>
#include <map>
#include <string>
#include <string_view>

namespace kato {

// Reads one source. Feed it the bytes in pieces of any size, then finish.
class Reader {
public:
    virtual ~Reader() = default;
    virtual Status feed(std::string_view bytes) = 0;
    virtual Status finish() = 0;
};

// What lies beside a source: the other members of its archive, or files of its folder, by their path
// there. A source says by name what it refers to.
struct Companions {
    std::map<std::string, Attachment, std::less<>> files{};  // stored already
    std::map<std::string, std::string, std::less<>> texts{}; // those that Format::companions names
};

struct ReaderOptions {
    std::string source_name{};              // a hint only: never decides what a record means
    const Companions* companions = nullptr; // outlives the reader; may be NULL
};

// How sure a format is that bytes are its own.
struct Detection {
    int score = 0; // 0: no; 1 to 100, which only the canonical form has
    std::string reason{};
    bool about = false; // tells of chats that stand elsewhere: no conversation is missing in it
};

} // namespace kato
