/* What the tests of the C API start from: see fixture.h. */
#include "fixture.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

kato_store *open_store(void) {
    kato_store_options options = KATO_STORE_OPTIONS_INIT;
    kato_store *store = NULL;
    options.flags = KATO_STORE_CREATE;
    CHECK_OK(kato_store_open(check_path("ws"), KATO_NTS, &options, &store, ERR));
    CHECK(store != NULL);
    return store;
}

const char *new_chat(kato_store *store, const char *title) {
    kato_chat_options options = KATO_CHAT_OPTIONS_INIT;
    kato_chat *chat = NULL;
    const char *id;
    options.title = title;
    options.title_len = KATO_NTS;
    CHECK_OK(kato_chat_create(store, &options, &chat, ERR));
    id = check_keep(kato_chat_id(chat, NULL));
    kato_chat_free(chat);
    return id;
}

const char *append_to(kato_store *store, const char *chat, const char *parent, const char *role,
                      const char *text) {
    kato_event_options options = KATO_EVENT_OPTIONS_INIT;
    kato_event *event = NULL;
    const char *id;
    options.role = role;
    options.role_len = KATO_NTS;
    options.text = text;
    options.text_len = KATO_NTS;
    if (parent != NULL) {
        options.parent = parent;
        options.parent_len = KATO_NTS;
    }
    CHECK_OK(kato_event_append(store, chat, KATO_NTS, &options, &event, ERR));
    id = check_keep(kato_event_id(event, NULL));
    kato_event_free(event);
    return id;
}

const char *append(kato_store *store, const char *chat, const char *role, const char *text) {
    return append_to(store, chat, NULL, role, text);
}

void write_file(const char *path, const void *data, size_t size) {
    FILE *file = fopen(path, "wb");
    CHECK(file != NULL);
    CHECK(fwrite(data, 1, size, file) == size);
    CHECK(fclose(file) == 0);
}

char *read_file(const char *path, size_t *size) {
    FILE *file = fopen(path, "rb");
    char *data = NULL;
    size_t got = 0;
    size_t room = 0;
    CHECK(file != NULL);
    do {
        room = room * 2 + 4096;
        data = realloc(data, room + 1);
        CHECK(data != NULL);
        got += fread(data + got, 1, room - got, file);
    } while (got == room);
    CHECK(!ferror(file));
    CHECK(fclose(file) == 0);
    data[got] = '\0';
    if (size != NULL) *size = got;
    return data;
}

const char *import_sample(kato_store *store, const char *sample) {
    kato_import_report *report = NULL;
    kato_chat_filter filter = KATO_CHAT_FILTER_INIT;
    kato_chat_cursor *cursor = NULL;
    kato_chat *chat = NULL;
    const char *id;
    CHECK_OK(kato_import_path(store, check_source_path(sample), KATO_NTS, NULL, &report, ERR));
    CHECK_INT(1, kato_import_report_count(report, KATO_COUNT_CHATS));
    kato_import_report_free(report);
    filter.project = strcmp(sample, KILN) == 0 ? "/home/ines/kiln" : "/home/ines/glaze";
    filter.project_len = KATO_NTS;
    CHECK_OK(kato_chat_list(store, &filter, &cursor, ERR));
    CHECK_OK(kato_chat_cursor_next(cursor, &chat, ERR));
    id = check_keep(kato_chat_id(chat, NULL));
    kato_chat_free(chat);
    kato_chat_cursor_free(cursor);
    return id;
}

void tally_end(tally *t) {
    free(t->data);
    t->data = NULL;
    t->size = 0;
    CHECK_INT(0, t->wrong);
}

void count_destroy(void *self) { ++((tally *)self)->destroyed; }

static kato_status called(tally *t) {
    ++t->calls;
    if (t->cancel != NULL) kato_cancel_request(t->cancel);
    if (t->inside != NULL) t->inside(t->inside_data);
    return t->calls == t->fail_at ? t->status : KATO_OK;
}

static kato_status keep_bytes(tally *t, const void *data, size_t size, size_t extra) {
    char *grown = realloc(t->data, t->size + size + extra + 1);
    if (grown == NULL) return KATO_E_NOMEM;
    memcpy(grown + t->size, data, size);
    t->data = grown;
    t->size += size;
    grown[t->size] = '\0';
    return KATO_OK;
}

kato_status take_bytes(void *self, const void *data, size_t size) {
    tally *t = self;
    const kato_status status = called(t);
    return status == KATO_OK ? keep_bytes(t, data, size, 0) : status;
}

kato_status give_bytes(void *self, void *buffer, size_t size, size_t *got) {
    tally *t = self;
    const kato_status status = called(t);
    size_t count = t->size - t->given;
    if (count > size) count = size;
    if (t->piece != 0 && count > t->piece) count = t->piece;
    memcpy(buffer, t->data + t->given, count);
    t->given += count;
    *got = count;
    if (t->ended) ++t->wrong;
    t->ended = status == KATO_OK && count == 0;
    return status;
}

kato_status count_progress(void *self, uint64_t done, uint64_t total, const char *what) {
    tally *t = self;
    if (what == NULL || (total != 0 && done > total)) ++t->wrong;
    return called(t);
}

kato_status count_row(void *self, const char *json, size_t len) {
    tally *t = self;
    const kato_status status = called(t);
    if (json[len] != '\0' || strlen(json) != len) ++t->wrong;
    if (status != KATO_OK) return status;
    if (keep_bytes(t, json, len, 1) != KATO_OK) return KATO_E_NOMEM;
    t->data[t->size++] = '\n';
    t->data[t->size] = '\0';
    return KATO_OK;
}

char *export_all(const kato_store *store) {
    tally out = {0};
    CHECK_OK(kato_export(store, NULL, take_bytes, &out, count_destroy, ERR));
    CHECK_INT(1, out.destroyed);
    CHECK(out.data != NULL);
    return out.data;
}

/* Adds "text;" and gives the longer text. */
static char *joined(char *list, const char *text) {
    const size_t size = list != NULL ? strlen(list) : 0;
    list = realloc(list, size + strlen(text) + 2);
    CHECK(list != NULL);
    sprintf(list + size, "%s;", text);
    return list;
}

static const char *kept(char *list) {
    const char *copy = check_keep(list != NULL ? list : "");
    free(list);
    return copy;
}

const char *list_titles(const kato_store *store, const kato_chat_filter *filter) {
    kato_chat_cursor *cursor = NULL;
    kato_chat *chat = NULL;
    char *titles = NULL;
    kato_status status;
    CHECK_OK(kato_chat_list(store, filter, &cursor, ERR));
    while ((status = kato_chat_cursor_next(cursor, &chat, ERR)) == KATO_OK) {
        titles = joined(titles, kato_chat_title(chat, NULL));
        kato_chat_free(chat);
    }
    CHECK_STATUS(KATO_DONE, status);
    CHECK(chat == NULL);
    kato_chat_cursor_free(cursor);
    return kept(titles);
}

int count_chats(const kato_store *store, const kato_chat_filter *filter) {
    kato_chat_cursor *cursor = NULL;
    kato_chat *chat = NULL;
    int count = 0;
    CHECK_OK(kato_chat_list(store, filter, &cursor, ERR));
    while (kato_chat_cursor_next(cursor, &chat, ERR) == KATO_OK) {
        kato_chat_free(chat);
        ++count;
    }
    CHECK_STATUS(KATO_DONE, kato_chat_cursor_next(cursor, &chat, ERR));
    kato_chat_cursor_free(cursor);
    return count;
}

const char *walk_texts(const kato_store *store, const char *chat, uint32_t flags) {
    kato_event_cursor *cursor = NULL;
    const kato_event *event = NULL;
    char *texts = NULL;
    kato_status status;
    CHECK_OK(kato_chat_events(store, chat, KATO_NTS, flags, &cursor, ERR));
    while ((status = kato_event_cursor_next(cursor, &event, ERR)) == KATO_OK)
        texts = joined(texts, kato_event_text(event, NULL));
    CHECK_STATUS(KATO_DONE, status);
    CHECK(event == NULL);
    kato_event_cursor_free(cursor);
    return kept(texts);
}
