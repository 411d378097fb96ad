/* Answers that hold for all runs of a program: kept, found again, forgotten, and bound to what was asked. */
#include "fixture.h"

#include <kato/agent.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define PATIENCE_MS 60000u

static const char *g_command[2];

/* An agent of two lines, and something for it to ask for. */
static void make_agent(const char *script) {
    char text[2048];
    write_file(check_path("notes"), "from the notes\n", 15);
    write_file(check_path("agent.sh"), script, strlen(script));
    sprintf(text, "name = \"agent\"\nprogram = \"agent.sh\"\n[permissions]\nread = [\"notes\"]\n");
    write_file(check_path("kato-agent.toml"), text, strlen(text));
    chmod(check_dir(), 0755);
    chmod(check_path("notes"), 0644);
    chmod(check_path("agent.sh"), 0755);
    g_command[0] = check_keep(check_path("agent.sh"));
    g_command[1] = NULL;
}

static kato_policy *asking(void) {
    kato_policy *policy = NULL;
    CHECK_OK(kato_policy_new(NULL, &policy, ERR));
    CHECK_OK(kato_policy_request(policy, check_path("kato-agent.toml"), KATO_NTS, ERR));
    return policy;
}

static long recalled(const kato_store *store, const char *const *command, size_t count) {
    kato_policy *policy = asking();
    uint64_t found = 99;
    CHECK_OK(kato_grant_recall(policy, store, command, count, &found, ERR));
    kato_policy_free(policy);
    return (long)found;
}

static kato_status remember(kato_policy *policy, kato_store *store, const char *name) {
    return kato_grant_remember(policy, store, g_command, 1, KATO_CAPABILITY_READ, check_path(name),
                               KATO_NTS, ERR);
}

static const char *listed(const kato_store *store) {
    tally out = {0};
    const char *kept;
    CHECK_OK(kato_grant_list(store, take_bytes, &out, count_destroy, ERR));
    CHECK_INT(1, out.destroyed);
    kept = check_keep(out.data != NULL ? out.data : "");
    tally_end(&out);
    return kept;
}

static void an_answer_holds_until_something_changes(void) {
    static const char wider[] =
        "name = \"agent\"\n[permissions]\nread = [\"notes\"]\nenv = [\"TZ\"]\n";
    const char *with_argument[2];
    kato_store *store = open_store();
    kato_policy *policy;
    struct stat info;
    make_agent("#!/bin/sh\nexit 0\n");
    CHECK_TEXT("", listed(store));
    CHECK_INT(0, recalled(store, g_command, 1));
    policy = asking();
    CHECK_OK(remember(policy, store, "notes"));
    /* It is allowed now, and waits for no answer any more. */
    CHECK_STATUS(KATO_E_INVALID, remember(policy, store, "notes"));
    kato_policy_free(policy);
    CHECK(stat(check_path("ws/grants.jsonl"), &info) == 0);
    CHECK_INT(0600, info.st_mode & 07777);
    CHECK_HAS(listed(store), "{\"type\":\"grant\",\"id\":\"");
    CHECK_HAS(listed(store), "\"capability\":\"read\"");
    CHECK_INT(1, recalled(store, g_command, 1));
    CHECK_INT(1, recalled(store, NULL, 0)); /* what the manifest names is the same */
    with_argument[0] = g_command[0];
    with_argument[1] = "-v";
    CHECK_INT(0, recalled(store, with_argument, 2));
    write_file(check_path("kato-agent.toml"), wider, strlen(wider));
    CHECK_INT(0, recalled(store, g_command, 1));
    make_agent("#!/bin/sh\nexit 1\n");
    CHECK_INT(0, recalled(store, g_command, 1));
    make_agent("#!/bin/sh\nexit 0\n");
    CHECK_INT(1, recalled(store, g_command, 1));
    /* The same name, and another file behind it. */
    CHECK(rename(check_path("notes"), check_path("kept")) == 0);
    CHECK(symlink("kept", check_path("notes")) == 0);
    CHECK_INT(0, recalled(store, g_command, 1));
    kato_store_close(store);
}

static void only_requests_can_be_answered(void) {
    kato_store *store = open_store();
    kato_policy *policy;
    make_agent("#!/bin/sh\nexit 0\n");
    write_file(check_path("other"), "x", 1);
    policy = asking();
    CHECK_STATUS(KATO_E_INVALID, remember(policy, store, "other"));
    CHECK_STATUS(KATO_E_MISUSE, kato_grant_remember(policy, store, g_command, 1, 7, "x", 1, ERR));
    CHECK_OK(kato_policy_deny(policy, KATO_CAPABILITY_READ, check_path("notes"), KATO_NTS,
                              KATO_ORIGIN_API, ERR));
    CHECK_STATUS(KATO_E_INVALID, remember(policy, store, "notes"));
    kato_policy_free(policy);
    CHECK_TEXT("", listed(store));
    CHECK_STATUS(KATO_E_MISUSE, kato_grant_recall(NULL, store, g_command, 1, NULL, ERR));
    CHECK_STATUS(KATO_E_MISUSE, kato_grant_list(NULL, take_bytes, NULL, NULL, ERR));
    CHECK_STATUS(KATO_E_MISUSE, kato_grant_list(store, NULL, NULL, NULL, ERR));
    CHECK_STATUS(KATO_E_MISUSE, kato_grant_forget(NULL, "abcd", KATO_NTS, ERR));
    kato_store_close(store);
}

static void an_answer_can_be_forgotten(void) {
    kato_store *store = open_store();
    kato_policy *policy;
    char id[17];
    make_agent("#!/bin/sh\nexit 0\n");
    CHECK_STATUS(KATO_E_NOT_FOUND, kato_grant_forget(store, "abcd", KATO_NTS, ERR));
    policy = asking();
    CHECK_OK(remember(policy, store, "notes"));
    kato_policy_free(policy);
    strncpy(id, strstr(listed(store), "\"id\":\"") + 6, 16);
    id[16] = '\0';
    CHECK_STATUS(KATO_E_NOT_FOUND, kato_grant_forget(store, id, 3, ERR));
    CHECK_STATUS(KATO_E_NOT_FOUND, kato_grant_forget(store, "zzzzzz", KATO_NTS, ERR));
    CHECK_INT(1, recalled(store, g_command, 1));
    CHECK_OK(kato_grant_forget(store, id, 6, ERR));
    CHECK_TEXT("", listed(store));
    CHECK_INT(0, recalled(store, g_command, 1));
    kato_store_close(store);
}

static void what_others_could_have_written_is_no_answer(void) {
    kato_store *store = open_store();
    kato_policy *policy;
    char *bytes;
    char *value;
    size_t len = 0;
    make_agent("#!/bin/sh\nexit 0\n");
    policy = asking();
    CHECK_OK(remember(policy, store, "notes"));
    kato_policy_free(policy);
    CHECK(chmod(check_path("ws/grants.jsonl"), 0666) == 0);
    policy = asking();
    CHECK_STATUS(KATO_E_DENIED, kato_grant_recall(policy, store, g_command, 1, NULL, ERR));
    CHECK(chmod(check_path("ws/grants.jsonl"), 0600) == 0);
    /* A line that was changed by hand does not verify. */
    bytes = read_file(check_path("ws/grants.jsonl"), &len);
    value = strstr(bytes, "\"granted_at\":\"2");
    CHECK(value != NULL);
    value[14] = '3';
    write_file(check_path("ws/grants.jsonl"), bytes, len);
    free(bytes);
    CHECK_TEXT("", listed(store));
    kato_policy_free(policy);
    CHECK_INT(0, recalled(store, g_command, 1));
    kato_store_close(store);
}

/* The bytes of /bin/sh, as an interpreter of the agent's own. */
static void make_interpreter(const char *more) {
    size_t size = 0;
    char *shell = read_file("/bin/sh", &size);
    char *bytes = malloc(size + 16);
    const size_t extra = strlen(more);
    memcpy(bytes, shell, size);
    memcpy(bytes + size, more, extra);
    write_file(check_path("own-sh"), bytes, size + extra);
    chmod(check_path("own-sh"), 0755);
    free(bytes);
    free(shell);
}

static void write_manifest(const char *rest) {
    char text[2048];
    sprintf(text, "name = \"agent\"\nprogram = \"agent.sh\"\n%s", rest);
    write_file(check_path("kato-agent.toml"), text, strlen(text));
}

/* What is executed beside the program, and what steers it, may be exchanged as well. */
static void an_answer_is_about_all_that_is_executed(void) {
    static const char asks[] = "[permissions]\nread = [\"notes\"]\nrun = [\"./own-sh\"]\n";
    kato_store *store = open_store();
    kato_policy *policy;
    char script[512];
    sprintf(script, "#!%s\nexit 0\n", check_path("own-sh"));
    make_interpreter("");
    make_agent(script);
    policy = asking();
    CHECK_OK(remember(policy, store, "notes"));
    kato_policy_free(policy);
    CHECK_INT(1, recalled(store, g_command, 1));
    make_interpreter("another");
    CHECK_INT(0, recalled(store, g_command, 1));
    make_interpreter("");
    CHECK_INT(1, recalled(store, g_command, 1));
    write_manifest("mode = \"filter\"\n[permissions]\nread = [\"notes\"]\n");
    CHECK_INT(0, recalled(store, g_command, 1));
    write_manifest("[permissions]\nread = [\"notes\"]\n[params]\nx = \"$(cat notes)\"\n");
    CHECK_INT(0, recalled(store, g_command, 1));
    write_manifest("[permissions]\nread = [\"notes\"]\n");
    CHECK_INT(1, recalled(store, g_command, 1));
    /* A program that it asks to run gets what it was granted. */
    make_agent("#!/bin/sh\nexit 0\n");
    write_manifest(asks);
    policy = asking();
    CHECK_OK(remember(policy, store, "notes"));
    kato_policy_free(policy);
    CHECK_INT(1, recalled(store, g_command, 1));
    make_interpreter("another");
    CHECK_INT(0, recalled(store, g_command, 1));
    kato_store_close(store);
}

/* Between the look at the program and its start, whoever may write to it could exchange it. */
static void no_answer_is_about_what_others_may_exchange(void) {
    kato_store *store = open_store();
    kato_policy *policy;
    make_agent("#!/bin/sh\nexit 0\n");
    policy = asking();
    CHECK_OK(remember(policy, store, "notes"));
    kato_policy_free(policy);
    CHECK(chmod(check_path("agent.sh"), 0757) == 0);
    CHECK_INT(0, recalled(store, g_command, 1));
    policy = asking();
    CHECK_STATUS(KATO_E_DENIED, remember(policy, store, "notes"));
    CHECK_HAS(check_message(), "others may change it");
    kato_policy_free(policy);
    CHECK(chmod(check_path("agent.sh"), 0755) == 0);
    CHECK_INT(1, recalled(store, g_command, 1));
    CHECK(chmod(check_dir(), 0777) == 0);
    CHECK_INT(0, recalled(store, g_command, 1));
    CHECK(chmod(check_dir(), 01777) == 0); /* as /tmp: what is there is its owner's */
    CHECK_INT(1, recalled(store, g_command, 1));
    CHECK(chmod(check_dir(), 0755) == 0);
    kato_store_close(store);
}

static kato_agent_run *started(kato_store *store, const char *chat, const kato_policy *policy,
                               const char *const *command, size_t count, kato_status wanted) {
    kato_agent_options options = KATO_AGENT_OPTIONS_INIT;
    kato_agent_run *run = NULL;
    options.command = command;
    options.command_count = count;
    options.policy = policy;
    CHECK_STATUS(wanted, kato_agent_run_start(store, chat, KATO_NTS, &options, &run, ERR));
    return run;
}

static void answers_are_for_the_program_that_was_asked_about(void) {
    static const char *const other[] = {"true"};
    kato_store *store = open_store();
    const char *chat = new_chat(store, "a chat");
    kato_policy *policy;
    kato_agent_run *run;
    char script[512];
    sprintf(script, "#!/bin/sh\nread line <%s && echo \"$line\" >&4\n", check_path("notes"));
    make_agent(script);
    policy = asking();
    CHECK_OK(remember(policy, store, "notes"));
    kato_policy_free(policy);
    policy = asking();
    CHECK_OK(kato_grant_recall(policy, store, NULL, 0, NULL, ERR));
    CHECK(started(store, chat, policy, other, 1, KATO_E_DENIED) == NULL);
    run = started(store, chat, policy, NULL, 0, KATO_OK);
    CHECK_OK(kato_agent_run_wait(run, PATIENCE_MS, NULL, ERR));
    CHECK_INT(KATO_RUN_OK, kato_agent_run_outcome(run));
    CHECK_HAS(kato_agent_run_report(run, NULL), "\"origin\":\"remembered\"");
    kato_agent_run_free(run);
    strcat(script, ":\n");
    write_file(check_path("agent.sh"), script, strlen(script));
    CHECK(started(store, chat, policy, g_command, 1, KATO_E_DENIED) == NULL);
    CHECK_HAS(check_message(), "is not the one that was granted");
    kato_policy_free(policy);
    kato_store_close(store);
}

static void a_manifest_names_the_program_when_nobody_does(void) {
    kato_store *store = open_store();
    const char *chat = new_chat(store, "a chat");
    kato_policy *policy;
    make_agent("#!/bin/sh\nexit 7\n");
    policy = asking();
    CHECK(started(store, chat, policy, NULL, 1, KATO_E_MISUSE) == NULL);
    {
        kato_agent_run *run = started(store, chat, policy, NULL, 0, KATO_OK);
        CHECK_OK(kato_agent_run_wait(run, PATIENCE_MS, NULL, ERR));
        CHECK_INT(KATO_RUN_FAILED, kato_agent_run_outcome(run));
        CHECK_HAS(kato_agent_run_report(run, NULL), "\"code\":7");
        kato_agent_run_free(run);
    }
    kato_policy_free(policy);
    CHECK_OK(kato_policy_new(NULL, &policy, ERR));
    CHECK(started(store, chat, policy, NULL, 0, KATO_E_INVALID) == NULL);
    kato_policy_free(policy);
    kato_store_close(store);
}

int main(int argc, char **argv) {
    static const check_case cases[] = {CASE(an_answer_holds_until_something_changes),
                                       CASE(only_requests_can_be_answered),
                                       CASE(an_answer_can_be_forgotten),
                                       CASE(what_others_could_have_written_is_no_answer),
                                       CASE(an_answer_is_about_all_that_is_executed),
                                       CASE(no_answer_is_about_what_others_may_exchange),
                                       CASE(answers_are_for_the_program_that_was_asked_about),
                                       CASE(a_manifest_names_the_program_when_nobody_does),
                                       CASES_END};
    return check_main(argc, argv, cases);
}
