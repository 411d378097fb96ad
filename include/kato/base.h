/* kato/base.h - conventions, status codes, errors, buffers, cancellation, version.
 *
 * Conventions, true of every function of libkato and not repeated at each one:
 *
 *  1. Results. A call that can fail returns kato_status and takes `kato_error **error` last. `error`
 *     may be NULL and need not be initialised: it is set to NULL on success and to an object that
 *     the caller frees with kato_error_free on failure. Negative is failure, zero success, positive
 *     a success with something to say (KATO_DONE, KATO_PARTIAL). Later versions may add codes:
 *     treat an unknown negative value as failure.
 *  2. Outputs. `*out` is NULL after any failure. What a call hands out through `**out` belongs to
 *     the caller and is released with the function named after its type (_free, _close). Those
 *     accept NULL and cannot fail.
 *  3. Lifetimes. Handles keep alive what they depend on: free them in any order.
 *  4. Text in is `(const char *, size_t)`, UTF-8; the length KATO_NTS means NUL-terminated. Text is
 *     checked at the boundary: KATO_E_INVALID if it is not UTF-8.
 *  5. Paths are bytes as the operating system has them; a NUL byte inside is KATO_E_INVALID.
 *  6. Text out is borrowed: a pointer that is never NULL and is NUL-terminated, its length in
 *     `*len` when `len` is not NULL, valid until the object it came from is freed (for a cursor's
 *     row: until the next step). It is valid UTF-8; `_raw` getters give the stored bytes.
 *  7. Options structs start with `struct_size`; fill them with their _INIT macro. Zero means default
 *     in every field and NULL means all defaults.
 *  8. Callbacks are a function, its user_data and a destroy function, which is called exactly once,
 *     also when the call fails. A callback returns KATO_OK to go on; anything else stops the call,
 *     which returns that value unchanged (KATO_E_USER is reserved for this). A callback runs on the
 *     calling thread and must not use the same store: KATO_E_MISUSE.
 *  9. Units are in the names: _ms, _bytes, _us. Times are int64_t microseconds since
 *     1970-01-01T00:00:00Z; KATO_TIME_NONE where there is none.
 * 10. Threads. Each handle type is one of: immutable (any thread, any time), any thread (calls may
 *     overlap), one thread at a time. A const parameter may be used by several threads at once.
 * 11. The library never prints, exits, aborts, reads the environment or keeps global state.
 */
#ifndef KATO_BASE_H
#define KATO_BASE_H

#include <stddef.h>
#include <stdint.h>

#include <kato/version.h>

#if defined(_WIN32)
#define KATO_API
#elif defined(__GNUC__)
#define KATO_API __attribute__((visibility("default")))
#else
#define KATO_API
#endif

#ifdef __cplusplus
extern "C" {
#endif

/* The length of a NUL-terminated text. Since: 0.1 */
#define KATO_NTS SIZE_MAX

/* "There is no time": a provider did not record one. Since: 0.1 */
#define KATO_TIME_NONE INT64_MIN

/* Status of a call; see convention 1. Since: 0.1 */
typedef int32_t kato_status;

#define KATO_OK 0                /* done */
#define KATO_DONE 1              /* a cursor has no further row */
#define KATO_PARTIAL 2           /* done, but something was set aside: see the report */
#define KATO_E_FAILED (-1)       /* none of the below; the message says what */
#define KATO_E_NOMEM (-2)        /* out of memory; nothing was changed */
#define KATO_E_MISUSE (-3)       /* the program called wrongly: fix the program */
#define KATO_E_INVALID (-4)      /* an argument's value is not acceptable: fix the input */
#define KATO_E_NOT_FOUND (-5)    /* no such chat, event, file, store */
#define KATO_E_EXISTS (-6)       /* it is there already */
#define KATO_E_AMBIGUOUS (-7)    /* the reference fits several: give more of the id */
#define KATO_E_BUSY (-8)         /* another process holds the store: try again */
#define KATO_E_IO (-9)           /* the operating system refused or the disk is full */
#define KATO_E_DENIED (-10)      /* unsafe or missing permissions: the hint says what to change */
#define KATO_E_CORRUPT (-11)     /* the store is damaged: run verification */
#define KATO_E_VERSION (-12)     /* written by a newer libkato; nothing was changed */
#define KATO_E_LIMIT (-13)       /* beyond a documented limit */
#define KATO_E_CANCELLED (-14)   /* the caller's token asked for it */
#define KATO_E_UNSUPPORTED (-15) /* this build or platform cannot */
#define KATO_E_ABI (-16)         /* the program was built for a newer libkato */
#define KATO_E_USER (-100)       /* for callbacks: stopped by the caller */

/* What went wrong. Immutable. Since: 0.1 */
typedef struct kato_error kato_error;

/* Bytes that outlive the call which made them. Immutable. Since: 0.1 */
typedef struct kato_buffer kato_buffer;

/* A request to stop. Any thread. Since: 0.1 */
typedef struct kato_cancel kato_cancel;

/* Releases a callback's user_data; see convention 8. Since: 0.1 */
typedef void (*kato_destroy_fn)(void *user_data);

/* Told how far a long call has come: `done_bytes` of `total_bytes` (0: not known), busy with `what`
 * (NUL-terminated, borrowed until return). At most about ten times a second. Since: 0.1 */
typedef kato_status (*kato_progress_fn)(void *user_data, uint64_t done_bytes, uint64_t total_bytes,
                                        const char *what);

/* Takes `size_bytes` bytes of output, all of them or fails. Since: 0.1 */
typedef kato_status (*kato_write_fn)(void *user_data, const void *data, size_t size_bytes);

/* Fills up to `size_bytes` bytes of `buffer` and sets `*got_bytes`; 0 is the end. Since: 0.1 */
typedef kato_status (*kato_read_fn)(void *user_data, void *buffer, size_t size_bytes,
                                    size_t *got_bytes);

/* The status, as returned by the call that failed. Since: 0.1 */
KATO_API kato_status kato_error_status(const kato_error *error);

/* One line of text for people: what, where, and a hint where there is one. Since: 0.1 */
KATO_API const char *kato_error_message(const kato_error *error, size_t *len);

/* A JSON object for programs: {"status","name","message","path","line","offset","errno","sqlite",
 * "hint"}; members that do not apply are null. Since: 0.1 */
KATO_API const char *kato_error_detail(const kato_error *error, size_t *len);

/* Since: 0.1 */
KATO_API void kato_error_free(kato_error *error);

/* A status's name ("KATO_E_BUSY"), "KATO_E_?" for an unknown one; static. Since: 0.1 */
KATO_API const char *kato_status_name(kato_status status);

/* Since: 0.1 */
KATO_API const void *kato_buffer_data(const kato_buffer *buffer, size_t *len);

/* Since: 0.1 */
KATO_API void kato_buffer_free(kato_buffer *buffer);

/* Since: 0.1 */
KATO_API kato_status kato_cancel_new(kato_cancel **out, kato_error **error);

/* Asks every call that holds the token to stop with KATO_E_CANCELLED. Safe in signal handlers.
 * Since: 0.1 */
KATO_API void kato_cancel_request(kato_cancel *cancel);

/* 1 after kato_cancel_request, else 0. Since: 0.1 */
KATO_API int32_t kato_cancel_requested(const kato_cancel *cancel);

/* The token must not be freed while a call uses it. Since: 0.1 */
KATO_API void kato_cancel_free(kato_cancel *cancel);

/* The library's version at run time, "0.1.0"; static. Since: 0.1 */
KATO_API const char *kato_version(void);

/* The same as a number: major * 1000000 + minor * 1000 + patch. Since: 0.1 */
KATO_API uint32_t kato_version_number(void);

/* A JSON object: version, compiler, versions of the libraries in use, features; static. Since: 0.1 */
KATO_API const char *kato_build_info(void);

#ifdef __cplusplus
}
#endif

#endif
