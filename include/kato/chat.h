/* kato/chat.h - chats and their events.
 *
 * Wherever a function takes `chat` text it accepts a full id, an unambiguous prefix of one (four
 * characters or more) or a piece of a title that only one chat has. */
#ifndef KATO_CHAT_H
#define KATO_CHAT_H

#include <kato/store.h>

#ifdef __cplusplus
extern "C" {
#endif

/* What was known of a chat when it was read. Immutable. Since: 0.1 */
typedef struct kato_chat kato_chat;

/* A list of chats. One thread at a time. Since: 0.1 */
typedef struct kato_chat_cursor kato_chat_cursor;

/* A node of a chat's tree. Immutable. Since: 0.1 */
typedef struct kato_event kato_event;

/* A walk over a chat's events. One thread at a time. Since: 0.1 */
typedef struct kato_event_cursor kato_event_cursor;

typedef struct kato_chat_options {
    size_t struct_size;
    const char *title;
    size_t title_len;
    const char *project; /* a directory or any name; default none */
    size_t project_len;
} kato_chat_options;

#define KATO_CHAT_OPTIONS_INIT \
    { sizeof(kato_chat_options), NULL, 0u, NULL, 0u }

/* kato_chat_filter.flags. Since: 0.1 */
#define KATO_CHATS_DELETED 1u    /* also those that were deleted (not purged) */
#define KATO_CHATS_BY_CREATED 2u /* order by creation; default: last change first */

typedef struct kato_chat_filter {
    size_t struct_size;
    const char *provider; /* exactly this provider ("claude-code", "kato", ...) */
    size_t provider_len;
    const char *project; /* projects that contain this text */
    size_t project_len;
    const char *tag; /* exactly this tag */
    size_t tag_len;
    const char *title; /* titles that contain this text, whatever the case */
    size_t title_len;
    int64_t after_us;  /* last change at or after; 0: no bound */
    int64_t before_us; /* created before; 0: no bound */
    uint64_t limit;    /* at most so many; 0: all */
    uint64_t offset;   /* skip so many first */
    uint32_t flags;
    uint32_t reserved;
} kato_chat_filter;

#define KATO_CHAT_FILTER_INIT \
    { sizeof(kato_chat_filter), NULL, 0u, NULL, 0u, NULL, 0u, NULL, 0u, 0, 0, 0u, 0u, 0u, 0u }

/* kato_chat_delete flags. Since: 0.1 */
#define KATO_DELETE_PURGE 1u /* also remove its bytes; cannot be undone */

/* Makes an empty chat. Since: 0.1 */
KATO_API kato_status kato_chat_create(kato_store *store, const kato_chat_options *options,
                                      kato_chat **out, kato_error **error);

/* Errors: KATO_E_NOT_FOUND, KATO_E_AMBIGUOUS. Since: 0.1 */
KATO_API kato_status kato_chat_get(const kato_store *store, const char *chat, size_t chat_len,
                                   kato_chat **out, kato_error **error);

/* Since: 0.1 */
KATO_API void kato_chat_free(kato_chat *chat);

/* Since: 0.1 */
KATO_API kato_status kato_chat_list(const kato_store *store, const kato_chat_filter *filter,
                                    kato_chat_cursor **out, kato_error **error);

/* Gives the next chat, owned by the caller, or returns KATO_DONE with `*out` NULL. Since: 0.1 */
KATO_API kato_status kato_chat_cursor_next(kato_chat_cursor *cursor, kato_chat **out,
                                           kato_error **error);

/* Since: 0.1 */
KATO_API void kato_chat_cursor_free(kato_chat_cursor *cursor);

/* Gives the chat a title of the user's own, which every later import keeps; an empty one returns to
 * the provider's. Since: 0.1 */
KATO_API kato_status kato_chat_rename(kato_store *store, const char *chat, size_t chat_len,
                                      const char *title, size_t title_len, kato_error **error);

/* Adds the tag (or removes it, with `remove` not 0); the same twice is no error.
 *
 * Errors: KATO_E_INVALID for a tag that is empty, longer than 200 bytes or holds white space or
 * control characters. Since: 0.1 */
KATO_API kato_status kato_chat_tag(kato_store *store, const char *chat, size_t chat_len,
                                   const char *tag, size_t tag_len, int32_t remove,
                                   kato_error **error);

/* Makes the path that ends at event `event` (an id) the one shown by default; an empty `event`
 * returns to the newest. Since: 0.1 */
KATO_API kato_status kato_chat_set_head(kato_store *store, const char *chat, size_t chat_len,
                                        const char *event, size_t event_len, kato_error **error);

/* Hides the chat from everything but KATO_CHATS_DELETED, importing its source again does not bring it back;
 * with KATO_DELETE_PURGE its texts, attachments and retained bytes are removed for good.
 * Since: 0.1 */
KATO_API kato_status kato_chat_delete(kato_store *store, const char *chat, size_t chat_len,
                                      uint32_t flags, kato_error **error);

/* Brings a chat back that was deleted but not purged; takes its full id. Since: 0.1 */
KATO_API kato_status kato_chat_restore(kato_store *store, const char *chat, size_t chat_len,
                                       kato_error **error);

/* The id, 36 characters. Since: 0.1 */
KATO_API const char *kato_chat_id(const kato_chat *chat, size_t *len);

/* The user's title, else the provider's, else "". Since: 0.1 */
KATO_API const char *kato_chat_title(const kato_chat *chat, size_t *len);

/* The format it was imported from, "kato" for one made here. Since: 0.1 */
KATO_API const char *kato_chat_provider(const kato_chat *chat, size_t *len);

/* The provider's own id, "" if there is none. Since: 0.1 */
KATO_API const char *kato_chat_provider_id(const kato_chat *chat, size_t *len);

/* Since: 0.1 */
KATO_API const char *kato_chat_project(const kato_chat *chat, size_t *len);

/* The model of the latest answer, "" if not known. Since: 0.1 */
KATO_API const char *kato_chat_model(const kato_chat *chat, size_t *len);

/* Id of the chat that started this one (a sub-agent's), "" if none. Since: 0.1 */
KATO_API const char *kato_chat_parent(const kato_chat *chat, size_t *len);

/* Id of the event in that chat, "" if not known. Since: 0.1 */
KATO_API const char *kato_chat_parent_event(const kato_chat *chat, size_t *len);

/* Id of the event whose path is shown by default, "" for an empty chat. Since: 0.1 */
KATO_API const char *kato_chat_head(const kato_chat *chat, size_t *len);

/* Since: 0.1 */
KATO_API int64_t kato_chat_created_us(const kato_chat *chat);

/* Since: 0.1 */
KATO_API int64_t kato_chat_updated_us(const kato_chat *chat);

/* Number of events, all branches. Since: 0.1 */
KATO_API uint64_t kato_chat_event_count(const kato_chat *chat);

/* 1 when the chat was deleted. Since: 0.1 */
KATO_API int32_t kato_chat_deleted(const kato_chat *chat);

/* Since: 0.1 */
KATO_API size_t kato_chat_tag_count(const kato_chat *chat);

/* The tag at `index`, sorted; "" beyond the last. Since: 0.1 */
KATO_API const char *kato_chat_tag_at(const kato_chat *chat, size_t index, size_t *len);

/* kato_event_flags. Since: 0.1 */
#define KATO_EVENT_HIDDEN 1u     /* the provider did not show it */
#define KATO_EVENT_SIDECHAIN 2u  /* work of a sub-agent inside this chat */
#define KATO_EVENT_SUPERSEDED 4u /* replaced by a later event */
#define KATO_EVENT_INJECTED 8u   /* put into a user's turn by the program, not by the user */
#define KATO_EVENT_VANISHED 16u  /* missing from a newer version of its source */
#define KATO_EVENT_LOSSY 32u     /* its source had bytes that are not text; see the original */
#define KATO_EVENT_NOT_SHOWN 64u /* a revision that another one outranks */

/* kato_event_outcome. Since: 0.1 */
#define KATO_OUTCOME_UNKNOWN 0
#define KATO_OUTCOME_FAILURE 1
#define KATO_OUTCOME_SUCCESS 2

typedef struct kato_event_options {
    size_t struct_size;
    const char *role; /* "user", "assistant", "system" or "tool"; required */
    size_t role_len;
    const char *kind; /* default: the role's message kind */
    size_t kind_len;
    const char *text;
    size_t text_len;
    const char *model;
    size_t model_len;
    const char *name; /* a tool's name */
    size_t name_len;
    const char *call_id; /* pairs a tool's call and its result */
    size_t call_id_len;
    const char *data; /* a JSON object: a tool's input or structured output */
    size_t data_len;
    const char *parent; /* an event's id; default: the chat's head */
    size_t parent_len;
    int64_t time_us; /* default (0): now */
    int32_t outcome; /* KATO_OUTCOME_*; default unknown */
    uint32_t
        flags; /* KATO_EVENT_HIDDEN, _INJECTED; _SIDECHAIN: the chat goes on showing what it shows */
} kato_event_options;

#define KATO_EVENT_OPTIONS_INIT                                                                 \
    {                                                                                           \
        sizeof(kato_event_options), NULL, 0u, NULL, 0u, NULL, 0u, NULL, 0u, NULL, 0u, NULL, 0u, \
            NULL, 0u, NULL, 0u, 0, 0, 0u                                                        \
    }

/* kato_chat_events flags. Since: 0.1 */
#define KATO_EVENTS_TREE 1u      /* every branch, in pre-order; default: the head's path only */
#define KATO_EVENTS_REVISIONS 2u /* also revisions that are not shown, after the one that is */

/* Appends one event, durable on return. `out` may be NULL.
 *
 * Errors: KATO_E_NOT_FOUND (chat or parent), KATO_E_INVALID. Since: 0.1 */
KATO_API kato_status kato_event_append(kato_store *store, const char *chat, size_t chat_len,
                                       const kato_event_options *options, kato_event **out,
                                       kato_error **error);

/* Walks a chat's events. Since: 0.1 */
KATO_API kato_status kato_chat_events(const kato_store *store, const char *chat, size_t chat_len,
                                      uint32_t flags, kato_event_cursor **out, kato_error **error);

/* Gives the next event, borrowed until the next step or the cursor's end; KATO_DONE after the last.
 * Since: 0.1 */
KATO_API kato_status kato_event_cursor_next(kato_event_cursor *cursor, const kato_event **out,
                                            kato_error **error);

/* Since: 0.1 */
KATO_API void kato_event_cursor_free(kato_event_cursor *cursor);

/* Reads one event by its id or an unambiguous prefix. Since: 0.1 */
KATO_API kato_status kato_event_get(const kato_store *store, const char *id, size_t id_len,
                                    kato_event **out, kato_error **error);

/* Only for events from kato_event_append and kato_event_get. Since: 0.1 */
KATO_API void kato_event_free(kato_event *event);

/* Since: 0.1 */
KATO_API const char *kato_event_id(const kato_event *event, size_t *len);

/* Since: 0.1 */
KATO_API const char *kato_event_chat(const kato_event *event, size_t *len);

/* The parent's id, "" for a root. Since: 0.1 */
KATO_API const char *kato_event_parent(const kato_event *event, size_t *len);

/* "user.message", "assistant.tool.call", ...: the list stands in docs/format.md. Since: 0.1 */
KATO_API const char *kato_event_kind(const kato_event *event, size_t *len);

/* "user", "assistant", "system", "tool" or "". Since: 0.1 */
KATO_API const char *kato_event_role(const kato_event *event, size_t *len);

/* Since: 0.1 */
KATO_API const char *kato_event_model(const kato_event *event, size_t *len);

/* What people read, with invalid sequences replaced by U+FFFD. Since: 0.1 */
KATO_API const char *kato_event_text(const kato_event *event, size_t *len);

/* The same as stored: may hold lone surrogates (as three bytes) and NUL. Since: 0.1 */
KATO_API const char *kato_event_text_raw(const kato_event *event, size_t *len);

/* Structured data, a JSON value, "" if there is none. Since: 0.1 */
KATO_API const char *kato_event_data(const kato_event *event, size_t *len);

/* A tool's name. Since: 0.1 */
KATO_API const char *kato_event_name(const kato_event *event, size_t *len);

/* The provider's id of a tool call, on the call and on its result. Since: 0.1 */
KATO_API const char *kato_event_call_id(const kato_event *event, size_t *len);

/* Id of the call a result answers, or of the prompt a decision answers, "" if none. Since: 0.1 */
KATO_API const char *kato_event_refers(const kato_event *event, size_t *len);

/* Id of the event in another chat of which this is a copy, "" if none. Since: 0.1 */
KATO_API const char *kato_event_copy_of(const kato_event *event, size_t *len);

/* The provider's id of the response it belongs to, "" if none. Since: 0.1 */
KATO_API const char *kato_event_response(const kato_event *event, size_t *len);

/* Members of the source that the model has no place for: a JSON value, "" if none. Since: 0.1 */
KATO_API const char *kato_event_extra(const kato_event *event, size_t *len);

/* Since: 0.1 */
KATO_API int64_t kato_event_time_us(const kato_event *event);

/* KATO_OUTCOME_*. Since: 0.1 */
KATO_API int32_t kato_event_outcome(const kato_event *event);

/* KATO_EVENT_*. Since: 0.1 */
KATO_API uint32_t kato_event_flags(const kato_event *event);

/* Position in the chat's pre-order, from 0; only set by kato_chat_events. Since: 0.1 */
KATO_API uint64_t kato_event_sequence(const kato_event *event);

/* Number of ancestors; only set by kato_chat_events. Since: 0.1 */
KATO_API uint32_t kato_event_depth(const kato_event *event);

/* Since: 0.1 */
KATO_API size_t kato_event_attachment_count(const kato_event *event);

/* The attachment at `index` as a JSON object {"media_type","name","uri","size","sha256"}, "" beyond
 * the last. Since: 0.1 */
KATO_API const char *kato_event_attachment(const kato_event *event, size_t index, size_t *len);

/* Reads a blob by its SHA-256, 64 hexadecimal digits. Since: 0.1 */
KATO_API kato_status kato_blob_read(const kato_store *store, const char *sha256, size_t sha256_len,
                                    kato_write_fn write, void *user_data, kato_destroy_fn destroy,
                                    kato_error **error);

#ifdef __cplusplus
}
#endif

#endif
