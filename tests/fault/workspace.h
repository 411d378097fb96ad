// Workspaces for fault tests: a prepared one that is copied for each attempt, what can be done with
// it, and what must be true of it afterwards.
#pragma once

#include <kato/kato.h>

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

namespace kato::test {

// Something to do with a store. The functions use no memory of the C++ library's own: it may be failing.
struct Operation {
    const char* name;
    // The store is open, unless the operation opens it itself.
    std::function<kato_status(kato_store* store)> run;
    bool writes = false;
    // The change is done before the call is: a report is made after it, what was purged is swept out.
    // Lack of memory in between is told although something was done.
    bool goes_on = false;
    // It is several changes, each of them whole: done by halves it can be done again, which completes it.
    bool in_steps = false;
};

// All of them: imports, exports, search, appending, ... `inputs`: a folder with what is imported.
std::vector<Operation> operations(const std::filesystem::path& inputs);
const Operation& operation(const std::vector<Operation>& all, const std::string& name);

// Fills `inputs` and makes the workspace that the operations start from.
void prepare(const std::filesystem::path& inputs, const std::filesystem::path& workspace);
void copy_workspace(const std::filesystem::path& from, const std::filesystem::path& to);

// Everything that a user could miss: the canonical export, the deleted chats' ids, the bytes of all
// sources; without times and ids made here, which differ each time. Throws std::runtime_error when the store doesn't open or isn't sound:
// every check of kato_store_verify must pass.
std::string sound_state(const std::filesystem::path& workspace);

kato_store* open_or_throw(const std::filesystem::path& workspace);

} // namespace kato::test
