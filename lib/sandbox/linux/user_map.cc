#include "sandbox/linux/user_map.h"

#include "base/file.h"
#include "sandbox/tree.h"

#include <algorithm>
#include <charconv>
#include <string_view>

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

namespace kato::sandbox {

namespace {

std::string read_small(const char* path) {
    const Fd fd(::open(path, O_RDONLY | O_CLOEXEC));
    if (!fd) return {};
    std::string text(4096, '\0');
    const ssize_t got = ::read(fd.get(), text.data(), text.size());
    text.resize(got < 0 ? 0 : static_cast<std::size_t>(got));
    return text;
}

struct Range {
    std::uint64_t inside = 0;
    std::uint64_t outside = 0;
    std::uint64_t count = 0;
};

std::uint64_t take_number(std::string_view& text) {
    text.remove_prefix(std::min(text.find_first_of("0123456789"), text.size()));
    std::uint64_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    text.remove_prefix(static_cast<std::size_t>(end - text.data()));
    return error == std::errc{} ? number : 0;
}

// The range of /proc/self/uid_map that has `user`; count 0: none.
Range find_range(std::uint32_t user) {
    const std::string map = read_small("/proc/self/uid_map");
    std::string_view rest = map;
    while (!rest.empty()) {
        std::string_view line = rest.substr(0, rest.find('\n'));
        rest.remove_prefix(std::min(line.size() + 1, rest.size()));
        Range range;
        range.inside = take_number(line);
        range.outside = take_number(line);
        range.count = take_number(line);
        if (user >= range.inside && user - range.inside < range.count) return range;
    }
    return {};
}

bool write_text(int child, const char* file, std::string_view text) {
    const Fd fd(::open(fmt::format("/proc/{}/{}", child, file).c_str(), O_WRONLY | O_CLOEXEC));
    if (!fd) return false;
    return ::write(fd.get(), text.data(), text.size()) == static_cast<ssize_t>(text.size());
}

} // namespace

bool root_host() { return ::geteuid() == 0; }

bool user_is_mapped(std::uint32_t user) { return find_range(user).count > 0; }

Result<UserMap> choose_user() {
    if (!sees_processes()) { // where the child's maps would be, another process's are
        Error error{Code::unsupported, "/proc is not the one of our processes"};
        error.hint = "mount a /proc of the container's own (bubblewrap: --proc /proc)";
        return error;
    }
    if (!root_host()) return UserMap{::geteuid(), ::getegid(), false, false};
    if (user_is_mapped(k_nobody)) return UserMap{k_nobody, k_nobody, true, true};
    const Range own = find_range(0);
    if (own.count > 0 && own.outside != 0) return UserMap{0, ::getegid(), false, false};
    Error error{Code::unsupported, "user 65534 is not mapped here, and root's place is not given"};
    error.hint = "run as an ordinary user, or map user 65534 into this container";
    return error;
}

bool write_user_map(int child, const UserMap& map) {
    if (!map.drop_groups && !write_text(child, "setgroups", "deny")) return false;
    return write_text(child, "gid_map", fmt::format("{} {} 1\n", k_inner_user, map.group)) &&
           write_text(child, "uid_map", fmt::format("{} {} 1\n", k_inner_user, map.user));
}

} // namespace kato::sandbox
