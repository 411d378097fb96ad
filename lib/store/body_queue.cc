#include "store/body_queue.h"

#include "base/hash.h"
#include "store/bodies.h"

#include <algorithm>
#include <memory>
#include <utility>

namespace kato {
namespace {

constexpr std::size_t k_batch_bytes = 256 << 10; // less is not worth a thread

} // namespace

Result<std::int64_t> BodyQueue::store(std::string_view text, const std::optional<Slice>& slice) {
    const Digest key = blake256(text);
    Query find(db_, "SELECT n FROM body WHERE key = ?");
    KATO_TRY(const bool there, find.bind_blob(1, as_view(key)).step());
    if (there) return find.integer(0);
    Query insert(db_, "INSERT INTO body (key, size, source, start, length, escaped) VALUES (?, ?, "
                      "?, ?, ?, ?)");
    insert.bind_blob(1, as_view(key)).bind(2, static_cast<std::int64_t>(text.size()));
    if (slice) {
        insert.bind(3, slice->source)
            .bind(4, static_cast<std::int64_t>(slice->start))
            .bind(5, static_cast<std::int64_t>(slice->length))
            .bind(6, std::int64_t{slice->escaped ? 1 : 0});
    }
    KATO_CHECK(insert.run());
    const std::int64_t body = db_.last_rowid();
    if (slice) return body;
    waiting_.push_back({body, std::string(text)});
    waiting_bytes_ += text.size();
    if (waiting_bytes_ >= k_batch_bytes) {
        post();
        KATO_CHECK(insert_ready());
    }
    return body;
}

void BodyQueue::post() {
    threaded_ = true;
    waiting_bytes_ = 0;
    // A job is copied, and texts are not.
    const auto texts = std::make_shared<const std::vector<Text>>(std::exchange(waiting_, {}));
    worker_.run([this, texts] { compress(*texts); });
}

void BodyQueue::compress(const std::vector<Text>& texts) {
    for (const Text& text : texts) {
        std::string_view rest = text.bytes;
        for (std::int64_t seq = 0; !rest.empty(); ++seq) {
            const std::string_view part = rest.substr(0, k_part_bytes);
            rest.remove_prefix(part.size());
            Part done{text.body, seq, part.size(), compressor_.compress(part)};
            const std::lock_guard lock(mutex_);
            ready_.push_back(std::move(done));
        }
    }
}

Status BodyQueue::insert_ready() {
    std::vector<Part> parts;
    {
        const std::lock_guard lock(mutex_);
        parts.swap(ready_);
    }
    for (const Part& part : parts) {
        Query insert(db_, "INSERT INTO body_part (body, seq, size, data) VALUES (?, ?, ?, ?)");
        insert.bind(1, part.body).bind(2, part.seq).bind(3, static_cast<std::int64_t>(part.size));
        KATO_CHECK(insert.bind_blob(4, part.data).run());
    }
    return done();
}

Status BodyQueue::settle() {
    if (threaded_) {
        if (!waiting_.empty()) post();
        worker_.wait();
    } else {
        compress(std::exchange(waiting_, {}));
        waiting_bytes_ = 0;
    }
    return insert_ready();
}

} // namespace kato
