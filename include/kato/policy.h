/* kato/policy.h - what an agent may do: rules, a manifest's requests, what they come to. */
#ifndef KATO_POLICY_H
#define KATO_POLICY_H

#include <kato/base.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Rules for runs of an agent. An empty one allows nothing. One thread at a time. Since: 0.1 */
typedef struct kato_policy kato_policy;

/* Kinds of capability, with Deno's names. An empty value in a rule means everything of its kind: as
 * a deny it holds, as an allow it is refused for being too broad. Since: 0.1 */
#define KATO_CAPABILITY_READ 0  /* path; a folder with all below it */
#define KATO_CAPABILITY_WRITE 1 /* path; in a folder, files may also be made and removed */
#define KATO_CAPABILITY_NET 2   /* host, host:port, [address]:port; not available yet */
#define KATO_CAPABILITY_ENV 3   /* a variable's name */
#define KATO_CAPABILITY_RUN 4   /* a program's path, or a name that is looked up */
#define KATO_CAPABILITY_SYS 5   /* one of Deno's names; not available */
#define KATO_CAPABILITY_FFI 6   /* path; not available */

/* Who made a rule, for reports. Since: 0.1 */
#define KATO_ORIGIN_API 0        /* the program itself */
#define KATO_ORIGIN_FLAG 1       /* an option on a command line */
#define KATO_ORIGIN_REQUEST 2    /* someone who was asked about a manifest's request */
#define KATO_ORIGIN_REMEMBERED 3 /* such an answer, given once for all runs */

typedef struct kato_policy_options {
    size_t struct_size;
    const char *home; /* whose secrets are kept, and what ~ means; default: the user's */
    size_t home_len;
    const char *workspace; /* never granted; a run adds its store's by itself */
    size_t workspace_len;
    const char
        *search_path; /* where programs are looked up; default: /usr/local/bin:/usr/bin:/bin */
    size_t search_path_len;
} kato_policy_options;

#define KATO_POLICY_OPTIONS_INIT \
    { sizeof(kato_policy_options), NULL, 0u, NULL, 0u, NULL, 0u }

/* Asked about each rule that would be granted: `grant` is a JSON object as in the member "granted"
 * of kato_policy_describe, and `*keep` is 1. Setting it to 0 takes the rule back; there is no way to
 * grant more. Anything but KATO_OK ends the run before it has begun. Since: 0.1 */
typedef kato_status (*kato_grant_fn)(void *user_data, const char *grant, size_t len, int32_t *keep);

/* Errors: KATO_E_INVALID for a home that is not an absolute path. Since: 0.1 */
KATO_API kato_status kato_policy_new(const kato_policy_options *options, kato_policy **out,
                                     kato_error **error);

/* Allows what `value` names. Paths may begin with ~/; others go from the current directory. Whether
 * it is granted is decided for each run, and by kato_policy_describe: a deny rule beats every allow,
 * and privileged places are given by no rule, or only by one that names them (docs/permissions.md).
 *
 * Errors: KATO_E_INVALID for a value that does not fit; KATO_E_LIMIT. Since: 0.1 */
KATO_API kato_status kato_policy_allow(kato_policy *policy, int32_t capability, const char *value,
                                       size_t value_len, int32_t origin, kato_error **error);

/* Denies what `value` names, whatever is allowed: before or after this call. Errors: as above.
 * Since: 0.1 */
KATO_API kato_status kato_policy_deny(kato_policy *policy, int32_t capability, const char *value,
                                      size_t value_len, int32_t origin, kato_error **error);

/* Reads a manifest: a file, or the kato-agent.toml (else kato-agent.json) in a folder. Its requests
 * grant nothing; allow those that are acceptable.
 *
 * Errors: KATO_E_INVALID with the line and what was expected; KATO_E_EXISTS: the policy has a
 * manifest. Since: 0.1 */
KATO_API kato_status kato_policy_request(kato_policy *policy, const char *path, size_t path_len,
                                         kato_error **error);

/* The same with the text of a manifest, TOML or JSON. Relative paths in it go from `folder`; NULL is
 * the current directory. Since: 0.1 */
KATO_API kato_status kato_policy_request_text(kato_policy *policy, const char *text,
                                              size_t text_len, const char *folder,
                                              size_t folder_len, kato_error **error);

/* Has `grant` asked at every decision, in place of the function before; NULL: none. `destroy` is
 * called when the last user of the policy is gone. Since: 0.1 */
KATO_API kato_status kato_policy_on_grant(kato_policy *policy, kato_grant_fn grant, void *user_data,
                                          kato_destroy_fn destroy, kato_error **error);

/* Writes what the policy comes to now, one JSON object: what was asked for, granted and refused, and
 * why. Also asks the function of kato_policy_on_grant. docs/permissions.md lists the members.
 * Since: 0.1 */
KATO_API kato_status kato_policy_describe(const kato_policy *policy, kato_write_fn write,
                                          void *user_data, kato_destroy_fn destroy,
                                          kato_error **error);

/* A run that has begun keeps what it needs. Since: 0.1 */
KATO_API void kato_policy_free(kato_policy *policy);

#ifdef __cplusplus
}
#endif

#endif
