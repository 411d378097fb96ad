// What a policy comes to on this machine, for one run: grants for the sandbox, and what was refused.
#pragma once

#include "agent/policy.h"
#include "base/file.h"
#include "base/result.h"
#include "sandbox/confinement.h"

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace kato::agent {

// What rules are judged by. Passed in: nothing here reads the environment.
struct Surroundings {
    std::string home;                    // the user's; its secrets are kept from every rule
    std::vector<std::string> workspaces; // never granted; ~/.kato never is
    std::string search_path = "/usr/local/bin:/usr/bin:/bin"; // for programs named without a slash
    std::string root; // where the system's own folders are; empty, except in tests
};

// Why something asked for is not granted. Names are part of the JSON (refusal_name).
enum class Refusal : std::uint8_t {
    denied,      // a deny rule covers it
    privileged,  // a place that no rule gives, or that this rule is too broad for
    unavailable, // this version cannot grant the kind
    not_found,   // no such file or program
    not_a_file,  // a device, a socket, ...: neither file nor folder
    too_broad,   // "everything", or a folder that would come apart into too many grants
    not_granted, // a request that no rule of the caller's covers
    withheld,    // the caller's function took it back
};
std::string_view refusal_name(Refusal refusal);

// One file or folder, with everything below it. Its name has no links, and stood for `identity`
// when the decision was made.
struct GrantedPath {
    std::string path;
    FileIdentity identity;
};

// A rule that stands. A folder with something in it that is not granted has come apart: `paths` are
// what is left of it now, and neither the folder itself nor what is made in it later.
struct Granted {
    StatedRule rule;
    std::vector<GrantedPath> paths;   // read, write; run: the program's file
    std::vector<std::string> without; // what `paths` leave out of the folder that was named
};

// A rule, or a manifest's request, that gives nothing.
struct Refused {
    StatedRule rule;
    Refusal refusal = Refusal::denied;
    std::string reason;   // one line, for people
    std::string target{}; // of a request that waits for an answer: what its name, a link, leads to
};

struct Program {
    std::string name; // as the rule has it, looked up: absolute, links not followed
    std::string path; // its file: absolute, without links
};

struct Decision {
    std::vector<Granted> granted;
    std::vector<Refused> refused; // the caller's own rules: a run should not start in silence
    std::vector<StatedRule> met;  // requests that what is granted covers
    std::vector<Refused> unmet;   // requests that it does not
    std::vector<std::string> denied_read; // paths of deny rules, without links
    std::vector<std::string> denied_write;

    std::vector<sandbox::Grant> grants;   // each path once, with its rights
    std::vector<std::string> environment; // names, to be given the values that the caller has
    std::vector<Program> programs;        // each needs sandbox::resolve_runtime() besides its grant

    // True when a deny rule covers `path` (absolute, without links), for grants that come from
    // elsewhere: a runtime's.
    bool denies(std::string_view path, std::uint8_t rights) const;
};

// Asked about each rule that would stand; false takes it back. An error ends the decision.
using AskFn = std::function<Result<bool>(const Granted&)>;

// Errors: those of `ask`, and when a deny rule or the mounted file systems cannot be judged: then
// nothing is granted.
Result<Decision> decide(const Policy& policy, const Surroundings& surroundings,
                        const AskFn& ask = {});

// One of `granted` as a JSON object.
std::string describe(const Granted& granted);
// One JSON object (docs/permissions.md): what was asked for, granted, refused, and why.
std::string describe(const Policy& policy, const Decision& decision);

} // namespace kato::agent
