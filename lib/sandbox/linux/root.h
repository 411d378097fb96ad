// Plans a private root: which folders, links and mount points it needs for what is granted.
#pragma once

#include "base/file.h"
#include "sandbox/confinement.h"
#include "sandbox/failure.h"
#include "sandbox/linux/child_plan.h"
#include "sandbox/linux/resolve.h"
#include "sandbox/linux/user_map.h"

#include <deque>
#include <map>
#include <set>
#include <string>
#include <vector>

#include <sys/stat.h>

namespace kato::sandbox {

// A grant without links, as the parent found it.
struct Found {
    std::string path;
    std::uint8_t rights = 0;
    struct stat info {};
    std::vector<std::pair<std::string, std::string>> links;
};
// Fails for a path that does not exist and for the places that are never granted.
Result<Found> find_grant(const Grant& grant, PathCache& cache, Failure& failure);

// What a root host's file may be at most to be copied instead of mounted.
constexpr std::uint64_t k_largest_copy = 16 * k_mebibyte;

// The plan's pointers stay valid as long as the object lives and nothing is added.
class RootPlan {
public:
    explicit RootPlan(const UserMap& user) : user_(user) {}

    Status add(const Found& found, Failure& failure);
    // A folder of ours, such as the one for scratch, and a file whose bytes are copied from `source`.
    void add_folder(const std::string& path);
    void add_copy(const std::string& path, int source, std::uint64_t size, std::uint32_t mode);

    // After the last addition.
    void fill(ChildPlan& plan);
    // Files of the private root for which the child must make rules.
    const std::vector<std::pair<std::string, std::uint8_t>>& copied() const { return copied_; }

private:
    bool mounted(const std::string& path) const;
    void add_parents(const std::string& path);
    Status add_private(const Found& found, Failure& failure);

    UserMap user_;
    std::set<std::string> folders_; // sorted: parents come first
    std::map<std::string, std::string> links_;
    std::set<std::string> files_;
    struct Mount {
        bool folder;
        bool separate;
        std::uint64_t attributes;
        std::uint64_t device;
        std::uint64_t inode;
    };
    std::map<std::string, Mount> mounts_;
    struct Copy {
        int source;
        std::uint32_t mode;
    };
    std::map<std::string, Copy> copies_;
    std::vector<std::pair<std::string, std::uint8_t>> copied_;
    std::deque<Fd> opened_;
    std::uint64_t size_ = k_mebibyte;

    std::string size_text_;
    std::vector<const char*> folder_list_;
    std::vector<const char*> file_list_;
    std::vector<PlannedLink> link_list_;
    std::vector<PlannedMount> mount_list_;
    std::vector<PlannedCopy> copy_list_;
};

} // namespace kato::sandbox
