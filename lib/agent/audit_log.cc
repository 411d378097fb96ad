#include "agent/audit_log.h"

#include "agent/audit_chain.h"
#include "base/folder.h"
#include "base/json_members.h"
#include "base/time.h"

#include <algorithm>
#include <cerrno>
#include <optional>

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fmt/format.h>

namespace kato::agent {
namespace {

constexpr std::size_t k_max_record_bytes = 1 << 20; // longer lines are none of ours
constexpr std::size_t k_listed_problems = 100;
constexpr std::string_view k_suffix = ".jsonl";
constexpr std::size_t k_month = 7; // 2026-11
constexpr std::uint64_t k_unknown = UINT64_MAX;
constexpr std::string_view k_torn = "\"type\":\"torn\""; // the line before was cut off by a crash

constexpr std::size_t k_tail = std::string_view(R"(,"hash":""})").size() + 64;

// Such a record says nothing else. Elsewhere the same text may be the agent's: a manifest's parameter.
bool tells_of_torn(std::string_view line) {
    return line.size() > k_tail && line.substr(0, line.size() - k_tail).ends_with(k_torn);
}

class Locked {
public:
    explicit Locked(int fd) : fd_(fd) {
        while (::flock(fd_, LOCK_EX) != 0 && errno == EINTR) {}
    }
    ~Locked() { (void)::flock(fd_, LOCK_UN); }
    Locked(const Locked&) = delete;
    Locked& operator=(const Locked&) = delete;

private:
    int fd_;
};

Result<Fd> open_file(const std::string& path, int flags) {
    Fd fd(::open(path.c_str(), flags | O_CLOEXEC | O_NOFOLLOW, 0600));
    if (!fd) return os_error("cannot open", path);
    return fd;
}

Result<std::uint64_t> size_of(int fd, const std::string& path) {
    struct stat info {};
    if (::fstat(fd, &info) != 0) return os_error("cannot look at", path);
    return static_cast<std::uint64_t>(info.st_size);
}

struct LastLine {
    std::optional<std::string> line{}; // the last with a line end
    bool torn = false;                 // something stands behind it
};

Result<LastLine> last_line(const std::string& path) {
    KATO_TRY(const Fd file, open_file(path, O_RDONLY));
    KATO_TRY(const std::uint64_t size, size_of(file.get(), path));
    // Two records fit: the last one, and one that was cut off.
    const std::uint64_t length = std::min<std::uint64_t>(size, 2 * k_max_record_bytes);
    std::string tail(static_cast<std::size_t>(length), '\0');
    for (std::size_t have = 0; have < tail.size();) {
        const ssize_t got = ::pread(file.get(), tail.data() + have, tail.size() - have,
                                    static_cast<off_t>(size - length + have));
        if (got < 0 && errno == EINTR) continue;
        if (got <= 0) return os_error("cannot read", path);
        have += static_cast<std::size_t>(got);
    }
    LastLine out;
    const std::size_t end = tail.rfind('\n');
    out.torn = !tail.empty() && end != tail.size() - 1;
    if (end == std::string::npos) return out;
    const std::size_t before = end == 0 ? std::string::npos : tail.rfind('\n', end - 1);
    const std::size_t begin = before == std::string::npos ? 0 : before + 1;
    out.line = tail.substr(begin, end - begin);
    return out;
}

// Where a log ends.
struct End {
    AuditHead head{};     // of the last record that verifies, as far as one can alone
    bool torn = false;    // something without a line end stands at the end of the newest file
    std::string damage{}; // where what stands behind `head` begins; empty: nothing does
};

// The long way, through all of the log.
Status find_damage(const std::string& directory, End& end) {
    return read_audit(directory,
                      [&](const std::string& file, std::uint64_t number, std::string_view line) {
                          const auto record = parse_record(line);
                          if (record && record->unchanged) {
                              end.head = {record->sequence, record->hash};
                              end.damage.clear();
                          } else if (end.damage.empty()) {
                              end.damage = fmt::format("{}:{}", file, number);
                          }
                          return done();
                      });
}

Result<End> end_of(const std::string& directory, const std::vector<std::string>& files) {
    End end;
    for (auto name = files.rbegin(); name != files.rend(); ++name) {
        KATO_TRY(const LastLine last, last_line(directory + "/" + *name));
        if (name == files.rbegin()) end.torn = last.torn;
        if (!last.line) continue; // made, and nothing written: the record before is in an older one
        const auto record = parse_record(*last.line);
        if (record && record->unchanged)
            end.head = {record->sequence, record->hash};
        else
            KATO_CHECK(find_damage(directory, end));
        break;
    }
    return end;
}

} // namespace

Result<AuditLog> AuditLog::open(std::string directory, const AuditHead& known, OnDamage on_damage) {
    KATO_CHECK(make_private_directory(directory));
    KATO_TRY(Fd lock, open_file(directory + "/lock", O_RDWR | O_CREAT));
    return AuditLog(std::move(directory), std::move(lock), known, on_damage);
}

Result<std::vector<std::string>> audit_files(const std::string& directory) {
    auto names = list_folder(directory);
    if (!names) {
        if (names.error().code == Code::not_found) return std::vector<std::string>();
        return std::move(names.error());
    }
    std::erase_if(*names, [](const std::string& name) {
        return name.size() != k_month + k_suffix.size() || !name.ends_with(k_suffix);
    });
    return std::move(*names);
}

// So that what is appended begins on a line of its own.
Status AuditLog::end_torn_line() {
    KATO_CHECK(write_all(file_.get(), "\n", directory_ + "/" + name_));
    ++size_;
    return done();
}

// What is told of an end that does not verify, as a record's members. `head_` is the last record that
// does.
Result<std::string> AuditLog::pass_damage(const std::string& place, std::string_view reason) {
    if (on_damage_ == OnDamage::refuse) {
        Error error{Code::corrupt,
                    fmt::format("{}/{}: the audit log is damaged: {}", directory_, place, reason)};
        error.hint = "kato audit verify says where; a run that does not require the audit goes on";
        size_ = k_unknown; // to be looked at again
        return error;
    }
    JsonMembers members;
    members.text("type", "damaged");
    members.text("place", place);
    members.text("reason", reason);
    members.number("last_good", head_.sequence);
    const std::string object = members.object();
    return object.substr(1, object.size() - 2);
}

// Under the lock: the log's last record, unless it is still as we left it. Gives the members of a record
// that tells of what was found there instead of a whole end; empty: nothing.
Result<std::string> AuditLog::find_end() {
    KATO_TRY(const std::vector<std::string> files, audit_files(directory_));
    if (!files.empty() && files.back() != name_) {
        KATO_TRY(file_, open_file(directory_ + "/" + files.back(), O_RDWR | O_APPEND));
        name_ = files.back();
        size_ = k_unknown;
    }
    if (files.empty()) {
        file_ = Fd();
        name_.clear();
        size_ = 0;
        head_ = {};
        return check_known();
    }
    KATO_TRY(const std::uint64_t size, size_of(file_.get(), directory_ + "/" + name_));
    if (size == size_) return std::string();
    size_ = size;
    KATO_TRY(const End end, end_of(directory_, files));
    head_ = end.head;
    if (!end.damage.empty()) {
        KATO_TRY(std::string told, pass_damage(end.damage, "is no record of the log"));
        if (end.torn) KATO_CHECK(end_torn_line());
        skip_known();
        return told;
    }
    KATO_TRY(std::string told, check_known());
    if (end.torn) KATO_CHECK(end_torn_line());
    if (told.empty() && end.torn) told = k_torn;
    return told;
}

// The record that the store remembers must be there, or have been: looked for once.
Result<std::string> AuditLog::check_known() {
    const bool gone = head_.sequence < known_.sequence ||
                      (head_.sequence == known_.sequence && head_.hash != known_.hash);
    if (!gone) return std::string();
    KATO_TRY(std::string told,
             pass_damage(name_, fmt::format("record {}, which the store remembers, is not there",
                                            known_.sequence)));
    skip_known();
    return told;
}

// No number is given twice.
void AuditLog::skip_known() {
    head_.sequence = std::max(head_.sequence, known_.sequence);
    known_ = {};
}

Status AuditLog::open_month(std::int64_t time_us) {
    const std::string name = format_time(time_us).substr(0, k_month) + std::string(k_suffix);
    if (file_ && name <= name_) return done(); // also when the clock was set back
    const std::string path = directory_ + "/" + name;
    KATO_TRY(file_, open_file(path, O_RDWR | O_APPEND | O_CREAT | O_EXCL));
    name_ = name;
    size_ = 0;
    return done();
}

Status AuditLog::write(std::int64_t time_us, std::string_view members) {
    const std::string line = chain_record(head_, time_us, members);
    KATO_CHECK(write_all(file_.get(), line, directory_ + "/" + name_));
    const auto record = parse_record(std::string_view(line).substr(0, line.size() - 1));
    head_ = {record->sequence, record->hash};
    size_ += line.size();
    return done();
}

Result<AuditHead> AuditLog::append(std::int64_t time_us, std::string_view members) {
    const Locked locked(lock_.get());
    KATO_TRY(const std::string told, find_end());
    KATO_CHECK(open_month(time_us));
    if (!told.empty()) KATO_CHECK(write(time_us, told));
    KATO_CHECK(write(time_us, members));
    return head_;
}

Status read_audit(const std::string& directory, const AuditLineFn& take) {
    KATO_TRY(const std::vector<std::string> files, audit_files(directory));
    std::string buffer(1 << 16, '\0');
    for (const std::string& name : files) {
        const std::string path = path_in(directory, name);
        KATO_TRY(const Fd file, open_file(path, O_RDONLY));
        std::string line;
        std::uint64_t number = 0;
        bool too_long = false;
        for (;;) {
            KATO_TRY(const std::size_t got,
                     read_some(file.get(), buffer.data(), buffer.size(), path));
            if (got == 0) break;
            std::string_view rest(buffer.data(), got);
            for (std::size_t end; (end = rest.find('\n')) != std::string_view::npos;) {
                if (!too_long) line += rest.substr(0, end);
                KATO_CHECK(take(name, ++number, too_long ? std::string_view() : line));
                line.clear();
                too_long = false;
                rest.remove_prefix(end + 1);
            }
            too_long = too_long || line.size() + rest.size() > k_max_record_bytes;
            if (too_long)
                line.clear();
            else
                line += rest;
        }
        if (!line.empty() || too_long) KATO_CHECK(take(name, ++number, line));
    }
    return done();
}

Result<AuditCheck> check_audit(const std::string& directory, const AuditHead& known,
                               std::span<const AuditHead> seen) {
    AuditCheck out;
    const auto problem = [&](std::string text) {
        ++out.problem_count;
        if (out.problems.size() < k_listed_problems) out.problems.push_back(std::move(text));
    };
    bool met = known.sequence == 0;
    std::string torn; // where a line stands that must be explained by the next one
    KATO_CHECK(read_audit(
        directory,
        [&](const std::string& file, std::uint64_t number, std::string_view line) -> Status {
            const std::string place = fmt::format("{}:{}", file, number);
            const auto record = parse_record(line);
            if (!record) {
                if (!torn.empty()) problem(torn + ": is no record of the log");
                torn = place;
                return done();
            }
            if (!torn.empty() && !tells_of_torn(line)) problem(torn + ": is no record of the log");
            torn.clear();
            ++out.records;
            if (!record->unchanged) problem(place + ": was changed after it was written");
            if (record->previous != out.end.hash || record->sequence != out.end.sequence + 1)
                problem(fmt::format("{}: record {} does not follow record {}: some were removed, "
                                    "added or put in another order",
                                    place, record->sequence, out.end.sequence));
            out.end = {record->sequence, record->hash};
            while (!seen.empty() && seen.front().sequence < record->sequence)
                seen = seen.subspan(1);
            const bool run = !seen.empty() && seen.front().sequence == record->sequence;
            if (record->sequence == known.sequence) met = true;
            if ((record->sequence == known.sequence && record->hash != known.hash) ||
                (run && record->hash != seen.front().hash))
                problem(place + ": is not the record that the store remembers");
            return done();
        }));
    if (!torn.empty()) problem(torn + ": is cut off");
    if (!met)
        problem(fmt::format("the end is missing: the log ends with record {}, the store has seen "
                            "record {}",
                            out.end.sequence, known.sequence));
    return out;
}

} // namespace kato::agent
