/* kato/codec.h - import, export, and the sources they keep. */
#ifndef KATO_CODEC_H
#define KATO_CODEC_H

#include <kato/store.h>

#ifdef __cplusplus
extern "C" {
#endif

/* What an import did. Immutable. Since: 0.1 */
typedef struct kato_import_report kato_import_report;

/* A list of sources. One thread at a time. Since: 0.1 */
typedef struct kato_source_cursor kato_source_cursor;

/* Told each row of the report: a JSON object of `len` bytes. The rows of a source come once it is in
 * the store; small sources get there several at a time. Any status but KATO_OK ends the import; what
 * was stored by then is in the report all the same. Since: 0.1 */
typedef kato_status (*kato_import_row_fn)(void *user_data, const char *json, size_t len);

typedef struct kato_import_options {
    size_t struct_size;
    const char *format; /* read as this format; default: found from the content */
    size_t format_len;
    const char *name; /* a stream's name in the report; default "-" */
    size_t name_len;
    const kato_cancel *cancel;
    kato_progress_fn progress; /* called with user_data; may be NULL */
    kato_import_row_fn row;    /* called with user_data; may be NULL */
    void *user_data;
    kato_destroy_fn destroy;
} kato_import_options;

#define KATO_IMPORT_OPTIONS_INIT \
    { sizeof(kato_import_options), NULL, 0u, NULL, 0u, NULL, NULL, NULL, NULL, NULL }

/* Numbers of a report, for kato_import_report_count. Since: 0.1 */
#define KATO_COUNT_SOURCES 0
#define KATO_COUNT_SOURCES_NEW 1
#define KATO_COUNT_SOURCES_UPDATED 2
#define KATO_COUNT_SOURCES_UNCHANGED 3
#define KATO_COUNT_SOURCES_FAILED 4 /* could not be read at all */
#define KATO_COUNT_CHATS 5
#define KATO_COUNT_EVENTS 6 /* found in the sources */
#define KATO_COUNT_EVENTS_NEW 7
#define KATO_COUNT_EVENTS_UPDATED 8  /* a further revision */
#define KATO_COUNT_EVENTS_VANISHED 9 /* in an older version of the source, missing in this one */
#define KATO_COUNT_SIZE_BYTES 10
#define KATO_COUNT_PARSED_BYTES 11
#define KATO_COUNT_OPAQUE_BYTES 12
#define KATO_COUNT_QUARANTINED_BYTES 13
#define KATO_COUNT_PENDING_BYTES 14
#define KATO_COUNT_ISSUES 15

/* Imports a file, or a directory's files in the order of their names. A FIFO named here is read as
 * a stream; inside a directory FIFOs, sockets, devices and links are skipped and reported.
 *
 * Returns KATO_PARTIAL when a byte was quarantined, a recognised file gave no conversation event (an
 * export of Kato's own may have none), or one of several files failed. The report is made in every
 * case but misuse and lack of memory, also beside an error; each source was stored whole or not at
 * all. Since: 0.1 */
KATO_API kato_status kato_import_path(kato_store *store, const char *path, size_t path_len,
                                      const kato_import_options *options, kato_import_report **out,
                                      kato_error **error);

/* Imports a stream. `options->destroy` does not apply to `read_data`: `read_destroy` does.
 * Since: 0.1 */
KATO_API kato_status kato_import_stream(kato_store *store, kato_read_fn read, void *read_data,
                                        kato_destroy_fn read_destroy,
                                        const kato_import_options *options,
                                        kato_import_report **out, kato_error **error);

/* Tells what an import would read, without a store and without keeping anything: the same rows, of
 * the status "explained", with members `why` and `score` (of the detection, 1 to 100) and `kinds` (how
 * many events of each kind). Only what a store would tell is missing: whether it is known already.
 * Large values and archives that come as a stream are set aside meanwhile, in files without a
 * name in /var/tmp.
 *
 * Returns and errors as kato_import_path and kato_import_stream. Any thread. Since: 0.1 */
KATO_API kato_status kato_import_explain_path(const char *path, size_t path_len,
                                              const kato_import_options *options,
                                              kato_import_report **out, kato_error **error);

/* The same for a stream. Since: 0.1 */
KATO_API kato_status kato_import_explain_stream(kato_read_fn read, void *read_data,
                                                kato_destroy_fn read_destroy,
                                                const kato_import_options *options,
                                                kato_import_report **out, kato_error **error);

/* The number `which` (KATO_COUNT_*); 0 for one this version does not know. Since: 0.1 */
KATO_API uint64_t kato_import_report_count(const kato_import_report *report, int32_t which);

/* Number of rows. Since: 0.1 */
KATO_API size_t kato_import_report_rows(const kato_import_report *report);

/* Row `index` as a JSON object: {"type":"source"|"member"|"issue"|"total",...}, the last one the
 * total; "" beyond it. docs/cli.md lists the members. Since: 0.1 */
KATO_API const char *kato_import_report_row(const kato_import_report *report, size_t index,
                                            size_t *len);

/* Since: 0.1 */
KATO_API void kato_import_report_free(kato_import_report *report);

/* Told once what an export did not carry: a JSON object of `len` bytes {"type":"loss","format",
 * "chats","dropped":{...},"left_out":{...}}, after the last chat and only when nothing failed.
 * "dropped": what the format has no place for; "left_out": what the options kept away; both by name
 * with counts. docs/formats.md lists the names. Since: 0.1 */
typedef kato_status (*kato_export_loss_fn)(void *user_data, const char *json, size_t len);

/* Told each file of kato_export_files before its bytes. `name`: a file name without a directory, safe
 * on every system; `chat`: the chat's full id, "" for the index. Both are NUL-terminated and borrowed
 * until it returns. KATO_DONE leaves the file out. Since: 0.1 */
typedef kato_status (*kato_export_file_fn)(void *user_data, const char *name, const char *chat);

/* kato_export_options.flags. Since: 0.1 */
#define KATO_EXPORT_NO_BLOBS 1u    /* attachments' hashes or names only */
#define KATO_EXPORT_HEAD_PATH 2u   /* the head's path only; not for "kato", which is complete */
#define KATO_EXPORT_HIDDEN 4u      /* formats to read: also what the provider did not show */
#define KATO_EXPORT_NO_THINKING 8u /* without assistant.thinking */
#define KATO_EXPORT_NO_TOOLS 16u   /* without assistant.tool.call and assistant.tool.result */

typedef struct kato_export_options {
    size_t struct_size;
    const char *format; /* "kato" (default), "markdown", "original", ...: see kato_formats */
    size_t format_len;
    const char *const *chats; /* references, see kato/chat.h; NULL: every chat */
    size_t chat_count;
    const kato_cancel *cancel;
    kato_progress_fn progress; /* called with user_data; may be NULL */
    void *user_data;
    kato_destroy_fn destroy;
    uint32_t flags;
    uint32_t reserved;
    const char *const
        *kinds; /* kinds of events ("user.message"), NUL-terminated; NULL: every kind */
    size_t kind_count;
    const char *provider; /* of these chats, those of exactly this provider */
    size_t provider_len;
    const char *project; /* of these chats, those whose project contains this text */
    size_t project_len;
    int64_t after_us;         /* of these chats, those last changed then or later; 0: no bound */
    int64_t before_us;        /* of these chats, those created before; 0: no bound */
    kato_export_loss_fn loss; /* called with user_data; may be NULL */
} kato_export_options;

#define KATO_EXPORT_OPTIONS_INIT                                                                   \
    {                                                                                              \
        sizeof(kato_export_options), NULL, 0u, NULL, 0u, NULL, NULL, NULL, NULL, 0u, 0u, NULL, 0u, \
            NULL, 0u, NULL, 0u, 0, 0, NULL                                                         \
    }

/* Writes chats in a format. The same content gives the same bytes.
 *
 * Errors: KATO_E_NOT_FOUND, KATO_E_INVALID (unknown format or kind; kinds for "kato" or "original",
 * which are complete; "original" with several sources: use kato_source_read). KATO_PARTIAL when
 * "original" has ranges that were purged. Since: 0.1 */
KATO_API kato_status kato_export(const kato_store *store, const kato_export_options *options,
                                 kato_write_fn write, void *write_data,
                                 kato_destroy_fn write_destroy, kato_error **error);

/* Writes each chat as a file of its own, by id, and for "html" a last one, index.html, that lists
 * them: `next` is told a file's name, then `write` gets its bytes; both are called with `file_data`,
 * on this thread. The caller makes the files. Names are made of the chat's title and the beginning of
 * its id; they do not depend on the other chats unless two ids begin alike.
 *
 * Errors: as kato_export; KATO_E_INVALID also for "original". Since: 0.1 */
KATO_API kato_status kato_export_files(const kato_store *store, const kato_export_options *options,
                                       kato_export_file_fn next, kato_write_fn write,
                                       void *file_data, kato_destroy_fn file_destroy,
                                       kato_error **error);

/* The readers and writers of this build as a JSON object {"formats":[{"id","title","read","write",
 * "detects"}]}; of what is read also `max_record_bytes` (of one record less its long strings) and
 * `containers`, of what is written `suffix` and `options`, named as in docs/formats.md. Since: 0.1 */
KATO_API kato_status kato_formats(kato_buffer **out, kato_error **error);

/* Lists the newest version of each source that chats (or, with `chat_count` 0, all chats) came from;
 * without chats, also the sources that gave none. Since: 0.1 */
KATO_API kato_status kato_source_list(const kato_store *store, const char *const *chats,
                                      size_t chat_count, kato_source_cursor **out,
                                      kato_error **error);

/* Gives the next source as a JSON object {"id","name","format","size","sha256","retained"}, borrowed
 * until the next step; KATO_DONE after the last. Since: 0.1 */
KATO_API kato_status kato_source_cursor_next(kato_source_cursor *cursor, const char **json,
                                             size_t *len, kato_error **error);

/* Since: 0.1 */
KATO_API void kato_source_cursor_free(kato_source_cursor *cursor);

/* Gives back a source's bytes, by its full id.
 *
 * Errors: KATO_E_NOT_FOUND also when the store knows the source but not its bytes. KATO_PARTIAL when
 * ranges were purged: they read as zero bytes. Since: 0.1 */
KATO_API kato_status kato_source_read(const kato_store *store, const char *source,
                                      size_t source_len, kato_write_fn write, void *user_data,
                                      kato_destroy_fn destroy, kato_error **error);

#ifdef __cplusplus
}
#endif

#endif
