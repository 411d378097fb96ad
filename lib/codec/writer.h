// The contract between a format's writer and the export that drives it: stored values in, bytes out.
#pragma once

#include "base/result.h"
#include "codec/loss.h"
#include "model/view.h"

#include <functional>
#include <span>

namespace kato {

// What a writer asks of the export that drives it.
struct Wants {
    enum class Blobs : std::uint8_t { none, once, in_each_chat };

    bool everything = false; // whatever kinds and branches were asked for
    bool revisions = false;  // also those that another one outranks
    bool head_path = false;  // nothing but the head's path
    bool outline = false;    // `outline` for each event, before the first `event`
    Blobs blobs = Blobs::none;
};

// For each chat: chat, usage..., outline..., event..., blob...; chats by id; end once.
class Writer {
public:
    virtual ~Writer() = default;
    virtual Wants wants() const = 0;
    virtual Status begin() = 0;
    virtual Status chat(const ChatView& chat, std::span<const SourceReference> sources) = 0;
    virtual Status usage(const Usage& usage) = 0;
    virtual Status outline(const EventView&) { return done(); }
    virtual Status event(const EventView& event) = 0;
    virtual Status blob(const BlobView& blob) = 0;
    virtual Status end() = 0;
};

// Gives a blob whose `read` is empty when its bytes are not known.
using BlobSource = std::function<Result<BlobView>(const Digest&)>;

struct WriterOptions {
    bool head_path_only = false; // the export sends only the head's path
    bool include_hidden = false; // formats to read: also what the provider did not show
    bool blobs = true;
    std::string index{};      // html: the file that lists the chats beside this one; empty: none
    BlobSource blob_source{}; // may be empty
    Loss* loss = nullptr;     // outlives the writer; may be null
};

} // namespace kato
