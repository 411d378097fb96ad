#include "exchange/account_exports.h"

#include <algorithm>
#include <charconv>

namespace kato {
namespace {

constexpr std::size_t k_max_exports = 256; // in one archive or folder
constexpr std::string_view k_stem = "conversations";
constexpr std::string_view k_suffix = ".json";

// The number in "conversations-012.json", -1 for other names.
int shard_number(std::string_view name) {
    if (!is_conversations_name(name) || name.size() <= k_stem.size() + 1 + k_suffix.size())
        return -1;
    name.remove_prefix(k_stem.size() + 1);
    name.remove_suffix(k_suffix.size());
    int number = -1;
    const auto [end, problem] = std::from_chars(name.data(), name.data() + name.size(), number);
    return problem == std::errc() && end == name.data() + name.size() ? number : -1;
}

// Shards are numbered without gaps, from 0 or 1.
bool are_whole(const std::set<std::string>& names) {
    std::set<int> shards;
    bool any = false;
    for (const std::string& name : names) {
        any = any || is_conversations_name(name);
        if (const int number = shard_number(name); number >= 0) shards.insert(number);
    }
    if (shards.empty()) return any;
    return *shards.begin() <= 1 &&
           *shards.rbegin() - *shards.begin() == static_cast<int>(shards.size()) - 1;
}

} // namespace

bool is_conversations_name(std::string_view name) {
    return name.starts_with(k_stem) && name.ends_with(k_suffix);
}

void AccountExports::add(const std::string& account, const std::string& folder,
                         const std::string& name, const ImportCounts& counts) {
    if (counts.quarantined_bytes != 0 || counts.pending_bytes != 0) missing_ = true;
    Export& one = exports_[{folder, account}];
    one.info.account = account;
    one.info.sources.push_back(counts.source);
    one.info.met_vanished = one.info.met_vanished || counts.met_vanished;
    one.names.insert(name);
}

void AccountExports::take(const AccountExports& inner, const std::string& folder,
                          const std::string& name) {
    missing_ = missing_ || inner.missing_;
    for (const auto& [key, part] : inner.exports_) {
        const auto beside = exports_.find({folder + key.first, key.second});
        const bool same_names = beside != exports_.end() &&
                                std::any_of(part.names.begin(), part.names.end(),
                                            [&names = beside->second.names](const auto& one) {
                                                return names.contains(one);
                                            });
        const std::string place = same_names ? folder + name + '/' : folder;
        exports_[{place + key.first, key.second}].add(part);
    }
}

std::vector<ExportInfo> AccountExports::all(bool& too_many) const {
    std::vector<ExportInfo> out;
    too_many = exports_.size() > k_max_exports;
    if (too_many) return out;
    for (const auto& [key, one] : exports_) {
        out.push_back(one.info);
        out.back().complete = !missing_ && are_whole(one.names);
    }
    return out;
}

void AccountExports::Export::add(const Export& part) {
    names.insert(part.names.begin(), part.names.end());
    info.account = part.info.account;
    info.sources.insert(info.sources.end(), part.info.sources.begin(), part.info.sources.end());
    info.met_vanished = info.met_vanished || part.info.met_vanished;
}

} // namespace kato
