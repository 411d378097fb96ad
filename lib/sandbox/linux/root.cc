#include "sandbox/linux/root.h"

#include "sandbox/linux/access.h"
#include "sandbox/linux/kernel.h"
#include "sandbox/linux/resolve.h"

#include <algorithm>
#include <cerrno>
#include <iterator>
#include <string_view>

#include <fcntl.h>
#include <fmt/format.h>

namespace kato::sandbox {

namespace {

// Nothing of these is ever granted: through them a process reaches other processes and the kernel.
constexpr std::string_view k_never[] = {"/proc", "/sys"};
// Of devices only these, which hold no state.
constexpr std::string_view k_devices[] = {"/dev/full", "/dev/null", "/dev/random", "/dev/urandom",
                                          "/dev/zero"};
// Of the private root, for what is ours.
constexpr std::string_view k_ours = "/kato";

bool below(std::string_view path, std::string_view folder) {
    return path.substr(0, folder.size()) == folder &&
           (path.size() == folder.size() || path[folder.size()] == '/');
}

const char* relative(const std::string& path) { return path.c_str() + 1; }

Error refused(std::string_view about, int number, Failure& failure) {
    return failure_error({Layer::request, Step::open_grant, number}, about, failure);
}

} // namespace

Result<Found> find_grant(const Grant& grant, PathCache& cache, Failure& failure) {
    if (grant.path.empty() || grant.path[0] != '/' || grant.path.find('\0') != std::string::npos)
        return refused(grant.path, EINVAL, failure);
    Resolved resolved = resolve_path(grant.path, cache);
    if (resolved.path.empty()) return refused(grant.path, errno, failure);
    Found found;
    found.path = std::move(resolved.path);
    found.links = std::move(resolved.links);
    found.rights = grant.rights;
    const Fd opened = open_without_links(found.path, O_PATH);
    if (!opened || ::fstat(opened.get(), &found.info) != 0)
        return refused(grant.path, errno, failure);
    const FileIdentity none{};
    const FileIdentity there{found.info.st_dev, found.info.st_ino};
    if (grant.identity != none && (grant.identity != there || !found.links.empty())) {
        Error error = refused(grant.path, ESTALE, failure);
        error.hint = "another file took its place after it was granted; run it again";
        return error;
    }
    bool never = found.path == "/" || below(found.path, k_ours);
    for (const std::string_view place : k_never) never = never || below(found.path, place);
    const bool device =
        S_ISCHR(found.info.st_mode) &&
        std::find(std::begin(k_devices), std::end(k_devices), found.path) != std::end(k_devices);
    if (!device && below(found.path, "/dev")) never = true;
    if (!device && !S_ISREG(found.info.st_mode) && !S_ISDIR(found.info.st_mode)) never = true;
    if (never) {
        Error error = refused(grant.path, EPERM, failure);
        error.code = Code::denied;
        error.hint = "this place is never granted";
        return error;
    }
    return found;
}

bool RootPlan::mounted(const std::string& path) const {
    return std::any_of(mounts_.begin(), mounts_.end(), [&](const auto& mount) {
        return mount.second.folder && below(path, mount.first);
    });
}

void RootPlan::add_parents(const std::string& path) {
    for (std::size_t slash = path.rfind('/'); slash != 0 && slash != std::string::npos;
         slash = path.rfind('/', slash - 1))
        if (!folders_.insert(path.substr(0, slash)).second) return; // and so are those above
}

void RootPlan::add_folder(const std::string& path) {
    add_parents(path);
    folders_.insert(path);
}

void RootPlan::add_copy(const std::string& path, int source, std::uint64_t size,
                        std::uint32_t mode) {
    add_parents(path);
    copies_[path] = {source, mode};
    size_ += size + 4096;
}

// A root host's own file, which the program's user may not read: it gets a copy.
Status RootPlan::add_private(const Found& found, Failure& failure) {
    const bool small = static_cast<std::uint64_t>(found.info.st_size) <= k_largest_copy;
    if (!S_ISREG(found.info.st_mode) || (found.rights & k_write) != 0 || !small) {
        Error error = refused(found.path, EACCES, failure);
        error.hint = fmt::format("others must be able to read it: chmod o+rX '{}'", found.path);
        return error;
    }
    Fd opened = open_without_links(found.path, O_RDONLY | O_NOCTTY);
    if (opened) opened = Fd(::fcntl(opened.get(), F_DUPFD_CLOEXEC, k_first_planned));
    if (!opened) return refused(found.path, errno, failure);
    struct stat info {};
    if (::fstat(opened.get(), &info) != 0 || info.st_dev != found.info.st_dev ||
        info.st_ino != found.info.st_ino)
        return refused(found.path, ESTALE, failure);
    const bool execute = (found.rights & k_execute) != 0;
    add_copy(found.path, opened.get(), static_cast<std::uint64_t>(info.st_size),
             execute ? 0555 : 0444);
    copied_.emplace_back(found.path, found.rights);
    opened_.push_back(std::move(opened));
    return done();
}

Status RootPlan::add(const Found& found, Failure& failure) {
    for (const auto& [link, target] : found.links) {
        if (mounted(link)) continue; // it is there as well
        add_parents(link);
        links_[link] = target;
    }
    const bool folder = S_ISDIR(found.info.st_mode);
    const bool device = S_ISCHR(found.info.st_mode);
    const bool write = (found.rights & k_write) != 0;
    if (mounts_.count(found.path) != 0 || copies_.count(found.path) != 0) return done();
    if (!write && mounted(found.path)) return done();
    if (user_.change && !device &&
        (!open_to_others(found.info, (found.rights & k_execute) != 0) || !reachable(found.path, 0)))
        return add_private(found, failure);
    if (!mounted(found.path)) {
        add_parents(found.path);
        if (folder) {
            folders_.insert(found.path);
        } else {
            files_.insert(found.path);
        }
    }
    const std::uint64_t attributes =
        k_mount_no_suid | k_mount_no_execution |
        (device ? k_mount_read_only : k_mount_no_devices); // read-only is only the device's inode
    mounts_[found.path] = {folder, device || write, attributes, found.info.st_dev,
                           found.info.st_ino};
    return done();
}

void RootPlan::fill(ChildPlan& plan) {
    for (const std::string& folder : folders_) folder_list_.push_back(relative(folder));
    for (const std::string& file : files_) file_list_.push_back(relative(file));
    for (const auto& [link, target] : links_)
        link_list_.push_back({relative(link), target.c_str()});
    for (const auto& [path, mount] : mounts_)
        mount_list_.push_back({path.c_str(), relative(path), mount.device, mount.inode,
                               mount.folder, mount.separate, mount.attributes, -1});
    for (const auto& [path, copy] : copies_)
        copy_list_.push_back({copy.source, relative(path), copy.mode});
    size_text_ = fmt::format("{}", size_);
    plan.root = {"/", size_text_.c_str(), nullptr, false};
    plan.folders = {folder_list_.data(), folder_list_.size()};
    plan.files = {file_list_.data(), file_list_.size()};
    plan.links = {link_list_.data(), link_list_.size()};
    plan.mounts = {mount_list_.data(), mount_list_.size()};
    plan.copies = {copy_list_.data(), copy_list_.size()};
}

} // namespace kato::sandbox
