#include "base/compress.h"

#include <algorithm>
#include <new>

#include <fmt/format.h>
#include <zstd.h>

namespace kato {
namespace {
constexpr int k_level = 1; // twice as fast as 3 for a tenth more bytes (docs/benchmarks.md)
struct FreeC {
    void operator()(ZSTD_CCtx* c) const { ZSTD_freeCCtx(c); }
};
struct FreeD {
    void operator()(ZSTD_DCtx* d) const { ZSTD_freeDCtx(d); }
};
} // namespace

struct Compressor::State {
    std::unique_ptr<ZSTD_CCtx, FreeC> context{ZSTD_createCCtx()};
};

Compressor::Compressor() : state_(std::make_unique<State>()) {
    if (!state_->context) throw std::bad_alloc();
}
Compressor::~Compressor() = default;

std::string Compressor::compress(std::string_view bytes) {
    std::string out(ZSTD_compressBound(bytes.size()), '\0');
    const std::size_t size = ZSTD_compressCCtx(state_->context.get(), out.data(), out.size(),
                                               bytes.data(), bytes.size(), k_level);
    if (ZSTD_isError(size) != 0) throw std::bad_alloc(); // the only failure with a full-size buffer
    out.resize(size);
    return out;
}

Result<std::string> decompress(std::string_view frame, std::size_t size) {
    if (ZSTD_getFrameContentSize(frame.data(), frame.size()) != size)
        return Error{Code::corrupt, "stored bytes have another size than recorded"};
    std::string out(size, '\0');
    const std::size_t got = ZSTD_decompress(out.data(), out.size(), frame.data(), frame.size());
    if (ZSTD_isError(got) != 0 || got != size)
        return Error{Code::corrupt, "stored bytes do not decompress"};
    return out;
}

bool is_zstd(std::string_view prefix) {
    if (prefix.starts_with("\x28\xB5\x2F\xFD")) return true;
    // A skippable frame, RFC 8878, 3.1.2.
    return prefix.size() >= 4 && (static_cast<unsigned char>(prefix[0]) & 0xF0U) == 0x50U &&
           prefix.substr(1).starts_with("\x2A\x4D\x18");
}

struct Decompressor::State {
    std::unique_ptr<ZSTD_DCtx, FreeD> context{ZSTD_createDCtx()};
    bool frame_end = true;
};

Decompressor::Decompressor() : state_(std::make_unique<State>()) {
    if (!state_->context) throw std::bad_alloc();
    // A window beyond 128 MiB would break the bound on an import's memory.
    (void)ZSTD_DCtx_setParameter(state_->context.get(), ZSTD_d_windowLogMax, 27); // in range
}
Decompressor::~Decompressor() = default;

Status Decompressor::feed(std::string_view& bytes, std::string& out, std::size_t limit) {
    const std::size_t start = out.size();
    out.resize(start + limit);
    ZSTD_outBuffer output{out.data() + start, limit, 0};
    ZSTD_inBuffer input{bytes.data(), bytes.size(), 0};
    const std::size_t rest = ZSTD_decompressStream(state_->context.get(), &output, &input);
    out.resize(start + output.pos);
    bytes.remove_prefix(input.pos);
    if (ZSTD_isError(rest) != 0)
        return Error{Code::invalid, fmt::format("zstd: {}", ZSTD_getErrorName(rest))};
    state_->frame_end = rest == 0;
    return done();
}

bool Decompressor::at_frame_end() const { return state_->frame_end; }

} // namespace kato
