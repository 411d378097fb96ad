/* What the tests of the C API start from: a workspace, chats, made-up files, callbacks that count. */
#ifndef FIXTURE_H
#define FIXTURE_H

#include "check.h"

#include <stddef.h>

/* The workspace "ws" in the case's folder, made if it is not there. */
kato_store *open_store(void);

/* The id of a new chat; valid until the case ends. */
const char *new_chat(kato_store *store, const char *title);

/* The id of a new event at the chat's head; valid until the case ends. */
const char *append(kato_store *store, const char *chat, const char *role, const char *text);
/* The same below `parent`. */
const char *append_to(kato_store *store, const char *chat, const char *parent, const char *role,
                      const char *text);

void write_file(const char *path, const void *data, size_t size);
/* The whole file, with a NUL after it; free() it. */
char *read_file(const char *path, size_t *size);

/* Made-up Claude Code sessions, see tests/capi/data. kiln.jsonl: eight events, a tool call with its
 * result, two branches, an image, a lone surrogate; glaze.jsonl: a question and an answer. */
#define KILN "tests/capi/data/kiln.jsonl"
#define GLAZE "tests/capi/data/glaze.jsonl"
#define KILN_TEXTS 8
#define KILN_IMAGE "6b7fa434f92a8b80aab02d9bf1a12e49ffcae424e4013a1c4f68b67e3d2bbcd0"
/* Imports one of them, and gives the id of its chat; valid until the case ends. */
const char *import_sample(kato_store *store, const char *sample);

/* Bytes that a callback takes or gives, how often it was called and released, and what else it does. */
typedef struct tally {
    char *data; /* after take_bytes NUL-terminated */
    size_t size;
    size_t given; /* by give_bytes, so far */
    size_t piece; /* give_bytes gives at most so many at a time; 0: as many as fit */
    int calls;
    int destroyed;
    int wrong; /* calls with arguments that cannot be; a check inside a callback could not end the case */
    int ended;   /* give_bytes said that there is no more: it must not be asked again */
    int fail_at; /* the call, from 1, that returns `status` instead */
    kato_status status;
    kato_cancel *cancel;               /* requested at each call */
    void (*inside)(void *inside_data); /* done at each call */
    void *inside_data;
} tally;

void tally_end(tally *t); /* frees the data, checks `wrong` */
void count_destroy(void *self);
kato_status take_bytes(void *self, const void *data, size_t size);
kato_status give_bytes(void *self, void *buffer, size_t size, size_t *got);
kato_status count_progress(void *self, uint64_t done, uint64_t total, const char *what);
/* Keeps the rows, each followed by a line end. */
kato_status count_row(void *self, const char *json, size_t len);

/* Everything in the store, as the kato format; free() it. */
char *export_all(const kato_store *store);

/* The number of chats that `filter` (NULL: none) gives, and the titles, each followed by ";". */
int count_chats(const kato_store *store, const kato_chat_filter *filter);
const char *list_titles(const kato_store *store, const kato_chat_filter *filter);
/* The texts of the events that a walk gives, each followed by ";"; valid until the case ends. */
const char *walk_texts(const kato_store *store, const char *chat, uint32_t flags);

#endif
