// Between a reader and its import session: the reader works ahead, the session follows on a thread of
// its own.
#pragma once

#include "base/worker.h"
#include "model/sink.h"
#include "store/import_session.h"

#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

namespace kato {

// What is said to it is said to the session in the same order, a bounded number of bytes later; an
// Error of the session is returned by a later call, and nothing after it reaches the session. Small
// sources need no thread: all is done in settle(). One thread at a time.
class Pipeline final : public Sink, public Values {
public:
    // Both must outlive it; nobody else may use the session before settle().
    Pipeline(ImportSession& session, Worker& worker) : session_(session), worker_(worker) {}
    Pipeline(const Pipeline&) = delete;
    Pipeline& operator=(const Pipeline&) = delete;
    ~Pipeline() override;

    Status retain(std::string_view bytes);
    // Waits until the session has heard everything.
    Status settle();

    // Sink
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

    // Values: answered at once, after everything before.
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
    using Act = std::function<Status()>;

    Status say(std::size_t bytes, Act act);
    void post();
    void run(const std::vector<Act>& acts);
    std::optional<Error> failure();

    ImportSession& session_;
    Worker& worker_;
    std::vector<Act> acts_{};
    std::size_t bytes_ = 0; // that acts_ hold
    bool posted_ = false;   // since the worker was last waited for
    std::mutex mutex_;
    std::optional<Error> failure_{}; // the session's first; under mutex_
};

} // namespace kato
