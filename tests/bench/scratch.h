// A temporary folder that goes away with its owner, and the sizes of files.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace bench {

class Scratch {
public:
    Scratch(); // below $TMPDIR; throws std::runtime_error
    ~Scratch();
    Scratch(const Scratch&) = delete;
    Scratch& operator=(const Scratch&) = delete;
    std::string operator/(const std::string& name) const { return path_ + "/" + name; }

private:
    std::string path_;
};

std::uint64_t size_of_tree(const std::string& path);
std::vector<std::string> files_of_tree(const std::string& path); // sorted
void remove_tree(const std::string& path);

} // namespace bench
