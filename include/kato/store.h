/* kato/store.h - opening a workspace, its figures, checking it. */
#ifndef KATO_STORE_H
#define KATO_STORE_H

#include <kato/base.h>

#ifdef __cplusplus
extern "C" {
#endif

/* An open workspace. Any thread: calls that write wait for each other. Since: 0.1 */
typedef struct kato_store kato_store;

/* kato_store_options.flags. Since: 0.1 */
#define KATO_STORE_CREATE 1u   /* make the workspace if it is not there */
#define KATO_STORE_READONLY 2u /* never write; KATO_E_NOT_FOUND if it is not there */

typedef struct kato_store_options {
    size_t struct_size;
    uint32_t flags;
    uint32_t busy_timeout_ms; /* wait this long for another process; default 5000 */
} kato_store_options;

#define KATO_STORE_OPTIONS_INIT \
    { sizeof(kato_store_options), 0u, 0u }

/* kato_store_stats flags. Since: 0.1 */
#define KATO_STATS_CONTENT_HASH 1u /* also "content_hash": reads the whole store */

/* Opens the workspace directory at `path`.
 *
 * Errors: KATO_E_NOT_FOUND, KATO_E_DENIED (a symbolic link, another owner, or writable by group or
 * others), KATO_E_BUSY, KATO_E_CORRUPT, KATO_E_VERSION. Since: 0.1 */
KATO_API kato_status kato_store_open(const char *path, size_t path_len,
                                     const kato_store_options *options, kato_store **out,
                                     kato_error **error);

/* Ends the caller's use; handles made from the store stay valid. Since: 0.1 */
KATO_API void kato_store_close(kato_store *store);

/* The workspace's directory as it was given. Since: 0.1 */
KATO_API const char *kato_store_path(const kato_store *store, size_t *len);

/* A JSON object: {"schema":1,"chats","events","events_by_kind","sources","source_bytes",
 * "stored_bytes","blobs","database_bytes","index_bytes","usage",...}. Since: 0.1 */
KATO_API kato_status kato_store_stats(const kato_store *store, uint32_t flags,
                                      const kato_cancel *cancel, kato_buffer **out,
                                      kato_error **error);

/* Checks the database, every reference and every stored hash, and the search index; `*out` is a
 * JSON object {"ok","checks":[{"name","ok","checked","problem"}]}.
 *
 * Returns KATO_PARTIAL when a check failed; the report then says which. Since: 0.1 */
KATO_API kato_status kato_store_verify(const kato_store *store, const kato_cancel *cancel,
                                       kato_progress_fn progress, void *user_data,
                                       kato_destroy_fn destroy, kato_buffer **out,
                                       kato_error **error);

/* Builds the search index anew from the store; the index holds nothing that is not in the store.
 * Since: 0.1 */
KATO_API kato_status kato_store_reindex(kato_store *store, const kato_cancel *cancel,
                                        kato_progress_fn progress, void *user_data,
                                        kato_destroy_fn destroy, kato_error **error);

#ifdef __cplusplus
}
#endif

#endif
