/* The harness: see check.h. */
#include "check.h"

#include <ftw.h>
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* What lives until the case ends: a link before the bytes. */
struct kept {
    struct kept *next;
};

static struct {
    jmp_buf end; /* of the case */
    int failed;
    int skipped;
    char *dir;
    struct kept *kept;
    kato_error *error;
} state;

/* What an uninitialised slot may hold: convention 1 says that it need not be initialised. */
static char not_an_error;

static void release_error(void) {
    if (state.error != (kato_error *)(void *)&not_an_error) kato_error_free(state.error);
    state.error = NULL;
}

static void end_case(void) { longjmp(state.end, 1); }

static void fail(const char *file, int line) {
    printf("  %s:%d: ", file, line);
    state.failed = 1;
}

static void *must(void *memory) {
    if (memory == NULL) {
        fputs("the test has no memory\n", stderr);
        exit(99);
    }
    return memory;
}

void check_that(int ok, const char *what, const char *file, int line) {
    if (ok) return;
    fail(file, line);
    printf("not so: %s\n", what);
    end_case();
}

void check_int(long wanted, long got, const char *what, const char *file, int line) {
    if (wanted == got) return;
    fail(file, line);
    printf("%s is %ld, not %ld\n", what, got, wanted);
    end_case();
}

void check_text(const char *wanted, const char *got, const char *what, const char *file, int line) {
    if (got != NULL && strcmp(wanted, got) == 0) return;
    fail(file, line);
    printf("%s is \"%s\", not \"%s\"\n", what, got != NULL ? got : "(NULL)", wanted);
    end_case();
}

void check_has(const char *text, const char *part, int wanted, const char *what, const char *file,
               int line) {
    if (text != NULL && (strstr(text, part) != NULL) == (wanted != 0)) return;
    fail(file, line);
    printf("%s %s \"%s\":\n%.2000s\n", what, wanted ? "lacks" : "has", part,
           text != NULL ? text : "(NULL)");
    end_case();
}

kato_error **check_error_slot(void) {
    release_error();
    state.error = (kato_error *)(void *)&not_an_error;
    return &state.error;
}

void check_status(kato_status wanted, kato_status got, const char *what, const char *file,
                  int line) {
    if (state.error == (kato_error *)(void *)&not_an_error) {
        state.error = NULL;
        fail(file, line);
        printf("%s did not set the error\n", what);
        end_case();
    }
    if (wanted != got) {
        fail(file, line);
        printf("%s gave %s (%ld), not %s: %s\n", what, kato_status_name(got), (long)got,
               kato_status_name(wanted), kato_error_message(state.error, NULL));
        end_case();
    }
    if ((got < 0) != (state.error != NULL)) {
        fail(file, line);
        printf("%s gave %s and %s error\n", what, kato_status_name(got),
               state.error != NULL ? "an" : "no");
        end_case();
    }
    check_int(got < 0 ? got : KATO_OK, kato_error_status(state.error), what, file, line);
}

const char *check_message(void) { return kato_error_message(state.error, NULL); }
const char *check_detail(void) { return kato_error_detail(state.error, NULL); }

void check_skip(const char *reason) {
    printf("  skipped: %s\n", reason);
    state.skipped = 1;
    end_case();
}

static char *keep(size_t size) {
    struct kept *one = must(malloc(sizeof *one + size));
    one->next = state.kept;
    state.kept = one;
    return (char *)(one + 1);
}

const char *check_keep(const char *text) { return strcpy(keep(strlen(text) + 1), text); }

static const char *keep_path(const char *folder, const char *name) {
    char *path = keep(strlen(folder) + strlen(name) + 2);
    sprintf(path, "%s/%s", folder, name);
    return path;
}

const char *check_dir(void) { return state.dir; }
const char *check_path(const char *name) { return keep_path(state.dir, name); }

const char *check_source_path(const char *name) {
    const char *root = getenv("KATO_SOURCE_ROOT");
    if (root == NULL) check_skip("KATO_SOURCE_ROOT is not set");
    return keep_path(root, name);
}

int check_long(void) {
    const char *value = getenv("KATO_TEST_LONG");
    return value != NULL && strcmp(value, "1") == 0;
}

static void begin_dir(void) {
    const char *parent = getenv("TMPDIR");
    char *dir;
    if (parent == NULL || *parent == '\0') parent = "/tmp";
    dir = must(malloc(strlen(parent) + sizeof "/kato-test-XXXXXX"));
    sprintf(dir, "%s/kato-test-XXXXXX", parent);
    if (mkdtemp(dir) == NULL) {
        perror(dir);
        exit(99);
    }
    state.dir = dir;
}

static int remove_entry(const char *path, const struct stat *info, int kind, struct FTW *place) {
    (void)info;
    (void)kind;
    (void)place;
    (void)remove(path); /* what remains is seen when the folder itself cannot be removed */
    return 0;
}

static int make_removable(const char *path, const struct stat *info, int kind, struct FTW *place) {
    (void)info;
    (void)place;
    if (kind == FTW_D || kind == FTW_DNR) (void)chmod(path, 0700);
    return 0;
}

static void end_dir(void) {
    (void)nftw(state.dir, make_removable, 16, FTW_PHYS);
    (void)nftw(state.dir, remove_entry, 16, FTW_DEPTH | FTW_PHYS);
    free(state.dir);
    state.dir = NULL;
    while (state.kept != NULL) {
        struct kept *next = state.kept->next;
        free(state.kept);
        state.kept = next;
    }
}

static void run_case(const check_case *one) {
    state.failed = 0;
    state.skipped = 0;
    begin_dir();
    if (setjmp(state.end) == 0) one->run();
    release_error();
    end_dir();
    printf("%s %s\n", state.failed ? "FAILED " : state.skipped ? "skipped" : "ok     ", one->name);
    fflush(stdout);
}

int check_main(int argc, char **argv, const check_case *cases) {
    int run = 0;
    int failed = 0;
    int skipped = 0;
    for (; cases->name != NULL; ++cases) {
        if (argc > 1 && strstr(cases->name, argv[1]) == NULL) continue;
        run_case(cases);
        ++run;
        failed += state.failed;
        skipped += state.skipped;
    }
    printf("%d cases, %d failed, %d skipped\n", run, failed, skipped);
    if (run == 0) return 99;
    if (failed != 0) return 1;
    return skipped == run ? 77 : 0;
}
