// Which sources of a bundle are an account's export together, and whether all of it could be read. What
// follows from that is the store's to say (ImportSession::finish_export).
#pragma once

#include "store/import_session.h"

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace kato {

class AccountExports {
public:
    // A source that was stored: `account` as in SourceInfo, `folder` it lies in, name within that.
    void add(const std::string& account, const std::string& folder, const std::string& name,
             const ImportCounts& counts);
    // Something could not be read that may be conversations.
    void miss() { missing_ = true; }
    // Those of an archive called `name` in `folder`: parts of the exports that lie beside it, unless they
    // have files of the same names, which are then other versions.
    void take(const AccountExports& inner, const std::string& folder, const std::string& name);
    // Those that the store is to be told of; `too_many`: it is told of none.
    std::vector<ExportInfo> all(bool& too_many) const;

private:
    struct Export {
        ExportInfo info{};
        std::set<std::string> names{};

        void add(const Export& part);
    };
    using Key = std::pair<std::string, std::string>; // folder, account

    std::map<Key, Export> exports_{};
    bool missing_ = false;
};

// Files of that name hold an export's conversations.
bool is_conversations_name(std::string_view name);

} // namespace kato
