#include "store/workspace.h"

#include "base/file.h"
#include "base/folder.h"

#include <fmt/format.h>

namespace kato {

Workspace::Workspace(std::string root) : root_(std::move(root)) {
    // A slash at the end would follow a symbolic link.
    while (root_.size() > 1 && root_.back() == '/') root_.pop_back();
}

Status Workspace::create() const {
    KATO_CHECK(make_private_directory(root_));
    return make_private_file(database());
}

Status Workspace::check(bool repair) const {
    if (!file_exists(root_) || (!file_exists(database()) && check_private_directory(root_))) {
        Error error{Code::not_found, fmt::format("{}: no workspace is here", root_)};
        error.path = root_;
        error.hint = "make one with: kato init";
        return error;
    }
    KATO_CHECK(check_private_directory(root_));
    for (const std::string& file : {database(), database() + "-wal", database() + "-shm", index()})
        if (file_exists(file)) KATO_CHECK(check_private_file(file, repair));
    return done();
}

Status Workspace::remove_outputs(const Uuid& chat) const {
    return remove_tree(root_ + "/out/" + to_string(chat));
}

} // namespace kato
