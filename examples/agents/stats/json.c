/* json - the scanner: values are skipped by counting brackets outside of strings. */
#include "json.h"

#include <string.h>

static const struct json k_nothing = {NULL, NULL};

static int is_space(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

static const char *skip_space(const char *at, const char *end) {
    while (at < end && is_space(*at)) ++at;
    return at;
}

/* Behind the string that begins at `at`; NULL when it has no end. */
static const char *skip_string(const char *at, const char *end) {
    for (++at; at < end; ++at) {
        if (*at == '"') return at + 1;
        if (*at == '\\') ++at;
    }
    return NULL;
}

/* Behind the value that begins at `at`; NULL when it has no end. */
static const char *skip_value(const char *at, const char *end) {
    size_t depth = 0;
    while (at < end) {
        if (*at == '"') {
            at = skip_string(at, end);
            if (at == NULL) return NULL;
            if (depth == 0) return at;
            continue;
        }
        if (*at == '{' || *at == '[') ++depth;
        if (*at == '}' || *at == ']') {
            if (depth == 0) return at; /* a number's end is the object's */
            if (--depth == 0) return at + 1;
        }
        if (depth == 0 && (*at == ',' || is_space(*at))) return at;
        ++at;
    }
    return depth == 0 ? at : NULL;
}

struct json json_member(struct json object, const char *name) {
    const size_t length = strlen(name);
    const char *at = object.begin, *key;
    struct json value;
    if (at == NULL || at == object.end || *at != '{') return k_nothing;
    for (;;) {
        at = skip_space(at + 1, object.end);
        if (at >= object.end || *at != '"') return k_nothing;
        key = at + 1;
        at = skip_string(at, object.end);
        if (at == NULL) return k_nothing;
        value.end = at - 1;
        at = skip_space(at, object.end);
        if (at >= object.end || *at != ':') return k_nothing;
        at = skip_space(at + 1, object.end);
        if ((size_t)(value.end - key) == length && memcmp(key, name, length) == 0) {
            value.begin = at;
            value.end = skip_value(at, object.end);
            return value.end == NULL ? k_nothing : value;
        }
        at = skip_value(at, object.end);
        if (at == NULL) return k_nothing;
        at = skip_space(at, object.end);
        if (at >= object.end || *at != ',') return k_nothing;
    }
}

unsigned long long json_elements(struct json list) {
    unsigned long long count = 0;
    const char *at = list.begin;
    if (at == NULL || at == list.end || *at != '[') return 0;
    for (;;) {
        at = skip_space(at + 1, list.end);
        if (at >= list.end || *at == ']') return count;
        at = skip_value(at, list.end);
        if (at == NULL) return count;
        ++count;
        at = skip_space(at, list.end);
        if (at >= list.end || *at != ',') return count;
    }
}

int json_is(struct json value, const char *written) {
    const size_t length = strlen(written);
    return value.begin != NULL && (size_t)(value.end - value.begin) == length &&
           memcmp(value.begin, written, length) == 0;
}

unsigned long long json_number(struct json value) {
    unsigned long long number = 0;
    const char *at;
    for (at = value.begin; at != NULL && at < value.end && *at >= '0' && *at <= '9'; ++at)
        number = number * 10 + (unsigned long long)(*at - '0');
    return number;
}

/* The byte at `*at`, which is moved behind it; of an escape what it stands for, a space, or ?. */
static char next_byte(const char **at, const char *end) {
    const char first = *(*at)++;
    char escaped;
    if (first != '\\' || *at >= end) return first;
    escaped = *(*at)++;
    if (escaped == '"' || escaped == '\\' || escaped == '/') return escaped;
    if (escaped != 'u') return ' ';
    *at = end - *at < 4 ? end : *at + 4;
    return '?';
}

size_t json_text(struct json value, char *to, size_t room) {
    const char *at = value.begin, *end = value.end;
    size_t length = 0;
    to[0] = '\0';
    if (at == NULL || at == end || *at != '"') return 0;
    for (++at, --end; at < end && length + 1 < room;) to[length++] = next_byte(&at, end);
    /* A character that did not fit as a whole goes. */
    if (at < end)
        while (length > 0 && ((unsigned char)*at & 0xC0U) == 0x80U) at = to + --length;
    to[length] = '\0';
    return length;
}

unsigned long long json_words(struct json value) {
    unsigned long long words = 0;
    const char *at = value.begin, *end = value.end;
    int inside = 0;
    if (at == NULL || at == end || *at != '"') return 0;
    for (++at, --end; at < end;) {
        const int space = is_space(next_byte(&at, end));
        if (!space && !inside) ++words;
        inside = !space;
    }
    return words;
}
