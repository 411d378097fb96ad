/* One store, many threads: writers, readers, searches, exports at the same time. Under TSan. */
#include "fixture.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

typedef struct job {
    kato_store *store;
    const char *chat;
    const char *path;
    int number;
    int rounds;
    kato_cancel *cancel;
    int done;
    const char *wrong; /* what failed; a check in a thread could not end the case */
    kato_status status;
} job;

static int failed(job *j, const char *what, kato_status status) {
    if (status >= 0) return 0;
    j->wrong = what;
    j->status = status;
    return 1;
}

static void *append_events(void *arg) {
    job *j = (job *)arg;
    int i;
    for (i = 0; i < j->rounds; ++i) {
        kato_event_options options = KATO_EVENT_OPTIONS_INIT;
        kato_event *event = NULL;
        char text[64];
        sprintf(text, "bisque number %d of thread %d", i, j->number);
        options.role = "user";
        options.role_len = KATO_NTS;
        options.text = text;
        options.text_len = KATO_NTS;
        if (failed(j, "append",
                   kato_event_append(j->store, j->chat, KATO_NTS, &options, &event, NULL)))
            return NULL;
        if (strcmp(text, kato_event_text(event, NULL)) != 0) j->wrong = "text";
        kato_event_free(event);
        ++j->done;
    }
    return NULL;
}

static void *import_file(void *arg) {
    job *j = (job *)arg;
    int i;
    for (i = 0; i < j->rounds; ++i) {
        kato_import_report *report = NULL;
        const kato_status status =
            kato_import_path(j->store, j->path, KATO_NTS, NULL, &report, NULL);
        kato_import_report_free(report);
        if (failed(j, "import", status)) return NULL;
        ++j->done;
    }
    return NULL;
}

static void *list_and_walk(void *arg) {
    job *j = (job *)arg;
    int i;
    for (i = 0; i < j->rounds; ++i) {
        kato_chat_cursor *chats = NULL;
        kato_event_cursor *events = NULL;
        kato_chat *chat = NULL;
        const kato_event *event = NULL;
        kato_status status;
        if (failed(j, "list", kato_chat_list(j->store, NULL, &chats, NULL))) return NULL;
        while ((status = kato_chat_cursor_next(chats, &chat, NULL)) == KATO_OK) {
            if (failed(j, "walk",
                       kato_chat_events(j->store, kato_chat_id(chat, NULL), KATO_NTS,
                                        KATO_EVENTS_TREE, &events, NULL)))
                return NULL;
            kato_chat_free(chat);
            while ((status = kato_event_cursor_next(events, &event, NULL)) == KATO_OK)
                if (kato_event_id(event, NULL)[0] == '\0') j->wrong = "an event without id";
            kato_event_cursor_free(events);
            if (failed(j, "step", status)) return NULL;
        }
        kato_chat_cursor_free(chats);
        if (failed(j, "next chat", status)) return NULL;
        ++j->done;
    }
    return NULL;
}

static void *search_words(void *arg) {
    job *j = (job *)arg;
    int i;
    for (i = 0; i < j->rounds; ++i) {
        kato_search_cursor *hits = NULL;
        kato_status status;
        if (failed(j, "search",
                   kato_search(j->store, "bisque OR kiln", KATO_NTS, NULL, &hits, NULL)))
            return NULL;
        while ((status = kato_search_next(hits, NULL)) == KATO_OK)
            if (kato_search_event(hits, NULL)[0] == '\0') j->wrong = "a hit without event";
        kato_search_free(hits);
        if (failed(j, "next hit", status)) return NULL;
        ++j->done;
    }
    return NULL;
}

static kato_status drop_bytes(void *self, const void *data, size_t size) {
    (void)data;
    *(size_t *)self += size;
    return KATO_OK;
}

static void *export_and_stats(void *arg) {
    job *j = (job *)arg;
    int i;
    for (i = 0; i < j->rounds; ++i) {
        kato_buffer *buffer = NULL;
        size_t size = 0;
        if (failed(j, "export", kato_export(j->store, NULL, drop_bytes, &size, NULL, NULL)))
            return NULL;
        if (size == 0) j->wrong = "an empty export";
        if (failed(j, "stats", kato_store_stats(j->store, 0, NULL, &buffer, NULL))) return NULL;
        kato_buffer_free(buffer);
        ++j->done;
    }
    return NULL;
}

#define THREADS 6

static void a_store_serves_many_threads_at_once(void) {
    static void *(*const work[THREADS])(void *) = {append_events, append_events, import_file,
                                                   list_and_walk, search_words,  export_and_stats};
    kato_store *store = open_store();
    kato_buffer *report = NULL;
    pthread_t threads[THREADS];
    job jobs[THREADS];
    const char *chat = new_chat(store, "everybody writes here");
    const int rounds = check_long() ? 400 : 20;
    int i;
    memset(jobs, 0, sizeof jobs);
    for (i = 0; i < THREADS; ++i) {
        jobs[i].store = store;
        jobs[i].chat = chat;
        jobs[i].path = check_source_path(KILN);
        jobs[i].number = i;
        jobs[i].rounds = rounds;
    }
    for (i = 0; i < THREADS; ++i)
        CHECK_INT(0, pthread_create(&threads[i], NULL, work[i], &jobs[i]));
    for (i = 0; i < THREADS; ++i) CHECK_INT(0, pthread_join(threads[i], NULL));
    for (i = 0; i < THREADS; ++i) {
        if (jobs[i].wrong != NULL)
            printf("  thread %d, round %d: %s (%s)\n", i, jobs[i].done, jobs[i].wrong,
                   kato_status_name(jobs[i].status));
        CHECK(jobs[i].wrong == NULL);
        CHECK_INT(rounds, jobs[i].done);
    }
    CHECK_INT(2, count_chats(store, NULL));
    CHECK_OK(kato_store_verify(store, NULL, NULL, NULL, NULL, &report, ERR));
    kato_buffer_free(report);
    kato_store_close(store);
}

#define SMALL_SOURCES 300

static void *import_folder(void *arg) {
    job *j = (job *)arg;
    kato_import_report *report = NULL;
    const kato_status status = kato_import_path(j->store, j->path, KATO_NTS, NULL, &report, NULL);
    j->done = (int)kato_import_report_count(report, KATO_COUNT_SOURCES_NEW);
    kato_import_report_free(report);
    (void)failed(j, "import", status);
    return NULL;
}

/* Small sources are stored several at a time: another call that comes between must not undo them. */
static void two_imports_at_once_store_what_they_report(void) {
    kato_store *store = open_store();
    kato_buffer *report = NULL;
    pthread_t threads[2];
    job jobs[2];
    int i;
    CHECK_INT(0, mkdir(check_path("many"), 0700));
    for (i = 0; i < SMALL_SOURCES; ++i) {
        char name[64];
        char line[256];
        sprintf(name, "many/%d.jsonl", i);
        sprintf(line,
                "{\"type\":\"user\",\"sessionId\":\"s%d\",\"uuid\":\"u%d\",\"message\":"
                "{\"role\":\"user\",\"content\":\"hello %d\"}}\n",
                i, i, i);
        write_file(check_path(name), line, strlen(line));
    }
    memset(jobs, 0, sizeof jobs);
    for (i = 0; i < 2; ++i) jobs[i].store = store;
    jobs[0].path = check_path("many");
    jobs[1].path = check_source_path(KILN);
    jobs[1].rounds = 30;
    CHECK_INT(0, pthread_create(&threads[0], NULL, import_folder, &jobs[0]));
    CHECK_INT(0, pthread_create(&threads[1], NULL, import_file, &jobs[1]));
    for (i = 0; i < 2; ++i) CHECK_INT(0, pthread_join(threads[i], NULL));
    for (i = 0; i < 2; ++i) {
        if (jobs[i].wrong != NULL)
            printf("  thread %d: %s (%s)\n", i, jobs[i].wrong, kato_status_name(jobs[i].status));
        CHECK(jobs[i].wrong == NULL);
    }
    CHECK_INT(SMALL_SOURCES, jobs[0].done);
    CHECK_INT(SMALL_SOURCES + 1, count_chats(store, NULL));
    CHECK_OK(kato_store_verify(store, NULL, NULL, NULL, NULL, &report, ERR));
    kato_buffer_free(report);
    kato_store_close(store);
}

static void *open_and_create(void *arg) {
    job *j = (job *)arg;
    int i;
    for (i = 0; i < j->rounds; ++i) {
        kato_store_options options = KATO_STORE_OPTIONS_INIT;
        kato_store *store = NULL;
        kato_chat *chat = NULL;
        options.flags = KATO_STORE_CREATE;
        options.busy_timeout_ms = 60000;
        if (failed(j, "open", kato_store_open(j->path, KATO_NTS, &options, &store, NULL)))
            return NULL;
        if (failed(j, "create", kato_chat_create(store, NULL, &chat, NULL))) return NULL;
        kato_chat_free(chat);
        kato_store_close(store);
        ++j->done;
    }
    return NULL;
}

static void several_threads_open_and_make_the_same_workspace(void) {
    pthread_t threads[4];
    job jobs[4];
    const char *path = check_path("ws");
    kato_store *store;
    int i;
    memset(jobs, 0, sizeof jobs);
    for (i = 0; i < 4; ++i) {
        jobs[i].path = path;
        jobs[i].rounds = 5;
        CHECK_INT(0, pthread_create(&threads[i], NULL, open_and_create, &jobs[i]));
    }
    for (i = 0; i < 4; ++i) CHECK_INT(0, pthread_join(threads[i], NULL));
    for (i = 0; i < 4; ++i) {
        if (jobs[i].wrong != NULL)
            printf("  thread %d: %s (%s)\n", i, jobs[i].wrong, kato_status_name(jobs[i].status));
        CHECK(jobs[i].wrong == NULL);
    }
    store = open_store();
    CHECK_INT(20, count_chats(store, NULL));
    kato_store_close(store);
}

/* Gives the same bytes for ever: only the token ends the import. */
static kato_status give_for_ever(void *self, void *buffer, size_t size, size_t *got) {
    static const char line[] = "{\"type\":\"noise\",\"text\":\"endless\"}\n";
    (void)self;
    if (size > sizeof line - 1) size = sizeof line - 1;
    memcpy(buffer, line, size);
    *got = size;
    return KATO_OK;
}

static void *import_for_ever(void *arg) {
    job *j = (job *)arg;
    kato_import_options options = KATO_IMPORT_OPTIONS_INIT;
    kato_import_report *report = NULL;
    options.cancel = j->cancel;
    j->status = kato_import_stream(j->store, give_for_ever, NULL, NULL, &options, &report, NULL);
    kato_import_report_free(report);
    return NULL;
}

static void another_thread_can_cancel_a_long_call(void) {
    kato_store *store = open_store();
    pthread_t thread;
    job j;
    memset(&j, 0, sizeof j);
    j.store = store;
    CHECK_OK(kato_cancel_new(&j.cancel, ERR));
    CHECK_INT(0, pthread_create(&thread, NULL, import_for_ever, &j));
    kato_cancel_request(j.cancel);
    CHECK_INT(0, pthread_join(thread, NULL));
    CHECK_INT(KATO_E_CANCELLED, j.status);
    kato_cancel_free(j.cancel);
    CHECK_INT(0, count_chats(store, NULL));
    kato_store_close(store);
}

static void *read_event(void *arg) {
    const kato_event *event = (const kato_event *)arg;
    int i;
    for (i = 0; i < 1000; ++i)
        if (strncmp(kato_event_text(event, NULL), "Half an emoji", 13) != 0) return arg;
    return NULL;
}

static void an_event_is_read_by_several_threads(void) {
    kato_store *store = open_store();
    const char *chat = import_sample(store, KILN);
    kato_event_cursor *cursor = NULL;
    const kato_event *event = NULL;
    pthread_t threads[3];
    void *wrong[3];
    int i;
    CHECK_OK(kato_chat_events(store, chat, KATO_NTS, KATO_EVENTS_TREE, &cursor, ERR));
    do CHECK_OK(kato_event_cursor_next(cursor, &event, ERR));
    while (strncmp(kato_event_text(event, NULL), "Half an emoji", 13) != 0);
    for (i = 0; i < 3; ++i)
        CHECK_INT(0, pthread_create(&threads[i], NULL, read_event, (void *)(size_t)event));
    for (i = 0; i < 3; ++i) CHECK_INT(0, pthread_join(threads[i], &wrong[i]));
    for (i = 0; i < 3; ++i) CHECK(wrong[i] == NULL);
    kato_event_cursor_free(cursor);
    kato_store_close(store);
}

int main(int argc, char **argv) {
    static const check_case cases[] = {CASE(a_store_serves_many_threads_at_once),
                                       CASE(two_imports_at_once_store_what_they_report),
                                       CASE(several_threads_open_and_make_the_same_workspace),
                                       CASE(another_thread_can_cancel_a_long_call),
                                       CASE(an_event_is_read_by_several_threads),
                                       CASES_END};
    return check_main(argc, argv, cases);
}
