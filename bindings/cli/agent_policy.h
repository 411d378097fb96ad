// What a run is granted, from the command line: --allow-*, --deny-*, a manifest and who is asked.
#pragma once

#include "command.h"

#include <string>
#include <vector>

namespace kato_cli {

struct PolicyFlags {
    std::vector<std::string> allow[7]; // by KATO_CAPABILITY_...
    std::vector<std::string> deny[7];
    std::string manifest; // a file or a folder
    bool no_prompt = false;
};

void declare_policy(Command& command, PolicyFlags& flags);

// What a policy is made for.
struct PolicyUse {
    kato_store* store = nullptr;        // with the answers that hold for all runs; may be none
    std::vector<const char*> command{}; // empty: what the manifest names, which is then said
    bool may_ask = true;                // false: nobody is asked, whatever the terminal
};

// Builds the policy of a run; the manifest beside the program, if there is one, tells what it asks for. On
// a terminal somebody is asked about each request that nothing grants. Gives an exit code.
int make_policy(const Session& session, const PolicyFlags& flags, const PolicyUse& use,
                Policy& policy);

// The file name of the program that the policy's manifest names.
std::string manifest_program(const Policy& policy);

// What the policy comes to and what this machine can enforce, instead of a run.
int show_policy(Session& session, const PolicyUse& use, const Policy& policy);

} // namespace kato_cli
