/* A small harness for tests in C: checks, cases by name, a temporary folder for each of them. */
#ifndef CHECK_H
#define CHECK_H

#include <kato/kato.h>

#include <stddef.h>

/* A failed check ends its case: what comes after it could not rely on it. */
#define CHECK(condition) check_that((condition) != 0, #condition, __FILE__, __LINE__)
#define CHECK_INT(wanted, got) check_int((long)(wanted), (long)(got), #got, __FILE__, __LINE__)
#define CHECK_TEXT(wanted, got) check_text((wanted), (got), #got, __FILE__, __LINE__)
#define CHECK_HAS(text, part) check_has((text), (part), 1, #text, __FILE__, __LINE__)
#define CHECK_HAS_NOT(text, part) check_has((text), (part), 0, #text, __FILE__, __LINE__)

/* For calls that take ERR as their last argument: checks the status, that there is an error object
 * exactly when the call failed, and that the object says the same. */
#define CHECK_STATUS(wanted, call) check_status((wanted), (call), #call, __FILE__, __LINE__)
#define CHECK_OK(call) CHECK_STATUS(KATO_OK, call)
/* Where such a call puts its error: one place for all, with something in it that is no error. */
#define ERR (check_error_slot())

/* The last failure that CHECK_STATUS saw; valid until the next ERR. */
const char *check_message(void);
const char *check_detail(void);

typedef struct check_case {
    const char *name;
    void (*run)(void);
} check_case;

#define CASE(function) \
    { #function, function }
#define CASES_END \
    { NULL, NULL }

/* Runs the cases, or those whose name holds argv[1]; 99 if there are none. */
int check_main(int argc, char **argv, const check_case *cases);

/* Says why the case cannot run here and ends it. */
void check_skip(const char *reason);

/* The case's own folder (0700), and a path in it. */
const char *check_dir(void);
const char *check_path(const char *name);
/* A file of the project. */
const char *check_source_path(const char *name);
/* A copy of a text; valid until the case ends. */
const char *check_keep(const char *text);

/* 1 with KATO_TEST_LONG=1. */
int check_long(void);

void check_that(int ok, const char *what, const char *file, int line);
void check_int(long wanted, long got, const char *what, const char *file, int line);
void check_text(const char *wanted, const char *got, const char *what, const char *file, int line);
void check_has(const char *text, const char *part, int wanted, const char *what, const char *file,
               int line);
void check_status(kato_status wanted, kato_status got, const char *what, const char *file,
                  int line);
kato_error **check_error_slot(void);

#endif
