// Turns a source's bytes into pieces that are stored once: chunks cut by content, and base64 runs
// that are stored as the blobs they decode to. All but small sources are worked on by a thread.
#pragma once

#include "base/compress.h"
#include "base/hash.h"
#include "base/worker.h"

#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

namespace kato {

struct Piece {
    bool is_blob = false;
    Digest key{};           // of a chunk: BLAKE2b-256 of its bytes
    std::uint64_t size = 0; // bytes of the source it stands for
    std::string data{};     // of a chunk: its zstd frame; of a blob: its bytes
};

// The thread that retains one source after the other.
struct RetainingThread {
    Compressor compressor{};
    Worker worker{4}; // last: its thread ends before what it uses
};

class Retainer { // one thread at a time, and one Retainer on a RetainingThread
public:
    // `mark`: also hash the first `mark` bytes by themselves (0: don't).
    Retainer(RetainingThread& thread, std::uint64_t mark);
    ~Retainer();
    Retainer(const Retainer&) = delete;
    Retainer& operator=(const Retainer&) = delete;
    void feed(std::string_view bytes);
    // Instead of feed: bytes that are kept elsewhere, for the size and the hashes.
    void note(std::string_view bytes) { hash(bytes); }
    // Pieces that are ready, in order.
    std::vector<Piece> take();
    // Ends the source; then take() gives the rest.
    void finish();

    std::uint64_t size() const { return size_; } // after finish
    const Digest& sha256() const { return digest_; }
    // True when the source had the marked prefix; its hash is then `prefix_sha256`.
    bool has_prefix() const { return has_prefix_; }
    const Digest& prefix_sha256() const { return prefix_digest_; }

private:
    void post(std::shared_ptr<const std::string> piece);
    void process(std::string_view bytes, bool last);
    void hash(std::string_view bytes);
    void text(std::string_view bytes);
    void cut();
    bool base64_run(std::string_view run);
    void give(Piece piece);

    RetainingThread& thread_;
    std::uint64_t mark_;
    std::uint64_t size_ = 0;
    Sha256 sha_;
    Digest digest_{};
    Digest prefix_digest_{};
    bool has_prefix_ = false;
    std::string window_; // not yet divided into text and base64
    std::string chunk_;  // the chunk being collected
    std::uint64_t rolling_ = 0;
    std::string first_; // held back until the source is large enough for the thread
    bool threaded_ = false;
    std::mutex mutex_;
    std::vector<Piece> ready_;
};

} // namespace kato
