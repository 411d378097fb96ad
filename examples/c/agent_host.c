/* Runs one program over every chat, several at a time: agent_host WORKSPACE PATH PROGRAM ARGUMENT...
 * PATH is imported first. The program is confined; it reads a chat on standard input and what it
 * writes becomes that chat's output. One line a chat: its id, how the run ended, the report. */
#include <kato/kato.h>

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

#define THREADS 3 /* beside the main one */

typedef struct job {
    kato_store *store; /* any thread may use it */
    kato_chat_cursor *chats;
    kato_agent_options options; /* only read */
    pthread_mutex_t mutex;      /* guards the cursor and what follows */
    int failures;
} job;

static void failed(job *work, kato_error *error) {
    fprintf(stderr, "%s\n", kato_error_message(error, NULL));
    kato_error_free(error);
    pthread_mutex_lock(&work->mutex);
    ++work->failures;
    pthread_mutex_unlock(&work->mutex);
}

static kato_chat *next_chat(job *work) {
    kato_error *error = NULL;
    kato_chat *chat = NULL;
    pthread_mutex_lock(&work->mutex);
    (void)kato_chat_cursor_next(work->chats, &chat, &error); /* after the last it stays NULL */
    pthread_mutex_unlock(&work->mutex);
    if (error) failed(work, error);
    return chat;
}

static void run_over(job *work, const char *chat) {
    kato_error *error = NULL;
    kato_agent_run *run = NULL;
    if (kato_agent_run_start(work->store, chat, KATO_NTS, &work->options, &run, &error) < 0) {
        failed(work, error); /* wrong with the request: no such program, say */
        return;
    }
    /* It ends by itself, at the latest after options.wall_ms. An event loop would watch
     * kato_agent_run_fd(run) instead, and kato_agent_run_cancel(run) ends it early. */
    if (kato_agent_run_wait(run, 600000u, NULL, &error) < 0) {
        failed(work, error);
    } else {
        const int ok = kato_agent_run_outcome(run) == KATO_RUN_OK;
        pthread_mutex_lock(&work->mutex);
        printf("%s %s %s\n", chat, ok ? "ok" : "failed", kato_agent_run_report(run, NULL));
        if (!ok) ++work->failures; /* the report's "outcome" and "message" say why */
        pthread_mutex_unlock(&work->mutex);
    }
    kato_agent_run_free(run);
}

static void *take_chats(void *argument) {
    job *work = argument;
    kato_chat *chat;
    while ((chat = next_chat(work)) != NULL) {
        run_over(work, kato_chat_id(chat, NULL));
        kato_chat_free(chat);
    }
    return NULL;
}

int main(int argc, char **argv) {
    kato_store_options options = KATO_STORE_OPTIONS_INIT;
    job work = {NULL, NULL, KATO_AGENT_OPTIONS_INIT, PTHREAD_MUTEX_INITIALIZER, 0};
    kato_error *error = NULL;
    kato_import_report *imported = NULL;
    pthread_t threads[THREADS];
    int started = 0;

    if (argc < 4) return 2;
    work.options.command = (const char *const *)(argv + 3);
    work.options.command_count = (size_t)(argc - 3);
    work.options.flags = KATO_AGENT_FILTER;
    work.options.wall_ms = 60000u;
    options.flags = KATO_STORE_CREATE;
    if (kato_store_open(argv[1], KATO_NTS, &options, &work.store, &error) < 0 ||
        kato_import_path(work.store, argv[2], KATO_NTS, NULL, &imported, &error) < 0 ||
        kato_chat_list(work.store, NULL, &work.chats, &error) < 0) {
        failed(&work, error);
    } else {
        while (started < THREADS && !pthread_create(&threads[started], NULL, take_chats, &work))
            ++started;
        (void)take_chats(&work);
        while (started > 0) pthread_join(threads[--started], NULL);
    }
    kato_import_report_free(imported);
    kato_chat_cursor_free(work.chats);
    kato_store_close(work.store);
    return work.failures == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
