// The workspace directory: who may have one, and what is in it.
#pragma once

#include "base/id.h"
#include "base/result.h"

#include <string>

namespace kato {

class Workspace {
public:
    explicit Workspace(std::string root);

    const std::string& root() const { return root_; }
    std::string database() const { return root_ + "/kato.db"; }
    std::string index() const { return root_ + "/index.db"; }

    // Makes the directory and an empty database where they are missing.
    Status create() const;
    // Refuses a workspace that is missing or that others could change; with `repair`, files of ours
    // that others may read become private.
    Status check(bool repair) const;
    // What agents wrote about a chat.
    Status remove_outputs(const Uuid& chat) const;

private:
    std::string root_;
};

} // namespace kato
