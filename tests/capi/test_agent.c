/* Agents through the C API: a run, its messages, its report, its end, and what is refused. */
#include "fixture.h"

#include <kato/agent.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PATIENCE_MS 60000u

static kato_agent_options shell(const char *const *command) {
    kato_agent_options options = KATO_AGENT_OPTIONS_INIT;
    options.command = command;
    options.command_count = 3;
    return options;
}

/* Runs to the end; kato_agent_run_free() it. */
static kato_agent_run *finished(kato_store *store, const char *chat,
                                const kato_agent_options *options) {
    kato_agent_run *run = NULL;
    CHECK_OK(kato_agent_run_start(store, chat, KATO_NTS, options, &run, ERR));
    CHECK_OK(kato_agent_run_wait(run, PATIENCE_MS, NULL, ERR));
    CHECK_INT(1, kato_agent_run_poll(run));
    return run;
}

static void a_run_gets_its_chat_and_gives_its_output(void) {
    static const char *const command[] = {
        "sh", "-c",
        "while IFS= read -r line; do printf '%s\\n' \"$line\"; done <&3 >&4; read line; echo "
        "\"$line\"; echo '{\"type\":\"result\",\"n\":1}'; echo oh >&2"};
    kato_store *store = open_store();
    const char *chat = import_sample(store, KILN);
    kato_agent_options options = shell(command);
    kato_agent_run *run;
    kato_buffer *report = NULL;
    const char *json = NULL;
    size_t len = 0;
    char path[512];
    char *output;
    options.instructions = "be brief";
    options.instructions_len = KATO_NTS;
    options.params = "{ \"a\" : [1, 2] }";
    options.params_len = KATO_NTS;
    options.output_name = "all.jsonl";
    options.output_name_len = KATO_NTS;
    run = finished(store, chat, &options);
    CHECK_INT(KATO_RUN_OK, kato_agent_run_outcome(run));
    CHECK_HAS(kato_agent_run_report(run, &len), "\"outcome\":\"ok\"");
    CHECK_HAS(kato_agent_run_report(run, NULL), "\"diagnostics\":\"oh\\n\"");
    CHECK_OK(kato_agent_run_message(run, &json, &len, ERR));
    CHECK_HAS(json, "be brief");
    CHECK_HAS(json, "{\\\"a\\\":[1,2]}");
    CHECK_OK(kato_agent_run_message(run, &json, &len, ERR));
    CHECK_TEXT("{\"type\":\"result\",\"body\":{\"type\":\"result\",\"n\":1}}", json);
    CHECK_STATUS(KATO_DONE, kato_agent_run_message(run, &json, &len, ERR));
    sprintf(path, "ws/out/%s/all.jsonl", chat);
    output = read_file(check_path(path), &len);
    CHECK_HAS(output, "{\"kato\":1");
    CHECK_HAS(output, "overshoot");
    free(output);
    CHECK_OK(kato_agent_run_get(store, kato_agent_run_id(run, NULL), 13, &report, ERR));
    CHECK_HAS((const char *)kato_buffer_data(report, NULL), "\"said\":[{\"type\":\"text\"");
    kato_buffer_free(report);
    kato_agent_run_free(run);
    kato_store_close(store);
}

static void a_filter_reads_the_chat_and_writes_the_output(void) {
    static const char *const command[] = {"sh", "-c", "read line; echo \"$line\""};
    kato_store *store = open_store();
    const char *chat = import_sample(store, KILN);
    kato_agent_options options = shell(command);
    kato_agent_run *run;
    options.flags = KATO_AGENT_FILTER;
    run = finished(store, chat, &options);
    CHECK_INT(KATO_RUN_OK, kato_agent_run_outcome(run));
    kato_agent_run_free(run);
    kato_store_close(store);
}

static void limits_and_the_caller_end_a_run(void) {
    static const char *const forever[] = {"sh", "-c", "while :; do :; done"};
    static const char *const fails[] = {"sh", "-c", "exit 7"};
    kato_store *store = open_store();
    const char *chat = new_chat(store, "a chat");
    kato_agent_options options = shell(forever);
    kato_agent_run *run = NULL;
    kato_cancel *cancel = NULL;
    options.wall_ms = 100;
    run = finished(store, chat, &options);
    CHECK_INT(KATO_RUN_TIMEOUT, kato_agent_run_outcome(run));
    kato_agent_run_free(run);

    options.wall_ms = 0;
    CHECK_OK(kato_agent_run_start(store, chat, KATO_NTS, &options, &run, ERR));
    CHECK_STATUS(KATO_E_BUSY, kato_agent_run_wait(run, 1, NULL, ERR));
    CHECK_INT(0, kato_agent_run_poll(run));
    CHECK_INT(KATO_RUN_RUNNING, kato_agent_run_outcome(run));
    CHECK_TEXT("", kato_agent_run_report(run, NULL));
    CHECK_OK(kato_cancel_new(&cancel, ERR));
    kato_cancel_request(cancel);
    CHECK_OK(kato_agent_run_wait(run, PATIENCE_MS, cancel, ERR));
    CHECK_INT(KATO_RUN_CANCELLED, kato_agent_run_outcome(run));
    kato_cancel_free(cancel);
    kato_agent_run_free(run);

    CHECK_OK(kato_agent_run_start(store, chat, KATO_NTS, &options, &run, ERR));
    kato_store_close(store); /* in any order */
    kato_agent_run_free(run);

    store = open_store();
    options = shell(fails);
    run = finished(store, chat, &options);
    CHECK_INT(KATO_RUN_FAILED, kato_agent_run_outcome(run));
    CHECK_HAS(kato_agent_run_report(run, NULL), "\"code\":7");
    kato_agent_run_free(run);
    kato_store_close(store);
}

static void the_largest_limits_are_as_good_as_none(void) {
    static const char *const command[] = {"sh", "-c",
                                          "i=0; while [ $i -lt 1000 ]; do i=$((i+1)); done"};
    kato_store *store = open_store();
    const char *chat = new_chat(store, "a chat");
    kato_agent_options options = shell(command);
    kato_agent_run *run;
    options.wall_ms = UINT64_MAX;
    options.cpu_seconds = UINT32_MAX;
    options.memory_bytes = UINT64_MAX;
    options.output_bytes = UINT64_MAX;
    options.message_bytes = UINT64_MAX;
    options.processes = UINT32_MAX;
    options.open_files = UINT32_MAX;
    run = finished(store, chat, &options);
    CHECK_HAS(kato_agent_run_report(run, NULL), "\"outcome\":\"ok\"");
    kato_agent_run_free(run);
    kato_store_close(store);
}

static void what_is_wrong_with_a_request_is_said(void) {
    static const char *const command[] = {"sh", "-c", "exit 0"};
    static const char *const missing[] = {"no-such-program-anywhere", "-c", "exit 0"};
    kato_store *store = open_store();
    const char *chat = new_chat(store, "a chat");
    kato_agent_options options = shell(command);
    kato_agent_run *run = NULL;
    CHECK_STATUS(KATO_E_NOT_FOUND,
                 kato_agent_run_start(store, "00000000", KATO_NTS, &options, &run, ERR));
    CHECK(run == NULL);
    options.output_name = "../escape";
    options.output_name_len = KATO_NTS;
    CHECK_STATUS(KATO_E_INVALID, kato_agent_run_start(store, chat, KATO_NTS, &options, &run, ERR));
    options = shell(command);
    options.params = "[1]";
    options.params_len = KATO_NTS;
    CHECK_STATUS(KATO_E_INVALID, kato_agent_run_start(store, chat, KATO_NTS, &options, &run, ERR));
    options = shell(command);
    options.isolation = 9;
    CHECK_STATUS(KATO_E_INVALID, kato_agent_run_start(store, chat, KATO_NTS, &options, &run, ERR));
    options = shell(command);
    options.flags = 1u << 30;
    CHECK_STATUS(KATO_E_MISUSE, kato_agent_run_start(store, chat, KATO_NTS, &options, &run, ERR));
    options = shell(missing);
    CHECK_STATUS(KATO_E_NOT_FOUND,
                 kato_agent_run_start(store, chat, KATO_NTS, &options, &run, ERR));
    options.command_count = 0;
    CHECK_STATUS(KATO_E_MISUSE, kato_agent_run_start(store, chat, KATO_NTS, &options, &run, ERR));
    CHECK_STATUS(KATO_E_MISUSE, kato_agent_run_start(store, chat, KATO_NTS, NULL, &run, ERR));
    kato_store_close(store);
}

static void runs_are_listed_and_the_log_is_whole(void) {
    static const char *const command[] = {"sh", "-c", "exit 0"};
    kato_store *store = open_store();
    const char *chat = new_chat(store, "a chat");
    const char *other = new_chat(store, "another");
    kato_agent_options options = shell(command);
    kato_agent_run *first = finished(store, chat, &options);
    kato_agent_run *second = finished(store, other, &options);
    kato_agent_run_cursor *runs = NULL;
    kato_buffer *check = NULL;
    const char *json = NULL;
    size_t len = 0;
    tally all = {0};
    tally one = {0};
    CHECK_OK(kato_agent_run_list(store, NULL, 0, 0, &runs, ERR));
    CHECK_OK(kato_agent_run_cursor_next(runs, &json, &len, ERR));
    CHECK_HAS(json, kato_agent_run_id(second, NULL));
    CHECK_OK(kato_agent_run_cursor_next(runs, &json, &len, ERR));
    CHECK_HAS(json, kato_agent_run_id(first, NULL));
    CHECK_STATUS(KATO_DONE, kato_agent_run_cursor_next(runs, &json, &len, ERR));
    kato_agent_run_cursor_free(runs);
    CHECK_OK(kato_agent_run_list(store, chat, KATO_NTS, 0, &runs, ERR));
    CHECK_OK(kato_agent_run_cursor_next(runs, &json, &len, ERR));
    CHECK_HAS(json, kato_agent_run_id(first, NULL));
    CHECK_STATUS(KATO_DONE, kato_agent_run_cursor_next(runs, &json, &len, ERR));
    kato_agent_run_cursor_free(runs);

    CHECK_OK(kato_audit_read(store, NULL, 0, take_bytes, &all, count_destroy, ERR));
    CHECK_HAS(all.data, kato_agent_run_id(first, NULL));
    CHECK_HAS(all.data, kato_agent_run_id(second, NULL));
    CHECK_OK(kato_audit_read(store, kato_agent_run_id(first, NULL), KATO_NTS, take_bytes, &one,
                             count_destroy, ERR));
    CHECK(strstr(one.data, kato_agent_run_id(second, NULL)) == NULL);
    CHECK_INT(1, one.destroyed);
    tally_end(&all);
    tally_end(&one);
    CHECK_OK(kato_audit_verify(store, &check, ERR));
    CHECK_HAS((const char *)kato_buffer_data(check, NULL), "\"ok\":true,\"records\":4");
    kato_buffer_free(check);
    kato_agent_run_free(first);
    kato_agent_run_free(second);
    kato_store_close(store);
}

static void a_log_that_was_changed_is_found(void) {
    static const char *const command[] = {"sh", "-c", "exit 0"};
    kato_store *store = open_store();
    const char *chat = new_chat(store, "a chat");
    kato_agent_options options = shell(command);
    kato_buffer *check = NULL;
    char command_line[1024];
    kato_agent_run_free(finished(store, chat, &options));
    sprintf(command_line, "rm %s/2*.jsonl", check_path("ws/audit"));
    CHECK(system(command_line) == 0);
    CHECK_STATUS(KATO_PARTIAL, kato_audit_verify(store, &check, ERR));
    CHECK_HAS((const char *)kato_buffer_data(check, NULL), "the end is missing");
    kato_buffer_free(check);
    kato_store_close(store);
}

static void nothing_crashes_without_a_run(void) {
    kato_buffer *host = NULL;
    CHECK_OK(kato_agent_host(&host, ERR));
    CHECK_HAS((const char *)kato_buffer_data(host, NULL), "{\"type\":\"host\"");
    kato_buffer_free(host);
    CHECK_STATUS(KATO_E_MISUSE, kato_agent_run_wait(NULL, 0, NULL, ERR));
    CHECK_INT(0, kato_agent_run_poll(NULL));
    CHECK_INT(-1, kato_agent_run_fd(NULL));
    CHECK_INT(KATO_RUN_RUNNING, kato_agent_run_outcome(NULL));
    CHECK_TEXT("", kato_agent_run_id(NULL, NULL));
    CHECK_TEXT("", kato_agent_run_report(NULL, NULL));
    kato_agent_run_cancel(NULL);
    kato_agent_run_free(NULL);
    kato_agent_run_cursor_free(NULL);
}

int main(int argc, char **argv) {
    static const check_case cases[] = {CASE(a_run_gets_its_chat_and_gives_its_output),
                                       CASE(a_filter_reads_the_chat_and_writes_the_output),
                                       CASE(limits_and_the_caller_end_a_run),
                                       CASE(the_largest_limits_are_as_good_as_none),
                                       CASE(what_is_wrong_with_a_request_is_said),
                                       CASE(runs_are_listed_and_the_log_is_whole),
                                       CASE(a_log_that_was_changed_is_found),
                                       CASE(nothing_crashes_without_a_run),
                                       CASES_END};
    return check_main(argc, argv, cases);
}
