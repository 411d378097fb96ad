#include "sandbox/tree.h"

#include <algorithm>
#include <charconv>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <dirent.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

namespace kato::sandbox {

namespace {

constexpr std::size_t k_most_processes = 4096; // more than any limit: then it is a lower bound

struct CloseDirectory {
    void operator()(DIR* directory) const { (void)::closedir(directory); }
};

// Empty when the process has ended.
std::string read_process(pid_t pid, const char* file) {
    const Fd fd(::open(fmt::format("/proc/{}/{}", pid, file).c_str(), O_RDONLY | O_CLOEXEC));
    std::string text;
    if (!fd) return text;
    char buffer[4096];
    for (ssize_t got = 0; (got = ::read(fd.get(), buffer, sizeof buffer)) > 0;)
        text.append(buffer, static_cast<std::size_t>(got));
    return text;
}

std::uint64_t next_number(std::string_view& text) {
    text.remove_prefix(std::min(text.find_first_of("0123456789"), text.size()));
    std::uint64_t number = 0;
    const char* const end = text.data() + text.size();
    text.remove_prefix(
        static_cast<std::size_t>(std::from_chars(text.data(), end, number).ptr - text.data()));
    return number;
}

// Of /proc/<pid>/stat, after the name, which may hold anything.
struct Stat {
    std::uint64_t group = 0;
    std::uint64_t ticks = 0;
    std::uint64_t threads = 0;
    std::uint64_t resident_pages = 0;
};

bool read_stat(pid_t pid, Stat& out) {
    const std::string text = read_process(pid, "stat");
    std::string_view rest = text;
    const std::size_t name_end = rest.rfind(')');
    if (name_end == std::string_view::npos || name_end + 4 > rest.size()) return false;
    rest.remove_prefix(name_end + 4); // ") S"
    std::uint64_t fields[25] = {};    // from the fourth on
    for (std::uint64_t& field : fields) field = next_number(rest);
    out = {fields[1], fields[10] + fields[11] + fields[12] + fields[13], fields[16], fields[20]};
    return true;
}

// Of an isolated program: its first process is the ancestor of all, orphans come back to it.
void add_descendants(pid_t pid, std::vector<pid_t>& out) {
    out.push_back(pid);
    for (std::size_t at = 0; at < out.size() && out.size() < k_most_processes; ++at) {
        const std::string tasks = fmt::format("/proc/{}/task", out[at]);
        const std::unique_ptr<DIR, CloseDirectory> folder(::opendir(tasks.c_str()));
        if (!folder) continue;
        while (const dirent* entry = ::readdir(folder.get())) {
            if (entry->d_name[0] == '.') continue;
            const std::string children =
                read_process(out[at], fmt::format("task/{}/children", entry->d_name).c_str());
            std::string_view rest = children;
            while (rest.find_first_of("0123456789") != std::string_view::npos)
                out.push_back(static_cast<pid_t>(next_number(rest)));
        }
    }
}

// Of a confined one: orphans leave the tree, but not the group.
void add_group(pid_t group, std::vector<pid_t>& out) {
    const std::unique_ptr<DIR, CloseDirectory> folder(::opendir("/proc"));
    if (!folder) return;
    while (const dirent* entry = ::readdir(folder.get())) {
        std::string_view digits(entry->d_name);
        if (digits.find_first_not_of("0123456789") != std::string_view::npos) continue;
        const pid_t pid = static_cast<pid_t>(next_number(digits));
        if (::getpgid(pid) == group) out.push_back(pid);
    }
}

// What is shared counts in equal parts. Where that may not be read: nothing is shared, as far as we know.
std::uint64_t proportional_bytes(pid_t pid, std::uint64_t otherwise) {
    const std::string text = read_process(pid, "smaps_rollup");
    const std::size_t at = text.find("\nPss:");
    if (at == std::string::npos) return otherwise;
    std::string_view rest(text);
    rest.remove_prefix(at);
    return next_number(rest) * 1024;
}

} // namespace

bool sees_processes() {
    char number[16];
    const ssize_t size = ::readlink("/proc/self", number, sizeof number);
    return size > 0 && std::string_view(number, static_cast<std::size_t>(size)) ==
                           fmt::format("{}", ::getpid());
}

Usage tree_usage(const Child& child, std::uint64_t memory_limit) {
    std::vector<pid_t> processes;
    if (child.pid <= 0 || child.reaped || !sees_processes()) return {};
    if (child.enforced.level == Level::isolated) {
        add_descendants(child.pid, processes);
    } else {
        add_group(child.pid, processes);
    }
    static const auto page = static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
    static const auto ticks = static_cast<std::uint64_t>(::sysconf(_SC_CLK_TCK));
    Usage out;
    std::vector<std::pair<pid_t, std::uint64_t>> resident;
    for (const pid_t pid : processes) {
        Stat stat;
        if (!read_stat(pid, stat)) continue;
        out.processes += static_cast<std::uint32_t>(stat.threads);
        out.cpu_us += stat.ticks * 1'000'000 / ticks;
        out.memory_bytes += stat.resident_pages * page;
        resident.emplace_back(pid, stat.resident_pages * page);
    }
    if (out.memory_bytes <= memory_limit || resident.size() < 2) return out;
    out.memory_bytes = 0;
    for (const auto& [pid, bytes] : resident) out.memory_bytes += proportional_bytes(pid, bytes);
    return out;
}

} // namespace kato::sandbox
