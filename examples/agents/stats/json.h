/* json - finds members in a line of JSON, without copying it; just what stats needs. Damaged lines
 * give nothing, never a wrong read. */
#pragma once

#include <stddef.h>

/* A value within a line; begin is NULL when there is none. */
struct json {
    const char *begin, *end;
};

/* The first member of that name, which is written without escapes. */
struct json json_member(struct json object, const char *name);
/* How many elements a list has. */
unsigned long long json_elements(struct json list);
/* Whether the value is written like this: "false", "\"chat\"". */
int json_is(struct json value, const char *written);
unsigned long long json_number(struct json value);
/* Copies a text, as much of it as fits, and gives its length. Control characters become
 * spaces or question marks. */
size_t json_text(struct json value, char *to, size_t room);
/* How many words a text has: what white space parts. */
unsigned long long json_words(struct json value);
