// What an agent may try, and what must come of it: the executable part of the escape catalogue.
#pragma once

#include <span>
#include <string_view>

namespace kato::test {

enum class Wanted { denied, succeeds, either };

struct Row {
    int number; // of the catalogue; 0: ours
    std::string_view id;
    Wanted wanted;
};
std::span<const Row> catalogue();

// Without namespaces these cannot be prevented: no other right of Landlock, no argument that a
// filter sees, stands in their way. They must succeed at `confined`, or the list is too long.
inline constexpr std::string_view k_needs_namespaces[] = {
    "fs.access_exists", "fs.chdir_secret",  "fs.errno_oracle",
    "fs.o_path",        "fs.stat_metadata", "leak.hostname",
};

// They need the output file, which the others do without.
inline constexpr std::string_view k_needs_output[] = {
    "ctl.write_granted_out", "exec.from_out_dir", "fs.hardlink",       "fs.mkfifo_in_out",
    "fs.mknod_dev_in_out",   "fs.rename_in",      "fs.symlink_follow", "fs.symlink_planted_in_out",
    "more.exec_output",      "res.disk_96M",      "res.files_3000",    "res.sparse_1T",
};

} // namespace kato::test
