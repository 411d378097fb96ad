// kato/base.h: buffers, cancellation, version. Errors are in error.cc.
#include "handle.h"

#include <fmt/format.h>
#include <simdjson.h>
#include <sodium.h>
#include <sqlite3.h>
#include <zstd.h>

#include <array>

using namespace kato::capi;

namespace {

// Room for what describe_build writes; a static array needs neither memory nor a destructor.
using BuildInfo = std::array<char, 512>;

#if defined(__clang__)
constexpr std::string_view k_compiler = "clang " __clang_version__;
#elif defined(__GNUC__)
constexpr std::string_view k_compiler = "gcc " __VERSION__;
#else
constexpr std::string_view k_compiler = "unknown";
#endif

BuildInfo describe_build() {
    BuildInfo info{};
    const auto end = fmt::format_to_n(
        info.data(), info.size() - 1,
        R"({{"version":"{}","compiler":"{}","sqlite":"{}","simdjson":"{}.{}.{}",)"
        R"("fmt":"{}.{}.{}","zstd":"{}","sodium":"{}","features":[]}})",
        KATO_VERSION_STRING, k_compiler, sqlite3_libversion(),
        static_cast<int>(simdjson::SIMDJSON_VERSION_MAJOR),
        static_cast<int>(simdjson::SIMDJSON_VERSION_MINOR),
        static_cast<int>(simdjson::SIMDJSON_VERSION_REVISION), FMT_VERSION / 10000,
        FMT_VERSION / 100 % 100, FMT_VERSION % 100, ZSTD_versionString(), sodium_version_string());
    *end.out = '\0';
    return info;
}

} // namespace

const void* kato_buffer_data(const kato_buffer* buffer, size_t* len) {
    return give(buffer != nullptr ? std::string_view(buffer->bytes) : std::string_view(), len);
}

void kato_buffer_free(kato_buffer* buffer) { const std::unique_ptr<kato_buffer> owned(buffer); }

kato_status kato_cancel_new(kato_cancel** out, kato_error** error) {
    return guard_out(__func__, error, out, [&]() -> Return {
        *out = std::make_unique<kato_cancel>().release();
        return KATO_OK;
    });
}

void kato_cancel_request(kato_cancel* cancel) {
    if (cancel != nullptr) cancel->requested.store(true, std::memory_order_relaxed);
}

int32_t kato_cancel_requested(const kato_cancel* cancel) {
    return cancel != nullptr && cancel->requested.load(std::memory_order_relaxed) ? 1 : 0;
}

void kato_cancel_free(kato_cancel* cancel) { const std::unique_ptr<kato_cancel> owned(cancel); }

const char* kato_version(void) { return KATO_VERSION_STRING; }

uint32_t kato_version_number(void) { return KATO_VERSION_NUMBER; }

const char* kato_build_info(void) {
    static const BuildInfo info = describe_build(); // made once, constant from then on
    return info.data();
}
