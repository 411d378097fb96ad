#include "agent/home.h"

#include <pwd.h>
#include <unistd.h>

#include <cerrno>
#include <vector>

namespace kato::agent {
namespace {

constexpr std::size_t k_max_entry_bytes = 1 << 20;

} // namespace

std::string home_of_user() {
    std::vector<char> buffer(4096);
    struct passwd entry {};
    struct passwd* found = nullptr;
    while (::getpwuid_r(::geteuid(), &entry, buffer.data(), buffer.size(), &found) == ERANGE &&
           buffer.size() < k_max_entry_bytes)
        buffer.resize(buffer.size() * 2);
    if (found == nullptr || found->pw_dir == nullptr || found->pw_dir[0] != '/') return {};
    return found->pw_dir;
}

} // namespace kato::agent
