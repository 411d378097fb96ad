#include "base/compress.h"

#include <algorithm>
#include <new>

#include <fmt/format.h>
#include <zlib.h>
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

Compression compression_of(std::string_view prefix) {
    if (prefix.starts_with("\x28\xB5\x2F\xFD")) return Compression::zstd;
    // A skippable frame, RFC 8878, 3.1.2.
    const bool skippable = prefix.size() >= 4 &&
                           (static_cast<unsigned char>(prefix[0]) & 0xF0U) == 0x50U &&
                           prefix.substr(1).starts_with("\x2A\x4D\x18");
    if (skippable) return Compression::zstd;
    return prefix.starts_with("\x1F\x8B\x08") ? Compression::gzip : Compression::none;
}

std::string_view compression_name(Compression compression) {
    switch (compression) {
    case Compression::zstd: return "zstd";
    case Compression::gzip: return "gzip";
    case Compression::none: break;
    }
    return "none";
}

struct Decompressor::State {
    virtual ~State() = default;
    // Uses up bytes of `in` and of the room in `out`.
    virtual Status step(std::string_view& in, char* out, std::size_t room, std::size_t& made) = 0;
    bool frame_end = true;
};

namespace {

struct ZstdState final : Decompressor::State {
    std::unique_ptr<ZSTD_DCtx, FreeD> context{ZSTD_createDCtx()};

    ZstdState() {
        if (!context) throw std::bad_alloc();
        // A window beyond 128 MiB would break the bound on an import's memory.
        (void)ZSTD_DCtx_setParameter(context.get(), ZSTD_d_windowLogMax, 27); // in range
    }
    Status step(std::string_view& in, char* out, std::size_t room, std::size_t& made) override {
        ZSTD_outBuffer output{out, room, 0};
        ZSTD_inBuffer input{in.data(), in.size(), 0};
        const std::size_t rest = ZSTD_decompressStream(context.get(), &output, &input);
        in.remove_prefix(input.pos);
        made = output.pos;
        if (ZSTD_isError(rest) != 0)
            return Error{Code::invalid, fmt::format("zstd: {}", ZSTD_getErrorName(rest))};
        frame_end = rest == 0;
        return done();
    }
};

struct GzipState final : Decompressor::State {
    z_stream stream{};

    GzipState() {
        constexpr int k_gzip_only = 16;
        if (::inflateInit2(&stream, MAX_WBITS + k_gzip_only) != Z_OK) throw std::bad_alloc();
    }
    GzipState(const GzipState&) = delete;
    GzipState& operator=(const GzipState&) = delete;
    ~GzipState() override { (void)::inflateEnd(&stream); } // frees only

    Status step(std::string_view& in, char* out, std::size_t room, std::size_t& made) override {
        constexpr std::size_t k_most = 1U << 30; // zlib counts in 32 bits
        const std::size_t given = std::min(in.size(), k_most);
        const std::size_t space = std::min(room, k_most);
        // zlib 1.2 takes its input without const and does not write to it.
        stream.next_in = const_cast<Bytef*>(reinterpret_cast<const Bytef*>(in.data()));
        stream.avail_in = static_cast<uInt>(given);
        stream.next_out = reinterpret_cast<Bytef*>(out);
        stream.avail_out = static_cast<uInt>(space);
        const int status = ::inflate(&stream, Z_NO_FLUSH);
        in.remove_prefix(given - stream.avail_in);
        made = space - stream.avail_out;
        if (status == Z_MEM_ERROR) throw std::bad_alloc();
        if (status != Z_OK && status != Z_STREAM_END && status != Z_BUF_ERROR)
            return Error{Code::invalid,
                         fmt::format("gzip: {}", stream.msg != nullptr ? stream.msg : "damaged")};
        frame_end = status == Z_STREAM_END;
        if (frame_end) (void)::inflateReset(&stream); // further members may follow
        return done();
    }
};

} // namespace

Decompressor::Decompressor(Compression compression) {
    if (compression == Compression::gzip)
        state_ = std::make_unique<GzipState>();
    else
        state_ = std::make_unique<ZstdState>();
}
Decompressor::~Decompressor() = default;

Status Decompressor::feed(std::string_view& bytes, std::string& out, std::size_t limit) {
    const std::size_t start = out.size();
    out.resize(start + limit);
    std::size_t made = 0;
    Status status = state_->step(bytes, out.data() + start, limit, made);
    out.resize(start + made);
    return status;
}

bool Decompressor::at_frame_end() const { return state_->frame_end; }

} // namespace kato
