// Finds the libraries of a program as the loader will, and grants them.
#pragma once

#include "base/result.h"
#include "sandbox/confinement.h"
#include "sandbox/runtime/elf.h"
#include "sandbox/runtime/loader_cache.h"

#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace kato::sandbox {

constexpr std::size_t k_most_libraries = 1024;

class Libraries {
public:
    Libraries() = default;

    // The program (already read), its loader and all libraries. A library that is nowhere is left
    // out: the loader will say so to the user in its own words.
    Status add_program(const std::string& path, const Elf& elf);
    // The libraries of another one that the program may load: granted itself by somebody else.
    Status add_plugin(const std::string& path);

    std::vector<Grant> take_grants();
    // Folders that the loader cannot find by itself: without /proc it does not know where the
    // program lies, which "$ORIGIN" stands for.
    const std::vector<std::string>& origin_folders() const { return origin_folders_; }

private:
    struct User { // of a library
        std::string path;
        Elf elf;
    };
    Status add_needed(const User& user);
    std::optional<std::string> find(const std::string& name, const User& user);
    std::optional<std::string> find_in(const std::vector<std::string>& folders,
                                       const std::string& name, const User& owner);
    void grant(const std::string& path, std::uint8_t rights, std::string reason);

    std::vector<Grant> grants_;
    std::set<std::string> seen_; // names and paths
    std::vector<std::string> main_rpath_;
    std::string main_path_;
    std::vector<std::string> origin_folders_;
    std::optional<LoaderCache> cache_;
    bool cache_granted_ = false;
};

} // namespace kato::sandbox
