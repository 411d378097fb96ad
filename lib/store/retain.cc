#include "store/retain.h"

#include "base/base64.h"

#include <algorithm>
#include <array>
#include <utility>

namespace kato {
namespace {

constexpr std::size_t k_min_chunk = 64 << 10;
constexpr std::size_t k_max_chunk = 1 << 20;
// 18 bits: after the minimum a cut every 256 KiB on average.
constexpr std::uint64_t k_cut_mask = ~std::uint64_t{0} << 46;
constexpr std::size_t k_min_base64 = 4096;
constexpr std::size_t k_max_base64 = 16 << 20;   // a longer run is stored in parts of this size
constexpr std::size_t k_thread_from = 128 << 10; // less is not worth waking a thread up
constexpr std::size_t k_batch = 1 << 20;

// The gear hash of Xia et al., "FastCDC" (USENIX ATC 2016), over fixed pseudo-random numbers
// (SplitMix64): the same bytes are cut alike on every machine.
constexpr std::array<std::uint64_t, 256> make_gear() {
    std::array<std::uint64_t, 256> gear{};
    std::uint64_t state = 0x6B61'746F'2D63'6463ULL;
    for (auto& value : gear) {
        state += 0x9E37'79B9'7F4A'7C15ULL;
        std::uint64_t z = state;
        z = (z ^ (z >> 30)) * 0xBF58'476D'1CE4'E5B9ULL;
        z = (z ^ (z >> 27)) * 0x94D0'49BB'1331'11EBULL;
        value = z ^ (z >> 31);
    }
    return gear;
}
constexpr std::array<std::uint64_t, 256> k_gear = make_gear();

constexpr std::array<bool, 256> make_base64() {
    std::array<bool, 256> is{};
    for (int c = 'A'; c <= 'Z'; ++c) is[static_cast<std::size_t>(c)] = true;
    for (int c = 'a'; c <= 'z'; ++c) is[static_cast<std::size_t>(c)] = true;
    for (int c = '0'; c <= '9'; ++c) is[static_cast<std::size_t>(c)] = true;
    is['+'] = is['/'] = true;
    return is;
}
constexpr std::array<bool, 256> k_base64 = make_base64();

bool in_base64(char c) { return k_base64[static_cast<unsigned char>(c)]; }

struct Run {
    std::size_t begin = 0;
    std::size_t end = 0;
};

// The first run of at least k_min_base64 base64 characters at or after `from`; one that touches the
// end counts with any length. Looks at one byte in k_min_base64 / 2 where there is none.
Run find_run(std::string_view bytes, std::size_t from) {
    constexpr std::size_t k_step = k_min_base64 / 2;
    for (std::size_t probe = from; probe < bytes.size();) {
        if (!in_base64(bytes[probe])) {
            const std::size_t next = probe + k_step;
            if (next >= bytes.size()) break;
            probe = next;
            continue;
        }
        std::size_t begin = probe;
        while (begin > from && in_base64(bytes[begin - 1])) --begin;
        std::size_t end = probe;
        while (end < bytes.size() && in_base64(bytes[end])) ++end;
        if (end - begin >= k_min_base64 || end == bytes.size()) return {begin, end};
        probe = std::max(probe + k_step, end);
    }
    // What touches the end may go on in the next piece.
    std::size_t begin = bytes.size();
    while (begin > from && in_base64(bytes[begin - 1])) --begin;
    return {begin, bytes.size()};
}

} // namespace

Retainer::Retainer(RetainingThread& thread, std::uint64_t mark) : thread_(thread), mark_(mark) {}

Retainer::~Retainer() {
    try {
        if (threaded_) thread_.worker.wait();
    } catch (...) { // a source that is given up: what it lacks memory for is of no use
    }
}

void Retainer::feed(std::string_view bytes) {
    if (!threaded_) {
        first_ += bytes;
        if (first_.size() < k_thread_from) return;
        threaded_ = true;
        const auto piece = std::make_shared<std::string>();
        piece->swap(first_);
        post(piece);
        return;
    }
    while (!bytes.empty()) {
        const std::string_view batch = bytes.substr(0, k_batch);
        bytes.remove_prefix(batch.size());
        post(std::make_shared<const std::string>(batch));
    }
}

void Retainer::post(std::shared_ptr<const std::string> piece) {
    thread_.worker.run([this, piece = std::move(piece)] { process(*piece, false); });
}

void Retainer::finish() {
    if (!threaded_) {
        process(first_, true);
    } else {
        thread_.worker.run([this] { process({}, true); });
        threaded_ = false; // from here on the thread may be another source's
        thread_.worker.wait();
    }
    digest_ = sha_.finish();
}

std::vector<Piece> Retainer::take() {
    const std::lock_guard lock(mutex_);
    return std::exchange(ready_, {});
}

void Retainer::give(Piece piece) {
    const std::lock_guard lock(mutex_);
    ready_.push_back(std::move(piece));
}

void Retainer::hash(std::string_view bytes) {
    if (mark_ > size_ && mark_ - size_ <= bytes.size()) {
        const auto part = static_cast<std::size_t>(mark_ - size_);
        sha_.update(bytes.substr(0, part));
        Sha256 copy = sha_;
        prefix_digest_ = copy.finish();
        has_prefix_ = true;
        sha_.update(bytes.substr(part));
    } else {
        sha_.update(bytes);
    }
    size_ += bytes.size();
}

void Retainer::process(std::string_view bytes, bool last) {
    hash(bytes);
    window_ += bytes;
    std::size_t pos = 0;
    while (pos < window_.size()) {
        const std::string_view view = window_;
        Run run = find_run(view, pos);
        for (int pad = 0; pad < 2 && run.end < view.size() && view[run.end] == '='; ++pad)
            ++run.end;
        const bool open = run.end == view.size();
        if (open && !last && run.end - run.begin < k_max_base64) {
            text(view.substr(pos, run.begin - pos));
            pos = run.begin;
            break; // wait for more
        }
        if (run.end - run.begin > k_max_base64) run.end = run.begin + k_max_base64;
        text(view.substr(pos, run.begin - pos));
        const std::string_view candidate = view.substr(run.begin, run.end - run.begin);
        if (candidate.size() < k_min_base64 || !base64_run(candidate)) text(candidate);
        pos = run.end;
    }
    window_.erase(0, pos);
    if (last) cut();
}

bool Retainer::base64_run(std::string_view run) {
    auto decoded = base64_decode_exact(run);
    if (!decoded) return false;
    cut();
    Piece piece;
    piece.is_blob = true;
    piece.size = run.size();
    piece.data = std::move(*decoded);
    give(std::move(piece));
    return true;
}

void Retainer::text(std::string_view bytes) {
    while (!bytes.empty()) {
        std::size_t i = 0;
        const std::size_t have = chunk_.size();
        if (have < k_min_chunk) i = std::min(bytes.size(), k_min_chunk - have);
        const std::size_t limit = std::min(bytes.size(), k_max_chunk - have);
        bool found = false;
        for (; i < limit; ++i) {
            rolling_ = (rolling_ << 1) + k_gear[static_cast<unsigned char>(bytes[i])];
            if ((rolling_ & k_cut_mask) == 0) {
                ++i;
                found = true;
                break;
            }
        }
        chunk_.append(bytes.substr(0, i));
        bytes.remove_prefix(i);
        if (found || chunk_.size() >= k_max_chunk) cut();
    }
}

void Retainer::cut() {
    rolling_ = 0;
    if (chunk_.empty()) return;
    Piece piece;
    piece.key = blake256(chunk_);
    piece.size = chunk_.size();
    piece.data = thread_.compressor.compress(chunk_);
    give(std::move(piece));
    chunk_.clear();
}

} // namespace kato
