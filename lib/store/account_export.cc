#include "store/account_export.h"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <set>
#include <unordered_set>
#include <vector>

#include <fmt/format.h>

namespace kato {
namespace {

constexpr std::size_t k_max_account_bytes = 200; // longer ones are known by their hash
constexpr std::int64_t k_no_age = INT64_MIN;     // nothing in it says when it was

std::string base_of(std::string_view name) { return std::string(name.substr(name.rfind('/') + 1)); }

// All places in the folder lie between it and this.
std::string behind(std::string folder) {
    ++folder.back(); // '0' follows '/'
    return folder;
}

enum class Kind : std::uint8_t { open, part, whole };

// A source of one of the account's exports.
struct Version {
    std::int64_t n = 0;
    Uuid id{};
    std::string name{}; // as given
    std::string base{};
    Kind kind = Kind::open;
    std::int64_t age = k_no_age; // of its export
    std::int64_t own = k_no_age; // of what is in itself
    bool outdated = false;
    bool was_outdated = false;
    bool member = false; // of the export that is finished
    bool moved = false;  // to another kind or age

    bool is(Kind wanted, std::int64_t wanted_age) const {
        return kind == wanted && age == wanted_age;
    }
};

std::int64_t age_or_none(std::string_view text) {
    std::int64_t age = k_no_age;
    const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), age);
    return problem == std::errc() && end == text.data() + text.size() ? age : k_no_age;
}

std::string age_text(std::int64_t age) { return age == k_no_age ? "none" : fmt::format("{}", age); }

// `place` begins behind the account's folder.
void read_place(std::string_view place, Version& version) {
    version.base = base_of(place);
    const std::size_t first = place.find('/');
    const std::size_t second = place.find('/', first == std::string_view::npos ? first : first + 1);
    if (first == std::string_view::npos) {
        version.kind = Kind::part;
        version.age = version.own;
    } else if (second != std::string_view::npos) {
        const std::string_view kind = place.substr(first + 1, second - first - 1);
        version.kind = kind == "whole" ? Kind::whole : Kind::part;
        version.age = age_or_none(place.substr(0, first));
    }
}

// Large exports come as several archives "data-<time>-batch-<number>.zip": what all of them have in
// common, "" for others.
std::string batch_of(std::string_view name) {
    constexpr std::string_view k_mark = "-batch-";
    const std::size_t mark = name.rfind(k_mark);
    if (mark == std::string_view::npos) return {};
    const std::size_t number = mark + k_mark.size();
    if (number == name.size() || name[number] < '0' || name[number] > '9') return {};
    const std::size_t slash = name.rfind('/', mark);
    const std::size_t begin = slash == std::string_view::npos ? 0 : slash + 1;
    return std::string(name.substr(begin, number - begin));
}

class AccountExports {
public:
    AccountExports(Db& db, std::string_view account) : db_(db), folder_(account_folder(account)) {}

    Status load();
    void place_members(const std::vector<Uuid>& sources, bool complete);
    void outdate();
    bool changed() const;
    Status write();
    Status settle_ties();
    Result<std::uint64_t> mark(bool met_vanished);

private:
    std::string place_of(const Version& version) const;
    Status set_outdated(Version& version, bool outdated);
    Result<bool> covered(const Version& version);
    Result<bool> all_covered(const std::vector<Version*>& versions,
                             const std::vector<Version*>& by);
    Result<std::uint64_t> vanish(const Version& version);
    Status bring_back(const Version& version);

    Db& db_;
    std::string folder_;
    std::vector<Version> versions_{};
    std::int64_t newest_ = k_no_age; // the age of the newest whole export
    bool any_whole_ = false;
};

Status AccountExports::load() {
    const std::string end = behind(folder_);
    Query all(db_, "SELECT n, id, name, as_of, location, state FROM source WHERE location >= ? AND "
                   "location < ? AND state IN (0, 1) ORDER BY n");
    all.bind_blob(1, folder_).bind_blob(2, end);
    for (;;) {
        KATO_TRY(const bool there, all.step());
        if (!there) return done();
        Version version;
        version.n = all.integer(0);
        version.id = all.uuid(1).value_or(Uuid{});
        version.name = all.text(2);
        version.own = all.optional_integer(3).value_or(k_no_age);
        read_place(all.blob(4).substr(folder_.size()), version);
        version.outdated = version.was_outdated = all.integer(5) == 1;
        versions_.push_back(std::move(version));
    }
}

// The export is as old as the latest that any of its sources speaks of.
void AccountExports::place_members(const std::vector<Uuid>& sources, bool complete) {
    const std::unordered_set<Uuid, UuidHash> ids(sources.begin(), sources.end());
    std::set<std::string> batches;
    for (Version& version : versions_) {
        version.member = ids.contains(version.id);
        if (!version.member) continue;
        if (std::string batch = batch_of(version.name); !batch.empty())
            batches.insert(std::move(batch));
    }
    std::int64_t age = k_no_age;
    for (Version& version : versions_) {
        if (!version.member && batches.contains(batch_of(version.name))) {
            version.member = true;
            complete = complete && version.kind == Kind::whole;
        }
        if (version.member) age = std::max(age, version.own);
    }
    const Kind kind = complete ? Kind::whole : Kind::part;
    for (Version& version : versions_) {
        if (!version.member) continue;
        // One that is in a newer export as well stays there; of a whole one it is once and for all.
        if (version.kind > kind || (version.kind == kind && version.age >= age)) continue;
        version.kind = kind;
        version.age = age;
        version.moved = true;
    }
}

void AccountExports::outdate() {
    for (const Version& version : versions_) {
        if (version.kind != Kind::whole) continue;
        any_whole_ = true;
        newest_ = std::max(newest_, version.age);
    }
    if (!any_whole_) return;
    for (Version& version : versions_) {
        if (version.kind == Kind::open) continue;
        if (version.age == k_no_age && newest_ != k_no_age)
            version.outdated = false; // nobody knows
        else if (version.age != newest_)
            version.outdated = version.age < newest_;
        else if (version.moved)
            version.outdated = false;
    }
}

bool AccountExports::changed() const {
    return std::any_of(versions_.begin(), versions_.end(), [](const Version& version) {
        return version.moved || version.outdated != version.was_outdated;
    });
}

std::string AccountExports::place_of(const Version& version) const {
    return fmt::format("{}{}/{}/{}", folder_, age_text(version.age),
                       version.kind == Kind::whole ? "whole" : "part", version.base);
}

Status AccountExports::set_outdated(Version& version, bool outdated) {
    version.outdated = outdated;
    Query set(db_, "UPDATE source SET state = ? WHERE n = ?");
    return set.bind(1, std::int64_t{outdated ? 1 : 0}).bind(2, version.n).run();
}

Status AccountExports::write() {
    for (Version& version : versions_) {
        if (version.moved) {
            const std::string place = place_of(version);
            Query set(db_, "UPDATE source SET location = ? WHERE n = ?");
            KATO_CHECK(set.bind_blob(1, place).bind(2, version.n).run());
        }
        if (version.outdated != version.was_outdated)
            KATO_CHECK(set_outdated(version, version.outdated));
    }
    return done();
}

// True when the newest sources of that age have all that is in this one.
Result<bool> AccountExports::covered(const Version& version) {
    const std::string first = fmt::format("{}{}/", folder_, age_text(version.age));
    const std::string end = behind(first);
    Query lacking(
        db_,
        "SELECT 1 FROM (SELECT n AS event FROM event WHERE source = ?1 UNION ALL "
        "SELECT event FROM origin WHERE source = ?1) p WHERE NOT EXISTS (SELECT 1 FROM event e "
        "JOIN source s ON s.n = e.source WHERE e.n = p.event AND s.state = 0 AND "
        "s.location >= ?2 AND s.location < ?3) AND NOT EXISTS (SELECT 1 FROM origin o JOIN "
        "source s ON s.n = o.source WHERE o.event = p.event AND s.state = 0 AND "
        "s.location >= ?2 AND s.location < ?3) LIMIT 1");
    lacking.bind(1, version.n).bind_blob(2, first).bind_blob(3, end);
    KATO_TRY(const bool lacks, lacking.step());
    return !lacks;
}

Result<bool> AccountExports::all_covered(const std::vector<Version*>& versions,
                                         const std::vector<Version*>& by) {
    for (Version* version : versions) KATO_CHECK(set_outdated(*version, true));
    for (Version* version : by) KATO_CHECK(set_outdated(*version, false));
    for (const Version* version : versions) {
        KATO_TRY(const bool has, covered(*version));
        if (!has) return false;
    }
    return true;
}

// Two whole exports of the same age: nothing was said between them. When one has less, what is missing
// was deleted; when both have the same, it is one export that was packed twice; else nobody knows.
Status AccountExports::settle_ties() {
    std::vector<Version*> members;
    std::vector<Version*> others;
    std::vector<Version*> parts;
    bool moved = false;
    for (Version& version : versions_) {
        if (version.age != newest_ || version.kind == Kind::open) continue;
        moved = moved || version.moved;
        if (version.kind == Kind::part)
            parts.push_back(&version);
        else if (version.member)
            members.push_back(&version);
        else if (!version.outdated)
            others.push_back(&version);
    }
    if (!any_whole_ || !moved) return done();
    for (Version* part : parts) KATO_CHECK(set_outdated(*part, true));
    if (!members.empty() && !others.empty()) {
        KATO_TRY(const bool more_there, all_covered(members, others));
        KATO_TRY(const bool more_here, all_covered(others, members));
        const auto by_name = [](const Version* a, const Version* b) { return a->name < b->name; };
        const bool first = (*std::min_element(members.begin(), members.end(), by_name))->name <
                           (*std::min_element(others.begin(), others.end(), by_name))->name;
        const bool others_out = more_there && (!more_here || first);
        const bool members_out = more_here && !others_out;
        for (Version* version : others) KATO_CHECK(set_outdated(*version, others_out));
        for (Version* version : members) KATO_CHECK(set_outdated(*version, members_out));
    }
    for (Version* part : parts) { // what could be read of an export that is there as a whole
        KATO_TRY(const bool has, covered(*part));
        KATO_CHECK(set_outdated(*part, has));
    }
    return done();
}

// What this source has, and the account's newest sources have in no words, has vanished, with all that
// the account's older sources say of it: unless a newest source of somebody else has it as it is.
Result<std::uint64_t> AccountExports::vanish(const Version& version) {
    const std::string end = behind(folder_);
    Query set(db_,
              "UPDATE event SET flags = flags | 16 WHERE flags & 16 = 0 AND n IN "
              "(SELECT g.n FROM event e JOIN event g ON g.chat = e.chat AND g.id = e.id WHERE "
              "(e.source = ?1 OR e.n IN (SELECT event FROM origin WHERE source = ?1)) "
              "AND NOT EXISTS (SELECT 1 FROM origin o JOIN source s ON s.n = o.source WHERE "
              "o.event = e.n AND s.state = 0 AND s.location >= ?2 AND s.location < ?3) "
              "AND NOT EXISTS (SELECT 1 FROM event f WHERE f.chat = e.chat AND f.id = e.id AND "
              "(EXISTS (SELECT 1 FROM source s WHERE s.n = f.source AND s.state = 0 AND "
              "s.location >= ?2 AND s.location < ?3) OR EXISTS (SELECT 1 FROM origin o JOIN source "
              "s ON s.n = o.source WHERE o.event = f.n AND s.state = 0 AND s.location >= ?2 AND "
              "s.location < ?3)))) "
              "AND (EXISTS (SELECT 1 FROM source s WHERE s.n = event.source AND s.location >= ?2 "
              "AND s.location < ?3) OR EXISTS (SELECT 1 FROM origin o JOIN source s ON s.n = "
              "o.source WHERE o.event = event.n AND s.location >= ?2 AND s.location < ?3)) "
              "AND NOT EXISTS (SELECT 1 FROM source s WHERE s.n = event.source AND s.state = 0) "
              "AND NOT EXISTS (SELECT 1 FROM origin o JOIN source s ON s.n = o.source WHERE "
              "o.event = event.n AND s.state = 0)");
    KATO_CHECK(set.bind(1, version.n).bind_blob(2, folder_).bind_blob(3, end).run());
    return static_cast<std::uint64_t>(db_.changes());
}

// What a newest source has, in these words or in others, has not vanished.
Status AccountExports::bring_back(const Version& version) {
    Query set(db_,
              "UPDATE event SET flags = flags & ~16 WHERE flags & 16 <> 0 AND n IN (SELECT g.n "
              "FROM (SELECT chat, id FROM event WHERE source = ?1 UNION ALL SELECT e.chat, "
              "e.id FROM origin o JOIN event e ON e.n = o.event WHERE o.source = ?1) AS e "
              "JOIN event g ON g.chat = e.chat AND g.id = e.id)");
    return set.bind(1, version.n).run();
}

Result<std::uint64_t> AccountExports::mark(bool met_vanished) {
    for (const Version& version : versions_)
        if (!version.outdated && (version.was_outdated || (version.moved && met_vanished)))
            KATO_CHECK(bring_back(version));
    std::uint64_t vanished = 0;
    for (const Version& version : versions_) {
        if (!version.outdated || (version.was_outdated && !version.moved)) continue;
        KATO_TRY(const std::uint64_t events, vanish(version));
        vanished += events;
    }
    return vanished;
}

} // namespace

std::string account_folder(std::string_view account) {
    std::string out(k_account_mark);
    if (account.size() > k_max_account_bytes) return out + to_hex(sha256(account)) + '/';
    for (const char c : account) {
        const auto byte = static_cast<unsigned char>(c);
        if (byte <= ' ' || byte == '/' || byte == '%' || byte == 0x7F)
            out += fmt::format("%{:02X}", byte);
        else
            out += c;
    }
    return out + '/';
}

std::string open_place(const SourceInfo& info) {
    return account_folder(info.account) + "open/" + base_of(info.name);
}

Result<bool> knows_account_source(Db& db, const SourceInfo& info) {
    const std::string first = account_folder(info.account);
    const std::string end = behind(first);
    const std::string base = '/' + base_of(info.name);
    Query find(db, "SELECT 1 FROM source WHERE location >= ?1 AND location < ?2 AND "
                   "substr(location, -length(?3)) = ?3 LIMIT 1");
    return find.bind_blob(1, first).bind_blob(2, end).bind_blob(3, base).step();
}

Result<std::int64_t> find_account_source(Db& db, const SourceInfo& info) {
    const std::string first = account_folder(info.account);
    const std::string end = behind(first);
    Query find(db, "SELECT n FROM source WHERE location >= ? AND location < ? AND name = ? AND "
                   "state IN (0, 1) ORDER BY imported DESC, n DESC LIMIT 1");
    find.bind_blob(1, first).bind_blob(2, end).bind_text(3, info.name);
    KATO_TRY(const bool there, find.step());
    return there ? find.integer(0) : std::int64_t{0};
}

Result<FinishedExport> finish_account_export(Db& db, const ExportInfo& info) {
    AccountExports exports(db, info.account);
    KATO_CHECK(exports.load());
    exports.place_members(info.sources, info.complete);
    exports.outdate();
    FinishedExport out;
    out.changed = exports.changed();
    if (!out.changed) return out;
    KATO_CHECK(exports.write());
    KATO_CHECK(exports.settle_ties());
    KATO_TRY(out.events_vanished, exports.mark(info.met_vanished));
    return out;
}

} // namespace kato
