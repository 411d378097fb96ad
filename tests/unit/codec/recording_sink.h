// A Sink and Values that remember what a reader said, and show it for comparison.
#pragma once

#include "codec/reader.h"
#include "model/sink.h"

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace kato::test {

struct Mark {
    Uuid chat{};
    Uuid record{};
    std::uint32_t first_block = 0;
    std::uint32_t flags = 0;
};

struct Accounted {
    Fate fate{};
    Place place{};
    std::string reason{};
};

class RecordingSink : public Sink {
public:
    std::vector<ChatFacts> chats{};
    std::vector<ParsedRecord> records{};
    std::vector<std::pair<Uuid, Usage>> usages{};
    std::vector<Mark> marks{};
    std::vector<ChatLink> links{};
    std::vector<Accounted> accounts{};
    // When not negative: how many calls succeed before every further one fails (Code::user).
    int calls_left = -1;

    Status chat(ChatFacts facts) override;
    Status record(ParsedRecord record) override;
    Status usage(const Uuid& chat, Usage usage) override;
    Status mark(const Uuid& chat, const Uuid& record, std::uint32_t first_block,
                std::uint32_t flags) override;
    Status link(const ChatLink& link) override;
    Status account(Fate fate, const Place& place, std::string_view reason) override;
    Status source(const Uuid& chat, SourceReference source) override;
    Status origin(const Uuid& chat, const Uuid& event, const Key128& revision,
                  std::string_view source_id, const Place& place) override;

    // Everything in the order in which it was said: a JSON array, a call a line, an event a line.
    // Records are called r1, r2, ... and chats c1, c2, ... so that people can read it.
    std::string dump() const;
    // What is wrong with the accounting of a source of that size: empty when consecutive calls
    // cover it exactly.
    std::string accounting_problem(std::uint64_t size) const;
    std::uint64_t accounted(Fate fate) const;
    // All events in order, and those of one kind.
    std::vector<EventBody> events() const;
    std::vector<EventBody> events(Kind kind) const;

private:
    Status called();
    std::string chat_label(const Uuid& id) const;

    enum class Call { chat, record, usage, mark, link, account };
    std::vector<std::pair<Call, std::size_t>> calls_{};
};

// Keeps blobs and texts in memory.
class RecordingValues : public Values {
public:
    std::map<Digest, std::string> blobs{}; // by SHA-256
    std::map<Digest, std::string> texts{}; // by BLAKE2b-256

    Result<std::optional<Attachment>> blob_from_base64(std::string_view base64) override;
    Result<Attachment> blob(std::string_view bytes) override;
    Status begin_blob() override;
    Status append_blob(std::string_view bytes) override;
    Result<Attachment> finish_blob() override;
    Status begin_text() override;
    Status append_text(std::string_view bytes) override;
    Result<StoredText> finish_text() override;
    Result<int> scratch_file() override;

private:
    std::string piece_{};
};

using MakeReader = std::unique_ptr<Reader> (*)(Sink&, Values&, const ReaderOptions&);

// Reads `bytes`, feeding `piece` bytes at a time (0: all at once).
Status read_all(MakeReader make, std::string_view bytes, Sink& sink, Values& values,
                std::size_t piece = 0);

} // namespace kato::test
