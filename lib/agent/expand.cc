#include "agent/expand.h"

#include <dirent.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <memory>
#include <optional>
#include <string_view>
#include <utility>

namespace kato::agent {
namespace {

struct Close {
    void operator()(DIR* folder) const { (void)::closedir(folder); } // only read
};

class Expander {
public:
    Expander(const RulePath& rule, bool write, const Places& places,
             const std::vector<std::string>& denied)
        : rule_(rule), write_(write), places_(places), denied_(denied) {}

    // `folder`: false for a file.
    void visit(const std::string& path, const FileIdentity& identity, bool folder, int depth) {
        if (result_.too_broad) return;
        if (kept_out(path)) return leave_out(path);
        if (!folder || !comes_apart(path)) {
            if (result_.paths.size() == k_max_grant_paths) return give_up();
            result_.paths.push_back({path, identity});
            return;
        }
        if (depth == k_max_expand_depth) return give_up();
        const std::optional<std::vector<std::string>> names = list(path);
        if (!names) return leave_out(path); // nothing can be said about what is in it
        for (const std::string& name : *names) visit_entry(join_path(path, name), depth);
    }

    Expansion take() {
        if (result_.too_broad) {
            result_.paths.clear();
            result_.without.clear();
        }
        return std::move(result_);
    }

private:
    bool kept_out(const std::string& path) const {
        return places_.refusal(path, write_, rule_).has_value() ||
               std::any_of(denied_.begin(), denied_.end(),
                           [&](const std::string& deny) { return is_within(path, deny); });
    }

    bool comes_apart(const std::string& path) const {
        return places_.any_below(path) ||
               std::any_of(denied_.begin(), denied_.end(),
                           [&](const std::string& deny) { return is_within(deny, path); });
    }

    // Links are not followed: what they lead to is given by its own name or not at all.
    void visit_entry(const std::string& path, int depth) {
        struct stat info {};
        if (::lstat(path.c_str(), &info) != 0) return; // gone meanwhile
        const bool folder = S_ISDIR(info.st_mode);
        if (!folder && !S_ISREG(info.st_mode)) return;
        visit(path, {info.st_dev, info.st_ino}, folder, depth + 1);
    }

    // Sorted, so that the same folder gives the same decision.
    std::optional<std::vector<std::string>> list(const std::string& path) {
        std::vector<std::string> names;
        // Not std::filesystem's iterator, which ends the process when memory does.
        const std::unique_ptr<DIR, Close> folder(::opendir(path.c_str()));
        if (!folder) return std::nullopt;
        while (true) {
            errno = 0;
            const struct dirent* const entry = ::readdir(folder.get());
            if (entry == nullptr) break;
            const std::string_view name = entry->d_name;
            if (name == "." || name == "..") continue;
            if (++entries_ > k_max_entries) {
                give_up();
                return std::nullopt;
            }
            names.emplace_back(name);
        }
        if (errno != 0) return std::nullopt;
        std::sort(names.begin(), names.end());
        return names;
    }

    void leave_out(const std::string& path) {
        if (result_.without.size() < k_max_grant_paths) result_.without.push_back(path);
    }
    void give_up() { result_.too_broad = true; }

    const RulePath& rule_;
    bool write_;
    const Places& places_;
    const std::vector<std::string>& denied_;
    std::size_t entries_ = 0;
    Expansion result_;
};

} // namespace

Expansion expand_folder(const ResolvedPath& target, const RulePath& rule, bool write,
                        const Places& places, const std::vector<std::string>& denied) {
    Expander expander(rule, write, places, denied);
    expander.visit(target.path, target.identity, true, 0);
    return expander.take();
}

} // namespace kato::agent
