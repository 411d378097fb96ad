#include "exchange/pipeline.h"

#include <memory>
#include <utility>

namespace kato {
namespace {

constexpr std::size_t k_batch_bytes = 256 << 10;
constexpr std::size_t k_act_bytes = 128; // about what the shortest one takes

std::size_t size_of(const ParsedRecord& record) {
    std::size_t out = record.text.bytes.size();
    for (const ParsedEvent& event : record.events) {
        const EventBody& body = event.body;
        out += sizeof event + body.text.size() + body.data.size() + body.extra.size();
    }
    return out;
}

} // namespace

Pipeline::~Pipeline() {
    try {
        if (posted_) worker_.wait();
    } catch (...) { // who ends by an exception has one already
    }
}

Status Pipeline::say(std::size_t bytes, Act act) {
    acts_.push_back(std::move(act));
    bytes_ += bytes + k_act_bytes;
    if (bytes_ < k_batch_bytes) return done();
    post();
    if (auto error = failure()) return std::move(*error);
    return done();
}

void Pipeline::post() {
    bytes_ = 0;
    posted_ = true;
    // A job is copied, and acts are not.
    const auto acts = std::make_shared<const std::vector<Act>>(std::exchange(acts_, {}));
    worker_.run([this, acts] { run(*acts); });
}

void Pipeline::run(const std::vector<Act>& acts) {
    if (failure()) return;
    for (const Act& act : acts) {
        Status status = act();
        if (status) continue;
        const std::lock_guard lock(mutex_);
        failure_ = std::move(status.error());
        return;
    }
}

std::optional<Error> Pipeline::failure() {
    const std::lock_guard lock(mutex_);
    return failure_;
}

Status Pipeline::settle() {
    if (posted_) {
        if (!acts_.empty()) post();
        worker_.wait();
        posted_ = false;
    } else {
        bytes_ = 0;
        run(std::exchange(acts_, {}));
    }
    if (auto error = failure()) return std::move(*error);
    return done();
}

Status Pipeline::retain(std::string_view bytes) {
    return say(bytes.size(), [this, copy = std::string(bytes)] { return session_.retain(copy); });
}

Status Pipeline::chat(ChatFacts facts) {
    const std::size_t bytes = facts.extra.size();
    return say(bytes, [this, facts = std::move(facts)] { return session_.sink().chat(facts); });
}

Status Pipeline::record(ParsedRecord record) {
    const std::size_t bytes = size_of(record);
    std::string text(record.text.bytes); // the reader's buffer is full of something else by then
    auto later = [this, record = std::move(record), text = std::move(text)]() mutable {
        record.text.bytes = text;
        return session_.sink().record(std::move(record));
    };
    // Called once: what it holds can be moved out.
    auto shared = std::make_shared<decltype(later)>(std::move(later));
    return say(bytes, [shared] { return (*shared)(); });
}

Status Pipeline::usage(const Uuid& chat, Usage usage) {
    return say(
        0, [this, chat, usage = std::move(usage)] { return session_.sink().usage(chat, usage); });
}

Status Pipeline::mark(const Uuid& chat, const Uuid& record, std::uint32_t first_block,
                      std::uint32_t flags) {
    return say(0, [this, chat, record, first_block, flags] {
        return session_.sink().mark(chat, record, first_block, flags);
    });
}

Status Pipeline::link(const ChatLink& link) {
    return say(0, [this, link] { return session_.sink().link(link); });
}

Status Pipeline::account(Fate fate, const Place& place, std::string_view reason) {
    return say(reason.size(), [this, fate, place, reason = std::string(reason)] {
        return session_.sink().account(fate, place, reason);
    });
}

Status Pipeline::source(const Uuid& chat, SourceReference source) {
    const std::size_t bytes = source.name.size();
    return say(bytes, [this, chat, source = std::move(source)] {
        return session_.sink().source(chat, source);
    });
}

Status Pipeline::origin(const Uuid& chat, const Uuid& event, const Key128& revision,
                        std::string_view source_id, const Place& place) {
    return say(0, [this, chat, event, revision, source_id = std::string(source_id), place] {
        return session_.sink().origin(chat, event, revision, source_id, place);
    });
}

Result<std::optional<Attachment>> Pipeline::blob_from_base64(std::string_view base64) {
    KATO_CHECK(settle());
    return session_.values().blob_from_base64(base64);
}

Result<Attachment> Pipeline::blob(std::string_view bytes) {
    KATO_CHECK(settle());
    return session_.values().blob(bytes);
}

Status Pipeline::begin_blob() {
    KATO_CHECK(settle());
    return session_.values().begin_blob();
}

Status Pipeline::append_blob(std::string_view bytes) {
    KATO_CHECK(settle());
    return session_.values().append_blob(bytes);
}

Result<Attachment> Pipeline::finish_blob() {
    KATO_CHECK(settle());
    return session_.values().finish_blob();
}

Status Pipeline::begin_text() {
    KATO_CHECK(settle());
    return session_.values().begin_text();
}

Status Pipeline::append_text(std::string_view bytes) {
    KATO_CHECK(settle());
    return session_.values().append_text(bytes);
}

Result<StoredText> Pipeline::finish_text() {
    KATO_CHECK(settle());
    return session_.values().finish_text();
}

Result<int> Pipeline::scratch_file() {
    KATO_CHECK(settle());
    return session_.values().scratch_file();
}

} // namespace kato
