#include "agent/home.h"

#include <pwd.h>
#include <unistd.h>

#include <cerrno>
#include <vector>

namespace kato::agent {
namespace {

constexpr std::size_t k_max_entry_bytes = 1 << 20;

} // namespace

Result<std::string> home_of_user() {
    std::vector<char> buffer(4096);
    struct passwd entry {};
    struct passwd* found = nullptr;
    while (true) {
        const int failure = ::getpwuid_r(::geteuid(), &entry, buffer.data(), buffer.size(), &found);
        if (failure == ERANGE && buffer.size() < k_max_entry_bytes) {
            buffer.resize(buffer.size() * 2);
            continue;
        }
        // What an unknown user gives where there are no files of users at all.
        if (failure == 0 || failure == ENOENT || failure == ESRCH) break;
        if (failure == ENOMEM) return Error{Code::no_memory, "out of memory"};
        Error error{Code::io, "cannot look up the user's home"};
        error.os_error = failure;
        return error;
    }
    if (found == nullptr || found->pw_dir == nullptr || found->pw_dir[0] != '/')
        return std::string();
    return std::string(found->pw_dir);
}

} // namespace kato::agent
