// Privileged places: what no rule gives, or only one that names it.
//
// Judged by name, for paths without links, and by identity where something is mounted twice. A hidden
// file or folder directly in a home is a place of its own, so that a program's secrets are kept also
// where this list does not know the program.
#pragma once

#include "agent/path.h"
#include "base/file.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace kato::agent {

// `named`: by a rule for the place itself or something in it, not for a folder that it lies in.
enum class Access : std::uint8_t { open, named, never };

struct Place {
    std::string path;
    Access read = Access::open;
    Access write = Access::open;
    std::string_view what{}; // "keys", for reasons
    FileIdentity identity{};
};

// What a rule named: the path as spelled, and without links.
struct RulePath {
    std::string spelled;
    std::string resolved;
};

class Places {
public:
    // Looks up links and identities once. `root`: see Surroundings.
    Places(std::string root, const std::string& home, const std::vector<std::string>& workspaces);

    // Adds the kernel's file systems that are mounted now, wherever. Code::io when that cannot be known.
    Status learn_mounts();

    // Why a rule does not give `path`, if it does not: one line, for people.
    std::optional<std::string> refusal(std::string_view path, bool write,
                                       const RulePath& rule) const;
    // The same for a path or folder that is a place under another name (mounted there).
    std::optional<std::string> alias_refusal(std::string_view path, bool write) const;
    // There may be a place in `folder`, below it.
    bool any_below(std::string_view folder) const;

private:
    void add(std::string path, Access read, Access write, std::string_view what);
    // The home that `path` is or lies in, own or not; empty: none.
    std::string_view home_of(std::string_view path) const;

    std::string root_;
    std::vector<std::string> homes_; // the user's, as spelled and without links
    std::string other_homes_;        // the folder of the others'
    std::vector<Place> places_;
};

} // namespace kato::agent
