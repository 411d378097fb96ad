// The contract between a format's writer and the export that drives it: stored values in, bytes out.
#pragma once

#include "base/result.h"
#include "model/view.h"

#include <span>

namespace kato {

// For each chat: chat, usage..., event..., blob...; chats by id; end once.
class Writer {
public:
    virtual ~Writer() = default;
    virtual Status begin() = 0;
    virtual Status chat(const ChatView& chat, std::span<const SourceReference> sources) = 0;
    virtual Status usage(const Usage& usage) = 0;
    virtual Status event(const EventView& event) = 0;
    virtual Status blob(const BlobView& blob) = 0;
    virtual Status end() = 0;
};

struct WriterOptions {
    bool head_path_only = false; // the export sends only the head's path
    bool include_hidden = false; // markdown: also what the provider did not show
    bool blobs = true;
};

} // namespace kato
