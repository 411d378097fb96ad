/* kato/agent.h - running a program over one chat, confined by the kernel; runs and the audit log.
 *
 * An agent is any program. It gets one chat (Kato JSONL, read only) and gives one output; it has no
 * network, no environment, no other files and no other programs, except what a policy grants. Linux
 * enforces this; elsewhere kato_agent_run_start fails with KATO_E_UNSUPPORTED and nothing is run.
 * docs/agents.md describes the protocol and the report. */
#ifndef KATO_AGENT_H
#define KATO_AGENT_H

#include <kato/policy.h>
#include <kato/store.h>

#ifdef __cplusplus
extern "C" {
#endif

/* kato_agent_options.isolation. Since: 0.1 */
#define KATO_ISOLATION_AUTO 0     /* the best that this machine can do, at least the next */
#define KATO_ISOLATION_CONFINED 1 /* hygiene, Landlock and a filter of system calls */
#define KATO_ISOLATION_ISOLATED 2 /* also namespaces with a private root */

/* kato_agent_options.audit: what is written to the log besides beginning and end. Since: 0.1 */
#define KATO_AUDIT_DENIALS 0 /* every refused system call */
#define KATO_AUDIT_NONE 1    /* nothing, not even the beginning */
#define KATO_AUDIT_FILES 2   /* also every act on a path; slower */

/* kato_agent_options.flags. Since: 0.1 */
#define KATO_AGENT_FILTER 1u         /* 0 is the chat, 1 the output: for Unix filters */
#define KATO_AGENT_OUTPUT_FILE 2u    /* a file that KATO_OUTPUT names is the output, alone */
#define KATO_AGENT_AUDIT_REQUIRED 4u /* refuse where refusals go unseen, or the log is bad */

/* How a run ended. Since: 0.1 */
#define KATO_RUN_OK 0
#define KATO_RUN_FAILED 1      /* by its exit code */
#define KATO_RUN_SIGNALLED 2   /* by a signal that nobody here sent */
#define KATO_RUN_TIMEOUT 3     /* beyond wall_ms */
#define KATO_RUN_LIMIT 4       /* beyond another limit */
#define KATO_RUN_DENIED 5      /* it could not be started as asked */
#define KATO_RUN_UNAVAILABLE 6 /* this machine lacks a layer */
#define KATO_RUN_CANCELLED 7
#define KATO_RUN_ERROR 8      /* the host could not keep what it wrote */
#define KATO_RUN_RUNNING (-1) /* it has not ended */

/* A run. Any thread. Since: 0.1 */
typedef struct kato_agent_run kato_agent_run;

/* Runs of the past. One thread at a time. Since: 0.1 */
typedef struct kato_agent_run_cursor kato_agent_run_cursor;

typedef struct kato_agent_options {
    size_t struct_size;
    const char *const *command; /* the program and its arguments; looked up in /usr/local/bin,
                                   /usr/bin and /bin when it has no slash */
    size_t command_count; /* 0: the program that the policy's manifest names, and its arguments */
    const kato_policy
        *policy; /* NULL: nothing is granted; its manifest's mode and lower limits hold */
    const char *const *environment; /* "NAME=value" each; it gets those that the policy grants */
    size_t environment_count;
    const char *instructions;
    size_t instructions_len;
    const char *params; /* a JSON object */
    size_t params_len;
    const char *output_name; /* of the file in out/<chat>/; default <run>.txt */
    size_t output_name_len;
    uint64_t wall_ms;       /* default 300000 */
    uint64_t memory_bytes;  /* of all its processes; default 512 MiB */
    uint64_t output_bytes;  /* default 64 MiB */
    uint64_t message_bytes; /* default 16 MiB */
    uint64_t scratch_bytes; /* of a private /tmp, needs "isolated"; default none */
    uint32_t cpu_seconds;   /* of each process; default 120 */
    uint32_t processes;     /* threads count; default 64 */
    uint32_t open_files;    /* of each process; default 64 */
    int32_t isolation;
    int32_t audit;
    uint32_t flags;
} kato_agent_options;

#define KATO_AGENT_OPTIONS_INIT                                                                 \
    {                                                                                           \
        sizeof(kato_agent_options), NULL, 0u, NULL, NULL, 0u, NULL, 0u, NULL, 0u, NULL, 0u, 0u, \
            0u, 0u, 0u, 0u, 0u, 0u, 0u, 0, 0, 0u                                                \
    }

/* Starts a run over a chat (a reference, see kato/chat.h) and returns at once; the run goes on in a
 * thread of its own and ends within its limits, also when nobody asks for it.
 *
 * Errors: KATO_E_NOT_FOUND (chat, program), KATO_E_EXISTS (output_name is taken), KATO_E_INVALID,
 * KATO_E_CORRUPT (the audit is required, and the log's end does not verify), KATO_E_DENIED (the store
 * is read only, the file is no program, or a rule of the policy cannot be granted: a run does not start
 * with less than its caller asked for), KATO_E_UNSUPPORTED. What this machine lacks, and what the
 * program does, is the run's outcome. Since: 0.1 */
KATO_API kato_status kato_agent_run_start(kato_store *store, const char *chat, size_t chat_len,
                                          const kato_agent_options *options, kato_agent_run **out,
                                          kato_error **error);

/* Waits up to `timeout_ms`, or until `cancel` (may be NULL) asks the run to end. Returns KATO_OK
 * when it has ended, KATO_E_BUSY when it goes on. Since: 0.1 */
KATO_API kato_status kato_agent_run_wait(kato_agent_run *run, uint64_t timeout_ms,
                                         const kato_cancel *cancel, kato_error **error);

/* 1 when the run has ended, else 0. Since: 0.1 */
KATO_API int32_t kato_agent_run_poll(const kato_agent_run *run);

/* A descriptor that is readable from the run's end on, for event loops; the run's, do not read from
 * it or close it. Since: 0.1 */
KATO_API int kato_agent_run_fd(const kato_agent_run *run);

/* Asks the run to end: its processes are killed. Since: 0.1 */
KATO_API void kato_agent_run_cancel(kato_agent_run *run);

/* The run's id. Since: 0.1 */
KATO_API const char *kato_agent_run_id(const kato_agent_run *run, size_t *len);

/* Gives the next message as a JSON object {"type","body"}, borrowed until the next call; KATO_DONE
 * when there is none yet, or none any more. One thread at a time. Since: 0.1 */
KATO_API kato_status kato_agent_run_message(kato_agent_run *run, const char **json, size_t *len,
                                            kato_error **error);

/* KATO_RUN_... Since: 0.1 */
KATO_API int32_t kato_agent_run_outcome(const kato_agent_run *run);

/* The report as a JSON object {"type":"run","id","chat","outcome","isolation","enforced","denied",
 * "output",...}; "" before the end. Since: 0.1 */
KATO_API const char *kato_agent_run_report(const kato_agent_run *run, size_t *len);

/* A run that goes on is cancelled and waited for. Since: 0.1 */
KATO_API void kato_agent_run_free(kato_agent_run *run);

/* Lists runs, the newest first: of one chat, or of all with NULL. `limit` 0: all of them.
 * Since: 0.1 */
KATO_API kato_status kato_agent_run_list(const kato_store *store, const char *chat, size_t chat_len,
                                         uint64_t limit, kato_agent_run_cursor **out,
                                         kato_error **error);

/* Gives the next run as a JSON object {"type":"run","id","chat","program","outcome","started_at",
 * "ended_at"}, borrowed until the next step; KATO_DONE after the last. The outcome of one that goes
 * on, or whose host died, is null. Since: 0.1 */
KATO_API kato_status kato_agent_run_cursor_next(kato_agent_run_cursor *cursor, const char **json,
                                                size_t *len, kato_error **error);

/* Since: 0.1 */
KATO_API void kato_agent_run_cursor_free(kato_agent_run_cursor *cursor);

/* A run's report, by its id or the beginning of it; what it said is in "said", an array of
 * {"type","body"}. Since: 0.1 */
KATO_API kato_status kato_agent_run_get(const kato_store *store, const char *run, size_t run_len,
                                        kato_buffer **out, kato_error **error);

/* What this machine can enforce as a JSON object {"type":"host","supported","best","landlock_abi",
 * "seccomp","notify","userns","cgroup","missing":[{"layer","reason","fix"}]}. The first call of a
 * process tries it out, which takes some milliseconds. Since: 0.1 */
KATO_API kato_status kato_agent_host(kato_buffer **out, kato_error **error);

/* Answers that hold for all runs of a program: somebody was asked about a request of its manifest and said
 * "always". They are kept in the workspace (grants.jsonl), and are about this program's file (by its
 * SHA-256), these arguments, and all that the manifest requests; when one of these changes, nobody has
 * answered. `command` is as in kato_agent_options. */

/* Allows, with KATO_ORIGIN_REMEMBERED, the requests of the policy's manifest that nothing grants yet and
 * that were answered before. `*count` (may be NULL) is how many. When there are any the policy is for runs
 * of that program only: another one, also the same file after a change, is refused with
 * KATO_E_DENIED when it is started.
 *
 * Errors: KATO_E_NOT_FOUND (program), KATO_E_DENIED (no program; others can write the file with the
 * answers). Since: 0.1 */
KATO_API kato_status kato_grant_recall(kato_policy *policy, const kato_store *store,
                                       const char *const *command, size_t command_count,
                                       uint64_t *count, kato_error **error);

/* Keeps such an answer, and allows what it is about: a request that kato_policy_describe gives as
 * unmet, `not_granted`, with this capability (KATO_CAPABILITY_...) and value. Only for who was
 * asked and said so. Errors: KATO_E_INVALID for anything else, KATO_E_LIMIT, and as above.
 * Since: 0.1 */
KATO_API kato_status kato_grant_remember(kato_policy *policy, kato_store *store,
                                         const char *const *command, size_t command_count,
                                         int32_t capability, const char *value, size_t value_len,
                                         kato_error **error);

/* Writes the answers, each a JSON object {"type":"grant","id","program","program_sha256",
 * "request_sha256","capability","value","target","granted_at"} and a line end. Since: 0.1 */
KATO_API kato_status kato_grant_list(const kato_store *store, kato_write_fn write, void *user_data,
                                     kato_destroy_fn destroy, kato_error **error);

/* Forgets one, by its id or the beginning of it (four digits or more). Errors: KATO_E_NOT_FOUND,
 * KATO_E_AMBIGUOUS. Since: 0.1 */
KATO_API kato_status kato_grant_forget(kato_store *store, const char *id, size_t id_len,
                                       kato_error **error);

/* Gives the audit log's records, in their order, each a JSON object and a line end; with `run` (a
 * full id, NULL for all) only that run's. Since: 0.1 */
KATO_API kato_status kato_audit_read(const kato_store *store, const char *run, size_t run_len,
                                     kato_write_fn write, void *user_data, kato_destroy_fn destroy,
                                     kato_error **error);

/* Checks the audit log: every record's hash, their order, and that the records which the store and
 * each run remember are there. `*out` is a JSON object {"ok","records","last","known","problems":[...],"problem_count"}.
 *
 * Returns KATO_PARTIAL when something was changed, removed or added. Since: 0.1 */
KATO_API kato_status kato_audit_verify(const kato_store *store, kato_buffer **out,
                                       kato_error **error);

#ifdef __cplusplus
}
#endif

#endif
