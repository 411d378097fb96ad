#include "agent/places.h"

#include "agent/places_table.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace kato::agent {
namespace {

constexpr std::size_t k_max_mounts_bytes = 1 << 20;

// Their files are the kernel's, or lead to it, wherever they are mounted.
constexpr std::array<std::string_view, 20> k_kernel_mounts = {
    "proc",    "sysfs",   "cgroup",      "cgroup2",   "devtmpfs",   "devpts",   "mqueue",
    "debugfs", "tracefs", "securityfs",  "bpf",       "configfs",   "pstore",   "efivarfs",
    "fusectl", "nsfs",    "binfmt_misc", "hugetlbfs", "rpc_pipefs", "selinuxfs"};

// The strictest of the places that a path lies in, as far as it keeps a rule out.
struct Judgement {
    Access access = Access::open;
    std::string place;
    std::string_view what;

    void add(Access found, std::string_view where, std::string_view why) {
        if (found <= access) return;
        access = found;
        place = where;
        what = why;
    }
    std::optional<std::string> text() const {
        switch (access) {
        case Access::open: return std::nullopt;
        case Access::named:
            return fmt::format("{} ({}) is only given by a rule that names it", place, what);
        case Access::never: return fmt::format("{} ({}) is never given to an agent", place, what);
        }
        return std::nullopt;
    }
};

// What is left of `path` below `folder`, in which it is.
std::string_view below(std::string_view path, std::string_view folder) {
    if (folder == "/") return path.substr(1);
    return path.size() > folder.size() ? path.substr(folder.size() + 1) : std::string_view();
}

// A name in /proc/self/mountinfo: \040 and its like stand for what would end a field.
std::string unescape_octal(std::string_view text) {
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] != '\\' || i + 3 >= text.size()) {
            out += text[i];
            continue;
        }
        const int value = (text[i + 1] - '0') * 64 + (text[i + 2] - '0') * 8 + (text[i + 3] - '0');
        out += static_cast<char>(value & 0xFF);
        i += 3;
    }
    return out;
}

std::string_view field(std::string_view line, int index) {
    for (; index > 0; --index) {
        const std::size_t space = line.find(' ');
        if (space == std::string_view::npos) return {};
        line.remove_prefix(space + 1);
    }
    return line.substr(0, line.find(' '));
}

Result<std::string> read_mounts() {
    const std::string path = "/proc/self/mountinfo";
    if (!file_exists(path)) return std::string(); // without /proc there is none to give away
    KATO_TRY(const Fd file, open_for_read(path));
    std::string text;
    std::array<char, 16384> buffer{};
    while (true) {
        KATO_TRY(const std::size_t got, read_some(file.get(), buffer.data(), buffer.size(), path));
        if (got == 0) return text;
        text.append(buffer.data(), got);
        if (text.size() > k_max_mounts_bytes)
            return Error{Code::limit, "too many file systems are mounted"};
    }
}

} // namespace

Places::Places(std::string root, const std::string& home,
               const std::vector<std::string>& workspaces)
    : root_(std::move(root)), other_homes_(root_ + "/home") {
    if (!home.empty()) {
        homes_.push_back(clean_path(home));
        const auto resolved = resolve_path(homes_.front());
        if (resolved && resolved->path != homes_.front()) homes_.push_back(resolved->path);
    }
    for (const TableRow& row : k_system_places)
        add(fmt::format("{}/{}", root_, row.path), row.read, row.write, row.what);
    for (const std::string& workspace : workspaces)
        add(clean_path(workspace), k_never, k_never, "conversations");
    // refusal() knows a home's places by name; these entries are for links and identities.
    for (const TableRow& row : k_home_places) {
        for (const std::string& own : homes_) {
            std::string path = join_path(own, row.path);
            if (file_exists(path)) add(std::move(path), row.read, row.write, row.what);
        }
    }
}

void Places::add(std::string path, Access read, Access write, std::string_view what) {
    Place place{std::move(path), read, write, what, {}};
    const auto resolved = resolve_path(place.path);
    if (resolved) {
        place.identity = resolved->identity;
        if (resolved->path != place.path) {
            Place target = place;
            target.path = resolved->path;
            places_.push_back(std::move(target));
        }
    }
    places_.push_back(std::move(place));
}

Status Places::learn_mounts() {
    if (!root_.empty()) return done();
    KATO_TRY(const std::string text, read_mounts());
    std::string_view rest = text;
    while (!rest.empty()) {
        const std::size_t end = rest.find('\n');
        const std::string_view line = rest.substr(0, end);
        rest = end == std::string_view::npos ? std::string_view() : rest.substr(end + 1);
        const std::size_t dash = line.find(" - ");
        if (dash == std::string_view::npos) continue;
        const std::string_view type = field(line.substr(dash + 3), 0);
        if (std::find(k_kernel_mounts.begin(), k_kernel_mounts.end(), type) ==
            k_kernel_mounts.end())
            continue;
        Place place{unescape_octal(field(line, 4)), k_never, k_never, "the kernel's files", {}};
        if (!place.path.empty() && place.path != "/") places_.push_back(std::move(place));
    }
    return done();
}

std::string_view Places::home_of(std::string_view path) const {
    for (const std::string& home : homes_)
        if (is_within(path, home)) return home;
    const std::size_t others = other_homes_.size();
    if (path.size() > others + 1 && is_within(path, other_homes_))
        return path.substr(0, path.find('/', others + 1));
    if (is_within(path, fmt::format("{}/root", root_))) return path.substr(0, root_.size() + 5);
    return {};
}

std::optional<std::string> Places::refusal(std::string_view path, bool write,
                                           const RulePath& rule) const {
    Judgement judgement;
    // A link may lead into a place only for a rule that names the place, too. `other`: a second name
    // of the place.
    const auto named = [&](std::string_view place, std::string_view other) {
        return is_within(rule.resolved, place) &&
               (is_within(rule.spelled, place) ||
                (!other.empty() && is_within(rule.spelled, other)));
    };
    const auto judge = [&](std::string_view place, std::string_view other, Access access,
                           std::string_view what) {
        if (access == Access::named && named(place, other)) return;
        judgement.add(access, place, what);
    };
    for (const Place& place : places_) {
        if (!is_within(path, place.path)) continue;
        if (place.path == root_ + "/run" && is_within(path, root_ + "/run/media")) continue;
        judge(place.path, {}, write ? place.write : place.read, place.what);
    }
    const std::string_view home = home_of(path);
    if (home.empty()) return judgement.text();
    const bool own = std::find(homes_.begin(), homes_.end(), home) != homes_.end();
    if (!own) judge(home, {}, Access::named, "another user's home");
    const std::string_view inside = below(path, home);
    const auto judge_inside = [&](std::string_view name, Access access, std::string_view what) {
        judge(join_path(home, name), own ? join_path(homes_.front(), name) : std::string(), access,
              what);
    };
    if (!inside.empty() && inside[0] == '.')
        judge_inside(inside.substr(0, inside.find('/')), Access::named, "hidden in a home");
    for (const TableRow& row : k_home_places)
        if (is_within(inside, row.path))
            judge_inside(row.path, write ? row.write : row.read, row.what);
    return judgement.text();
}

std::optional<std::string> Places::alias_refusal(std::string_view path, bool write) const {
    for (std::string_view here = path; !here.empty(); here = here.substr(0, here.rfind('/'))) {
        const FileIdentity identity = file_identity(std::string(here));
        if (identity == FileIdentity{}) continue;
        for (const Place& place : places_) {
            if ((write ? place.write : place.read) == Access::open) continue;
            if (place.identity != identity || is_within(path, place.path)) continue;
            return fmt::format("{} is {} ({}) under another name", here, place.path, place.what);
        }
    }
    return std::nullopt;
}

bool Places::any_below(std::string_view folder) const {
    const auto inside = [&](std::string_view place) {
        return place != folder && is_within(place, folder);
    };
    for (const Place& place : places_)
        if (inside(place.path)) return true;
    const std::string_view home = home_of(folder);
    if (home == folder || folder == other_homes_) return true;
    if (inside(other_homes_) || inside(root_ + "/root")) return true;
    for (const std::string& own : homes_)
        if (inside(own)) return true;
    if (home.empty()) return false;
    const std::string_view here = below(folder, home);
    return std::any_of(k_home_places.begin(), k_home_places.end(), [&](const TableRow& row) {
        return row.path != here && is_within(row.path, here);
    });
}

} // namespace kato::agent
