/* stats - counts what a chat holds: messages, words, tools, tokens, times. An agent by the full
 * protocol, in C: instructions on 0, messages on 1, the chat on 3, the output on 4. */
#define _POSIX_C_SOURCE 200809L
#include "json.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { k_chat = 3, k_output = 4, k_max_names = 200, k_name_bytes = 64, k_text_bytes = 200 };

/* Something that is counted by name; the last of a full table is for all others. */
struct named {
    char name[k_name_bytes];
    unsigned long long count, input, output, cache_read, cache_write, reasoning;
};

struct table {
    struct named rows[k_max_names];
    size_t count;
};

struct statistics {
    char title[k_text_bytes], id[k_text_bytes], provider[k_text_bytes], project[k_text_bytes];
    char first[k_text_bytes], last[k_text_bytes];
    struct table kinds, tools, models;
    unsigned long long user_words, assistant_words, thinking_words, failures, attachments;
};

static struct named *row_of(struct table *table, const char *name) {
    size_t i;
    for (i = 0; i < table->count; ++i)
        if (strcmp(table->rows[i].name, name) == 0) return &table->rows[i];
    if (table->count == k_max_names) return &table->rows[k_max_names - 1];
    if (++table->count == k_max_names) name = "(others)";
    (void)snprintf(table->rows[i].name, sizeof table->rows[i].name, "%s", name);
    return &table->rows[i];
}

/* Name `member` of the line, cut to what a row has room for; "-" when there is none. */
static struct named *row_of_member(struct table *table, struct json line, const char *member) {
    char name[k_name_bytes];
    if (json_text(json_member(line, member), name, sizeof name) == 0) (void)strcpy(name, "-");
    return row_of(table, name);
}

static void read_chat(struct statistics *all, struct json line) {
    const struct json title = json_member(json_member(line, "user"), "title");
    (void)json_text(title.begin != NULL ? title : json_member(line, "title"), all->title,
                    sizeof all->title);
    (void)json_text(json_member(line, "id"), all->id, sizeof all->id);
    (void)json_text(json_member(line, "provider"), all->provider, sizeof all->provider);
    (void)json_text(json_member(line, "project"), all->project, sizeof all->project);
}

static void read_usage(struct statistics *all, struct json line) {
    struct named *model = row_of_member(&all->models, line, "model");
    ++model->count;
    model->input += json_number(json_member(line, "input"));
    model->output += json_number(json_member(line, "output"));
    model->cache_read += json_number(json_member(line, "cache_read"));
    model->cache_write += json_number(json_member(line, "cache_write"));
    model->reasoning += json_number(json_member(line, "reasoning"));
}

static void read_event(struct statistics *all, struct json line) {
    char text[k_text_bytes];
    const struct named *kind;
    unsigned long long words;
    if (json_is(json_member(line, "shown"), "false")) return; /* an older revision */
    kind = row_of_member(&all->kinds, line, "kind");
    ++row_of(&all->kinds, kind->name)->count;
    words = json_words(json_member(line, "text"));
    if (strcmp(kind->name, "user.message") == 0) all->user_words += words;
    if (strcmp(kind->name, "assistant.message") == 0) all->assistant_words += words;
    if (strcmp(kind->name, "assistant.thinking") == 0) all->thinking_words += words;
    if (strcmp(kind->name, "assistant.tool.call") == 0)
        ++row_of_member(&all->tools, line, "name")->count;
    if (strcmp(kind->name, "assistant.tool.result") == 0 &&
        json_is(json_member(line, "outcome"), "\"failure\""))
        ++all->failures;
    all->attachments += json_elements(json_member(line, "attachments"));
    /* Times of one form and zone are in the order of their characters. */
    if (json_text(json_member(line, "time"), text, sizeof text) == 0) return;
    if (all->first[0] == '\0' || strcmp(text, all->first) < 0) (void)strcpy(all->first, text);
    if (strcmp(text, all->last) > 0) (void)strcpy(all->last, text);
}

static int read_lines(struct statistics *all, FILE *chat) {
    char *buffer = NULL;
    size_t room = 0;
    ssize_t length;
    while ((length = getline(&buffer, &room, chat)) > 0) {
        const struct json line = {buffer, buffer + length};
        const struct json type = json_member(line, "type");
        if (json_is(type, "\"chat\"")) read_chat(all, line);
        if (json_is(type, "\"usage\"")) read_usage(all, line);
        if (json_is(type, "\"event\"")) read_event(all, line);
    }
    free(buffer);
    return ferror(chat) ? -1 : 0;
}

static int by_count(const void *left, const void *right) {
    const struct named *a = left, *b = right;
    if (a->count != b->count) return a->count < b->count ? 1 : -1;
    return strcmp(a->name, b->name);
}

static void write_table(FILE *out, const char *title, struct table *table) {
    size_t i;
    if (table->count == 0) return;
    qsort(table->rows, table->count, sizeof *table->rows, by_count);
    (void)fprintf(out, "\n%s\n", title);
    for (i = 0; i < table->count; ++i) {
        const struct named *row = &table->rows[i];
        (void)fprintf(out, "  %-26s %9llu\n", row->name, row->count);
    }
}

static void write_statistics(FILE *out, struct statistics *all) {
    size_t i;
    (void)fprintf(out, "%s\n%s  %s  %s\n", all->title, all->id, all->provider, all->project);
    if (all->first[0] != '\0') (void)fprintf(out, "%s to %s\n", all->first, all->last);
    (void)fprintf(out, "\nWords\n  %-26s %9llu\n  %-26s %9llu\n  %-26s %9llu\n", "user",
                  all->user_words, "assistant", all->assistant_words, "thinking",
                  all->thinking_words);
    write_table(out, "Events", &all->kinds);
    write_table(out, "Tools", &all->tools);
    if (all->failures != 0) (void)fprintf(out, "  %-26s %9llu\n", "that failed", all->failures);
    if (all->attachments != 0) (void)fprintf(out, "\nAttachments %27llu\n", all->attachments);
    if (all->models.count == 0) return;
    (void)fprintf(out, "\nTokens %33s %11s %11s %11s %11s\n", "input", "output", "cache read",
                  "cache write", "reasoning");
    for (i = 0; i < all->models.count; ++i) {
        const struct named *row = &all->models.rows[i];
        (void)fprintf(out, "  %-26s %11llu %11llu %11llu %11llu %11llu\n", row->name, row->input,
                      row->output, row->cache_read, row->cache_write, row->reasoning);
    }
}

/* The same for programs. */
static void say_result(const struct statistics *all) {
    unsigned long long events = 0, calls = 0, input = 0, output = 0;
    size_t i;
    for (i = 0; i < all->kinds.count; ++i) events += all->kinds.rows[i].count;
    for (i = 0; i < all->tools.count; ++i) calls += all->tools.rows[i].count;
    for (i = 0; i < all->models.count; ++i) input += all->models.rows[i].input;
    for (i = 0; i < all->models.count; ++i) output += all->models.rows[i].output;
    (void)printf("{\"type\":\"result\",\"events\":%llu,\"tool_calls\":%llu,\"user_words\":%llu,"
                 "\"assistant_words\":%llu,\"input_tokens\":%llu,\"output_tokens\":%llu}\n",
                 events, calls, all->user_words, all->assistant_words, input, output);
}

int main(void) {
    static struct statistics all;
    char instructions[256] = "";
    FILE *chat, *out;
    if (fgets(instructions, sizeof instructions, stdin) == NULL ||
        strncmp(instructions, "{\"kato_agent\":1,", 16) != 0) {
        (void)fprintf(stderr, "not called by kato: kato agent run CHAT -- stats\n");
        return 2;
    }
    chat = fdopen(k_chat, "r");
    out = fdopen(k_output, "w");
    if (chat == NULL || out == NULL || read_lines(&all, chat) != 0) {
        perror("stats");
        return 1;
    }
    say_result(&all);
    write_statistics(out, &all);
    if (fclose(out) != 0 || fflush(stdout) != 0) {
        perror("stats: cannot write");
        return 1;
    }
    return 0;
}
