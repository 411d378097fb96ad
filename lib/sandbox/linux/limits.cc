#include "sandbox/linux/limits.h"

#include <algorithm>
#include <memory>
#include <string>

#include <dirent.h>
#include <sys/resource.h>
#include <sys/stat.h>

namespace kato::sandbox {

namespace {

constexpr std::uint64_t k_stack_bytes = 8 * k_mebibyte;

struct CloseDirectory {
    void operator()(DIR* directory) const { (void)::closedir(directory); }
};

void add(std::vector<PlannedLimit>& out, int resource, std::uint64_t soft, std::uint64_t hard) {
    struct rlimit ours {};
    if (::getrlimit(static_cast<__rlimit_resource_t>(resource), &ours) == 0) {
        hard = std::min<std::uint64_t>(hard, ours.rlim_max);
        soft = std::min(soft, hard);
    }
    out.push_back({resource, soft, hard});
}

} // namespace

std::vector<PlannedLimit> plan_limits(const Limits& limits, std::uint64_t processes) {
    std::vector<PlannedLimit> out;
    const auto one = [&](int resource, std::uint64_t value) {
        if (value != 0) add(out, resource, value, value);
    };
    if (const std::uint64_t seconds = limits.cpu_seconds; seconds != 0)
        add(out, RLIMIT_CPU, seconds, seconds + 1);
    one(RLIMIT_DATA, limits.memory_bytes);
    one(RLIMIT_AS, limits.address_bytes);
    one(RLIMIT_FSIZE, limits.file_bytes);
    one(RLIMIT_NPROC, processes);
    one(RLIMIT_NOFILE, limits.open_files);
    add(out, RLIMIT_STACK, k_stack_bytes, k_stack_bytes);
    for (const int none :
         {RLIMIT_CORE, RLIMIT_MEMLOCK, RLIMIT_MSGQUEUE, RLIMIT_NICE, RLIMIT_RTPRIO})
        add(out, none, 0, 0);
    return out;
}

std::uint64_t count_processes(std::uint32_t user) {
    const std::unique_ptr<DIR, CloseDirectory> processes(::opendir("/proc"));
    if (!processes) return 0;
    std::uint64_t count = 0;
    while (const dirent* entry = ::readdir(processes.get())) {
        if (entry->d_name[0] < '1' || entry->d_name[0] > '9') continue;
        struct stat info {};
        std::string tasks = std::string(entry->d_name) + "/task";
        // A task folder has two links besides one for each thread.
        if (::fstatat(::dirfd(processes.get()), tasks.c_str(), &info, 0) == 0 &&
            info.st_uid == user)
            count += std::max<std::uint64_t>(info.st_nlink, 3) - 2;
    }
    return count;
}

} // namespace kato::sandbox
