// kato/store.h: opening a workspace, its figures, checking it.
#include "arguments.h"
#include "handle.h"

#include "exchange/export.h"

using namespace kato;
using namespace kato::capi;

namespace {

Result<StoreOptions> read_options(const kato_store_options* given) {
    KATO_CHECK(check_options(given));
    const kato_store_options options = copy_options(given);
    KATO_CHECK(check_flags(options.flags, KATO_STORE_CREATE | KATO_STORE_READONLY));
    StoreOptions result;
    result.create = (options.flags & KATO_STORE_CREATE) != 0;
    result.read_only = (options.flags & KATO_STORE_READONLY) != 0;
    if (result.create && result.read_only)
        return misuse("KATO_STORE_CREATE and KATO_STORE_READONLY exclude each other");
    if (options.busy_timeout_ms != 0) result.busy_timeout_ms = options.busy_timeout_ms;
    return result;
}

} // namespace

kato_status kato_store_open(const char* path, size_t path_len, const kato_store_options* options,
                            kato_store** out, kato_error** error) {
    return guard_out(__func__, error, out, [&]() -> Return {
        auto handle = std::make_unique<kato_store>();
        handle->open = std::make_shared<OpenStore>();
        KATO_TRY(handle->path, path_argument(path, path_len, "path"));
        KATO_TRY(const StoreOptions wanted, read_options(options));
        KATO_TRY(handle->open->store, open_store(handle->path, wanted, system_environment()));
        *out = handle.release();
        return KATO_OK;
    });
}

void kato_store_close(kato_store* store) { const std::unique_ptr<kato_store> owned(store); }

const char* kato_store_path(const kato_store* store, size_t* len) {
    return give(store != nullptr ? std::string_view(store->path) : std::string_view(), len);
}

kato_status kato_store_stats(const kato_store* store, uint32_t flags, const kato_cancel* cancel,
                             kato_buffer** out, kato_error** error) {
    return guard_out(__func__, error, out, [&]() -> Return {
        KATO_TRY(const OpenStorePtr open, enter(store));
        KATO_CHECK(check_flags(flags, KATO_STATS_CONTENT_HASH));
        std::string hash;
        if ((flags & KATO_STATS_CONTENT_HASH) != 0) {
            KATO_TRY(hash, content_hash(*open->store, stop_by(cancel)));
        }
        KATO_TRY(std::string json, open->store->stats(hash));
        *out = make_buffer(std::move(json));
        return KATO_OK;
    });
}

kato_status kato_store_verify(const kato_store* store, const kato_cancel* cancel,
                              kato_progress_fn progress, void* user_data, kato_destroy_fn destroy,
                              kato_buffer** out, kato_error** error) {
    const UserData owned(user_data, destroy);
    return guard_out(__func__, error, out, [&]() -> Return {
        KATO_TRY(const OpenStorePtr open, enter(store));
        KATO_TRY(auto report, open->store->verify(stop_by(cancel),
                                                  progress_to(open->reentry, progress, user_data)));
        *out = make_buffer(std::move(report.first));
        return report.second ? KATO_OK : KATO_PARTIAL;
    });
}

kato_status kato_store_reindex(kato_store* store, const kato_cancel* cancel,
                               kato_progress_fn progress, void* user_data, kato_destroy_fn destroy,
                               kato_error** error) {
    const UserData owned(user_data, destroy);
    return guard(__func__, error, [&]() -> Return {
        KATO_TRY(const OpenStorePtr open, enter(store));
        KATO_CHECK(
            open->store->reindex(stop_by(cancel), progress_to(open->reentry, progress, user_data)));
        return KATO_OK;
    });
}
