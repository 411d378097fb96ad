/* Acts that an agent must not be able to do, each a function: what they share. Harmless on purpose. */
#pragma once

#include <stddef.h>

enum verdict {
    DENIED = 20,
    HIT = 10,    /* done, or the kernel's handler was reached */
    LACKING = 30 /* this kernel does not have it */
};

struct act {
    const char* id;
    enum verdict (*run)(void);
};

/* Ends with one whose id is NULL. */
extern const struct act file_acts[];
extern const struct act folder_acts[];
extern const struct act proc_acts[];
extern const struct act mount_acts[];
extern const struct act process_acts[];
extern const struct act execution_acts[];
extern const struct act network_acts[];
extern const struct act kernel_acts[];
extern const struct act leak_acts[];
extern const struct act resource_acts[];

/* What the test passes: "name=value". Empty and 0 when it does not. */
const char* text_of(const char* name);
long number_of(const char* name);

/* A path below the test's folder; valid until the eighth next call. */
const char* at(const char* relative);
/* The folder of the output file that was granted. */
const char* in_output(const char* name);

enum verdict hit_if(int condition);
/* Of a system call: refused, or its handler reached (an argument that it does not like is one). */
enum verdict reached(long result);
/* Opens and closes. */
enum verdict opens(const char* path, int flags);
enum verdict lists(const char* path);
long raw(long number, ...); /* syscall() with six arguments of any kind */
