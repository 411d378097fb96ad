/* Policies: rules, a manifest's requests, the function that is asked, the description. */
#include "fixture.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define OWN_STATUS (-1234)

static const char *home(void) { return check_path("home"); }

/* A home with notes and a key in the case's folder. */
static void make_home(void) {
    mkdir(check_path("home"), 0700);
    mkdir(check_path("home/notes"), 0700);
    mkdir(check_path("home/.ssh"), 0700);
    write_file(check_path("home/notes/a"), "x", 1);
    write_file(check_path("home/.ssh/id"), "x", 1);
}

static kato_policy *new_policy(void) {
    kato_policy_options options = KATO_POLICY_OPTIONS_INIT;
    kato_policy *policy = NULL;
    make_home();
    options.home = home();
    options.home_len = KATO_NTS;
    options.workspace = check_path("ws");
    options.workspace_len = KATO_NTS;
    CHECK_OK(kato_policy_new(&options, &policy, ERR));
    CHECK(policy != NULL);
    return policy;
}

static void allow(kato_policy *policy, int32_t capability, const char *value) {
    CHECK_OK(kato_policy_allow(policy, capability, value, KATO_NTS, KATO_ORIGIN_FLAG, ERR));
}

/* The description; valid until the case ends. */
static const char *describe(const kato_policy *policy) {
    tally out = {0};
    const char *kept;
    CHECK_OK(kato_policy_describe(policy, take_bytes, &out, count_destroy, ERR));
    CHECK_INT(1, out.destroyed);
    kept = check_keep(out.data);
    tally_end(&out);
    return kept;
}

static void an_empty_policy_grants_nothing(void) {
    kato_policy *policy = NULL;
    CHECK_OK(kato_policy_new(NULL, &policy, ERR));
    CHECK_TEXT(
        "{\"schema\":1,\"manifest\":null,\"rules\":[],\"requests\":{\"met\":[],\"unmet\":[]},"
        "\"granted\":[],\"refused\":[],\"grants\":[],\"environment\":[],\"programs\":[]}",
        describe(policy));
    kato_policy_free(policy);
}

static void rules_are_granted_and_refused_with_their_origin(void) {
    kato_policy *policy = new_policy();
    const char *text;
    allow(policy, KATO_CAPABILITY_READ, "~/notes");
    allow(policy, KATO_CAPABILITY_READ, "~/.ssh/id");
    allow(policy, KATO_CAPABILITY_READ, check_path("ws/kato.db"));
    allow(policy, KATO_CAPABILITY_ENV, "TZ");
    allow(policy, KATO_CAPABILITY_NET, "api.example.org:443");
    CHECK_OK(kato_policy_deny(policy, KATO_CAPABILITY_ENV, "TERM", KATO_NTS, KATO_ORIGIN_API, ERR));
    allow(policy, KATO_CAPABILITY_ENV, "TERM");
    text = describe(policy);
    CHECK_HAS(text, "\"given\":\"~/notes\",\"origin\":\"flag\",\"paths\":[\"");
    CHECK_HAS(text, ".ssh (keys) is never given to an agent");
    CHECK_HAS(text, "ws (conversations) is never given to an agent");
    CHECK_HAS(text, "net is not available yet");
    CHECK_HAS(text, "TERM is denied");
    CHECK_HAS(text, "\"environment\":[\"TZ\"]");
    kato_policy_free(policy);
}

static void a_deny_rule_beats_what_is_allowed_later(void) {
    kato_policy *policy = new_policy();
    CHECK_OK(kato_policy_deny(policy, KATO_CAPABILITY_READ, NULL, 0, KATO_ORIGIN_FLAG, ERR));
    allow(policy, KATO_CAPABILITY_READ, "~/notes");
    CHECK_HAS(describe(policy), "read is denied altogether");
    CHECK_HAS(describe(policy), "\"grants\":[]");
    kato_policy_free(policy);
}

static void values_that_do_not_fit_are_invalid(void) {
    kato_policy *policy = new_policy();
    CHECK_STATUS(KATO_E_INVALID, kato_policy_allow(policy, KATO_CAPABILITY_ENV, "A=b", KATO_NTS,
                                                   KATO_ORIGIN_API, ERR));
    CHECK_HAS(check_message(), "expected a variable's name");
    CHECK_STATUS(KATO_E_INVALID, kato_policy_allow(policy, KATO_CAPABILITY_NET, "http://a",
                                                   KATO_NTS, KATO_ORIGIN_API, ERR));
    CHECK_STATUS(KATO_E_INVALID, kato_policy_deny(policy, KATO_CAPABILITY_READ, "/a/../b", KATO_NTS,
                                                  KATO_ORIGIN_API, ERR));
    CHECK_STATUS(KATO_E_INVALID,
                 kato_policy_allow(policy, KATO_CAPABILITY_READ, "/a\0b", 4, KATO_ORIGIN_API, ERR));
    CHECK_STATUS(KATO_E_INVALID,
                 kato_policy_allow(policy, KATO_CAPABILITY_ENV, "\xFF", 1, KATO_ORIGIN_API, ERR));
    CHECK_STATUS(KATO_E_MISUSE, kato_policy_allow(policy, 7, "a", KATO_NTS, KATO_ORIGIN_API, ERR));
    CHECK_STATUS(KATO_E_MISUSE, kato_policy_allow(policy, -1, "a", KATO_NTS, KATO_ORIGIN_API, ERR));
    CHECK_STATUS(KATO_E_MISUSE,
                 kato_policy_allow(policy, KATO_CAPABILITY_ENV, "A", KATO_NTS, 4, ERR));
    CHECK_HAS(describe(policy), "\"rules\":[]");
    kato_policy_free(policy);
}

static void options_are_checked(void) {
    kato_policy_options options = KATO_POLICY_OPTIONS_INIT;
    kato_policy *policy = NULL;
    options.home = "relative";
    options.home_len = KATO_NTS;
    CHECK_STATUS(KATO_E_INVALID, kato_policy_new(&options, &policy, ERR));
    CHECK(policy == NULL);
    options.struct_size = 3;
    CHECK_STATUS(KATO_E_ABI, kato_policy_new(&options, &policy, ERR));
}

static void a_manifest_only_asks(void) {
    static const char manifest[] = "name = \"a\"\n[permissions]\nread = [\"~/notes\"]\n"
                                   "env = [\"TZ\"]\n";
    kato_policy *policy = new_policy();
    CHECK_OK(kato_policy_request_text(policy, manifest, KATO_NTS, NULL, 0, ERR));
    CHECK_HAS(describe(policy), "\"grants\":[]");
    CHECK_HAS(describe(policy), "\"refusal\":\"not_granted\"");
    CHECK_OK(kato_policy_allow(policy, KATO_CAPABILITY_READ, "~/notes", KATO_NTS,
                               KATO_ORIGIN_REQUEST, ERR));
    CHECK_HAS(describe(policy), "\"met\":[{\"capability\":\"read\"");
    CHECK_HAS(describe(policy), "\"origin\":\"request\"");
    CHECK_STATUS(KATO_E_EXISTS,
                 kato_policy_request_text(policy, "{\"name\": \"b\"}", KATO_NTS, NULL, 0, ERR));
    kato_policy_free(policy);
}

static void a_manifests_file_is_found_and_its_faults_have_lines(void) {
    static const char text[] = "name = \"sorter\"\nprogram = \"sort.sh\"\n";
    static const char wrong[] = "name = \"a\"\n[limits]\nwall = 30\n";
    kato_policy *policy = new_policy();
    write_file(check_path("kato-agent.toml"), text, sizeof text - 1);
    write_file(check_path("wrong.toml"), wrong, sizeof wrong - 1);
    CHECK_STATUS(KATO_E_INVALID,
                 kato_policy_request(policy, check_path("wrong.toml"), KATO_NTS, ERR));
    CHECK_HAS(check_message(), "wrong.toml: limits.wall: expected a time with its unit");
    CHECK_HAS(check_message(), "(line 3)");
    CHECK_HAS(check_detail(), "\"line\":3");
    CHECK_STATUS(KATO_E_NOT_FOUND,
                 kato_policy_request(policy, check_path("missing"), KATO_NTS, ERR));
    CHECK_OK(kato_policy_request(policy, check_dir(), KATO_NTS, ERR));
    CHECK_HAS(describe(policy), "\"name\":\"sorter\"");
    CHECK_HAS(describe(policy), "/sort.sh\"");
    kato_policy_free(policy);
}

/* What a function that is asked does, and saw. */
typedef struct asked {
    int calls;
    int destroyed;
    int32_t keep;
    kato_status status;
    kato_policy *policy;
    kato_status inside;
    int frees;
    int seen;
} asked;

static kato_status ask(void *self, const char *grant, size_t len, int32_t *keep) {
    asked *a = (asked *)self;
    ++a->calls;
    if (strlen(grant) == len && strstr(grant, "\"capability\":\"env\"") != NULL && *keep == 1)
        ++a->seen;
    *keep = a->keep;
    if (a->policy != NULL) {
        a->inside =
            kato_policy_allow(a->policy, KATO_CAPABILITY_ENV, "A", KATO_NTS, KATO_ORIGIN_API, NULL);
        if (a->frees) kato_policy_free(a->policy);
        a->policy = NULL;
    }
    return a->status;
}

static void asked_destroy(void *self) { ++((asked *)self)->destroyed; }

static void the_function_may_take_back(void) {
    kato_policy *policy = new_policy();
    asked a = {0};
    a.keep = 1;
    allow(policy, KATO_CAPABILITY_ENV, "TZ");
    CHECK_OK(kato_policy_on_grant(policy, ask, &a, asked_destroy, ERR));
    CHECK_HAS(describe(policy), "\"environment\":[\"TZ\"]");
    CHECK_INT(1, a.calls);
    CHECK_INT(1, a.seen);
    a.keep = 0;
    CHECK_HAS(describe(policy), "\"refusal\":\"withheld\"");
    CHECK_HAS(describe(policy), "\"environment\":[]");
    CHECK_INT(0, a.destroyed);
    kato_policy_free(policy);
    CHECK_INT(1, a.destroyed);
}

static void a_functions_failure_comes_out_unchanged(void) {
    kato_policy *policy = new_policy();
    asked a = {0};
    tally out = {0};
    a.keep = 1;
    a.status = OWN_STATUS;
    allow(policy, KATO_CAPABILITY_ENV, "TZ");
    CHECK_OK(kato_policy_on_grant(policy, ask, &a, asked_destroy, ERR));
    CHECK_STATUS(OWN_STATUS, kato_policy_describe(policy, take_bytes, &out, count_destroy, ERR));
    CHECK_INT(0, out.calls);
    CHECK_INT(1, out.destroyed);
    kato_policy_free(policy);
    tally_end(&out);
}

static void destroy_runs_once_on_every_path(void) {
    kato_policy *policy = new_policy();
    asked first = {0};
    asked second = {0};
    asked none = {0};
    CHECK_OK(kato_policy_on_grant(policy, ask, &first, asked_destroy, ERR));
    CHECK_OK(kato_policy_on_grant(policy, ask, &second, asked_destroy, ERR));
    CHECK_INT(1, first.destroyed);
    CHECK_OK(kato_policy_on_grant(policy, NULL, &none, asked_destroy, ERR));
    CHECK_INT(1, second.destroyed);
    CHECK_INT(1, none.destroyed);
    CHECK_STATUS(KATO_E_MISUSE, kato_policy_on_grant(NULL, ask, &none, asked_destroy, ERR));
    CHECK_INT(2, none.destroyed);
    CHECK_STATUS(KATO_E_MISUSE, kato_policy_describe(policy, NULL, &none, asked_destroy, ERR));
    CHECK_INT(3, none.destroyed);
    kato_policy_free(policy);
}

static void the_function_cannot_change_its_policy_but_may_free_it(void) {
    kato_policy *policy = new_policy();
    asked a = {0};
    a.keep = 1;
    a.policy = policy;
    allow(policy, KATO_CAPABILITY_ENV, "TZ");
    CHECK_OK(kato_policy_on_grant(policy, ask, &a, asked_destroy, ERR));
    CHECK_HAS(describe(policy), "\"environment\":[\"TZ\"]");
    CHECK_INT(KATO_E_MISUSE, a.inside);
    a.policy = policy;
    a.frees = 1;
    CHECK_HAS(describe(policy), "\"environment\":[\"TZ\"]");
    CHECK_INT(1, a.destroyed);
}

static void what_is_missing_is_misuse(void) {
    kato_policy *policy = NULL;
    kato_policy_free(NULL);
    CHECK_STATUS(KATO_E_MISUSE, kato_policy_new(NULL, NULL, ERR));
    CHECK_STATUS(KATO_E_MISUSE, kato_policy_allow(NULL, 0, "/", 1, 0, ERR));
    CHECK_STATUS(KATO_E_MISUSE, kato_policy_deny(NULL, 0, "/", 1, 0, ERR));
    CHECK_STATUS(KATO_E_MISUSE, kato_policy_request(NULL, "/", 1, ERR));
    CHECK_STATUS(KATO_E_MISUSE, kato_policy_request_text(NULL, "", 0, NULL, 0, ERR));
    CHECK_STATUS(KATO_E_MISUSE, kato_policy_describe(NULL, take_bytes, NULL, NULL, ERR));
    CHECK_OK(kato_policy_new(NULL, &policy, ERR));
    CHECK_STATUS(KATO_E_MISUSE, kato_policy_request(policy, NULL, 0, ERR));
    CHECK_STATUS(KATO_E_MISUSE, kato_policy_request_text(policy, NULL, 0, NULL, 0, ERR));
    kato_policy_free(policy);
}

int main(int argc, char **argv) {
    static const check_case cases[] = {CASE(an_empty_policy_grants_nothing),
                                       CASE(rules_are_granted_and_refused_with_their_origin),
                                       CASE(a_deny_rule_beats_what_is_allowed_later),
                                       CASE(values_that_do_not_fit_are_invalid),
                                       CASE(options_are_checked),
                                       CASE(a_manifest_only_asks),
                                       CASE(a_manifests_file_is_found_and_its_faults_have_lines),
                                       CASE(the_function_may_take_back),
                                       CASE(a_functions_failure_comes_out_unchanged),
                                       CASE(destroy_runs_once_on_every_path),
                                       CASE(the_function_cannot_change_its_policy_but_may_free_it),
                                       CASE(what_is_missing_is_misuse),
                                       CASES_END};
    return check_main(argc, argv, cases);
}
