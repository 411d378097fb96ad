/* Many runs, one after the other and many at once, leave nothing behind: no descriptor, process, mount
 * or file; and their outcomes are right, however much memory the host has. KATO_TEST_LONG=1 makes ten
 * thousand of them. */
#include "fixture.h"

#include <kato/agent.h>

#include <dirent.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define PATIENCE_MS 120000u
#define THREADS 8
#define EACH 8
#define HOST_BYTES ((size_t)1 << 30)
#define PAGE_BYTES 4096

#if defined(__SANITIZE_THREAD__)
#define UNDER_TSAN 1
#elif defined(__has_feature)
#if __has_feature(thread_sanitizer)
#define UNDER_TSAN 1
#endif
#endif
#ifdef UNDER_TSAN
#define SHORT_ROW 30
#define LONG_ROW 300
#else
#define SHORT_ROW 100
#define LONG_ROW 10000
#endif

static int entries(const char *path) {
    DIR *folder = opendir(path);
    int count = 0;
    if (folder == NULL) return -1;
    while (readdir(folder) != NULL) ++count;
    closedir(folder);
    return count;
}

/* Open descriptors but for connections to the store, of which it keeps some that it has needed. */
static int descriptors(void) {
    DIR *folder = opendir("/proc/self/fd");
    struct dirent *entry;
    int count = 0;
    if (folder == NULL) return -1;
    while ((entry = readdir(folder)) != NULL) {
        char path[300];
        char target[512];
        ssize_t length;
        sprintf(path, "/proc/self/fd/%.200s", entry->d_name);
        length = readlink(path, target, sizeof target - 1);
        target[length > 0 ? length : 0] = '\0';
        if (strstr(target, "/ws/kato.db") == NULL && strstr(target, "/ws/index.db") == NULL)
            ++count;
    }
    closedir(folder);
    return count;
}

static int lines(const char *path) {
    FILE *file = fopen(path, "r");
    int count = 0;
    int c;
    if (file == NULL) return -1;
    while ((c = fgetc(file)) != EOF) count += c == '\n';
    fclose(file);
    return count;
}

typedef struct ledger {
    int descriptors;
    int mounts;
    int folders;
} ledger;

static ledger take_stock(void) {
    ledger now;
    now.descriptors = descriptors();
    now.mounts = lines("/proc/self/mountinfo");
    now.folders = entries(check_path("ws/runs"));
    return now;
}

static void nothing_is_left(ledger before) {
    ledger after = take_stock();
    CHECK_INT(before.descriptors, after.descriptors);
    CHECK_INT(before.mounts, after.mounts);
    CHECK_INT(before.folders, after.folders);
    CHECK(waitpid(-1, NULL, WNOHANG) == -1); /* no child of ours, alive or dead */
}

/* Four kinds of ends in turn. */
static kato_agent_options kind_of_run(int i) {
    static const char *const kinds[4][3] = {{"sh", "-c", "read line <&3; echo \"$line\" >&4"},
                                            {"sh", "-c", "exit 5"},
                                            {"sh", "-c", "kill -9 $$"},
                                            {"sh", "-c", "while :; do :; done"}};
    kato_agent_options options = KATO_AGENT_OPTIONS_INIT;
    options.command = kinds[i % 4];
    options.command_count = 3;
    if (i % 4 == 3) options.wall_ms = 50;
    return options;
}

static int is_right(int i, const kato_agent_run *run) {
    static const int32_t ok[4] = {KATO_RUN_OK, KATO_RUN_FAILED, KATO_RUN_SIGNALLED,
                                  KATO_RUN_TIMEOUT};
    /* A process that is the first of its name space cannot kill itself: it then fails or goes on. */
    if (i % 4 == 2) return kato_agent_run_outcome(run) != KATO_RUN_RUNNING;
    return kato_agent_run_outcome(run) == ok[i % 4];
}

static int run_one(kato_store *store, const char *chat, int i) {
    kato_agent_options options = kind_of_run(i);
    kato_agent_run *run = NULL;
    int right = kato_agent_run_start(store, chat, KATO_NTS, &options, &run, NULL) == KATO_OK &&
                kato_agent_run_wait(run, PATIENCE_MS, NULL, NULL) == KATO_OK && is_right(i, run);
    kato_agent_run_free(run);
    return right;
}

static void many_in_a_row_leave_nothing(void) {
    kato_store *store = open_store();
    const char *chat = new_chat(store, "a chat");
    const int count = getenv("KATO_TEST_LONG") != NULL ? LONG_ROW : SHORT_ROW;
    ledger before;
    int i;
    CHECK(run_one(store, chat, 0)); /* what is made once */
    before = take_stock();
    for (i = 0; i < count; ++i) CHECK(run_one(store, chat, i));
    nothing_is_left(before);
    kato_store_close(store);
}

typedef struct job {
    kato_store *store;
    const char *chat;
    int wrong;
    size_t most_memory; /* that a run says it used */
} job;

static size_t memory_of(const kato_agent_run *run) {
    static const char name[] = "\"memory_bytes\":";
    const char *found = strstr(kato_agent_run_report(run, NULL), name);
    return found == NULL ? HOST_BYTES : (size_t)strtoul(found + sizeof name - 1, NULL, 10);
}

static void *work(void *argument) {
    job *mine = argument;
    kato_agent_run *runs[EACH];
    int i;
    for (i = 0; i < EACH; ++i) {
        kato_agent_options options = kind_of_run(i);
        if (kato_agent_run_start(mine->store, mine->chat, KATO_NTS, &options, &runs[i], NULL) !=
            KATO_OK) {
            ++mine->wrong;
            runs[i] = NULL;
        }
    }
    for (i = EACH - 1; i >= 0; --i) {
        if (runs[i] == NULL) continue;
        if (kato_agent_run_wait(runs[i], PATIENCE_MS, NULL, NULL) != KATO_OK ||
            !is_right(i, runs[i]))
            ++mine->wrong;
        if (memory_of(runs[i]) > mine->most_memory) mine->most_memory = memory_of(runs[i]);
        kato_agent_run_free(runs[i]);
    }
    return NULL;
}

static void many_at_once(void) {
    kato_store *store = open_store();
    job jobs[THREADS];
    pthread_t threads[THREADS];
    kato_buffer *check = NULL;
    ledger before;
    int i;
    for (i = 0; i < THREADS; ++i) {
        jobs[i].store = store;
        jobs[i].chat = new_chat(store, "a chat");
        jobs[i].wrong = 0;
        jobs[i].most_memory = 0;
    }
    CHECK(run_one(store, jobs[0].chat, 0));
    before = take_stock();
    for (i = 0; i < THREADS; ++i) CHECK_INT(0, pthread_create(&threads[i], NULL, work, &jobs[i]));
    for (i = 0; i < THREADS; ++i) CHECK_INT(0, pthread_join(threads[i], NULL));
    for (i = 0; i < THREADS; ++i) {
        CHECK_INT(0, jobs[i].wrong);
        CHECK(jobs[i].most_memory < HOST_BYTES / 8); /* a shell's, not the host's */
    }
    nothing_is_left(before);
    CHECK_OK(kato_audit_verify(store, &check, ERR));
    kato_buffer_free(check);
    kato_store_close(store);
}

static void many_at_once_from_many_threads_leave_nothing(void) { many_at_once(); }

/* A child shares it until it executes: that costs nothing, and counts for no limit of its own. */
static void a_large_host_changes_nothing(void) {
#ifndef UNDER_TSAN /* which needs some times as much for itself */
    char *memory = malloc(HOST_BYTES);
    size_t at;
    CHECK(memory != NULL);
    for (at = 0; at < HOST_BYTES; at += PAGE_BYTES) memory[at] = 1;
    many_at_once();
    CHECK_INT(1, memory[HOST_BYTES - PAGE_BYTES]);
    free(memory);
#endif
}

int main(int argc, char **argv) {
    static const check_case cases[] = {CASE(many_in_a_row_leave_nothing),
                                       CASE(many_at_once_from_many_threads_leave_nothing),
                                       CASE(a_large_host_changes_nothing), CASES_END};
    return check_main(argc, argv, cases);
}
