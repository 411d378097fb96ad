#include "agent/remembered.h"

#include "agent/path.h"
#include "agent/prepare.h"
#include "base/file.h"
#include "base/folder.h"
#include "base/json_members.h"
#include "base/time.h"
#include "codec/json/json.h"
#include "sandbox/runtime.h"

#include <algorithm>
#include <cerrno>
#include <iterator>
#include <optional>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

namespace kato::agent {
namespace {

constexpr std::size_t k_max_book_bytes = 32 << 20;
constexpr std::size_t k_id_digits = 16;
constexpr std::size_t k_least_id_digits = 4;

Result<Digest> hash_of(const std::string& path) {
    KATO_TRY(const Fd file, open_for_read(path));
    Sha256 sha;
    std::string buffer(1 << 16, '\0');
    for (;;) {
        KATO_TRY(const std::size_t got, read_some(file.get(), buffer.data(), buffer.size(), path));
        if (got == 0) return sha.finish();
        sha.update(std::string_view(buffer).substr(0, got));
    }
}

constexpr std::string_view k_system_folders[] = {"/usr",   "/bin", "/sbin",      "/lib",
                                                 "/lib64", "/etc", "/nix/store", "/gnu/store"};
constexpr std::size_t k_most_entries = 1 << 16; // of an interpreter's library

// Not ours to ask about: whoever changes it can change everything.
bool is_systems(const std::string& path, const struct stat& info) {
    return info.st_uid == 0 && (info.st_mode & (S_IWGRP | S_IWOTH)) == 0 &&
           std::any_of(std::begin(k_system_folders), std::end(k_system_folders),
                       [&](std::string_view folder) { return is_within(path, folder); });
}

bool others_may_change(const struct stat& info) {
    if (info.st_uid != 0 && info.st_uid != ::geteuid()) return true;
    if (S_ISLNK(info.st_mode)) return false; // its folder counts
    if (S_ISDIR(info.st_mode) && (info.st_mode & S_ISVTX) != 0)
        return false; // each their own: /tmp
    // A user's own group has the user's number, and nobody else.
    const bool own_group = info.st_gid == 0 || info.st_gid == ::geteuid();
    return (info.st_mode & S_IWOTH) != 0 || ((info.st_mode & S_IWGRP) != 0 && !own_group);
}

// The first part of the path that somebody else may exchange; empty: none.
std::string changeable_part(const std::string& path) {
    for (std::size_t end = 0; end != std::string::npos;) {
        end = path.find('/', end + 1);
        std::string part = path.substr(0, end);
        struct stat info {};
        if (::lstat(part.c_str(), &info) == 0 && others_may_change(info)) return part;
    }
    struct stat root {};
    return ::stat("/", &root) == 0 && others_may_change(root) ? "/" : "";
}

// So that no two lists of texts give the same bytes.
void add_text(Sha256& sha, std::string_view text) {
    sha.update(fmt::format("{}:", text.size()));
    sha.update(text);
}

void add_number(Sha256& sha, std::int64_t number) { add_text(sha, fmt::format("{}", number)); }

// What is in a folder, by its names and times: the kernel alone sets the last one.
Status add_tree(Sha256& sha, const std::string& folder, std::size_t& left) {
    KATO_TRY(const std::vector<std::string> names, list_folder(folder, left));
    for (const std::string& name : names) {
        if (left-- == 0) return Error{Code::limit, fmt::format("{}: too many files", folder)};
        const std::string path = join_path(folder, name);
        struct stat info {};
        if (::lstat(path.c_str(), &info) != 0) return os_error("cannot inspect", path);
        add_text(sha, name);
        add_number(sha, info.st_size);
        add_number(sha, info.st_ctim.tv_sec);
        add_number(sha, info.st_ctim.tv_nsec);
        if (S_ISDIR(info.st_mode)) KATO_CHECK(add_tree(sha, path, left));
    }
    return done();
}

// What a program needs to run and comes from elsewhere than the system: an interpreter, libraries.
Status add_runtime(Sha256& sha, const sandbox::Runtime& runtime, std::string& changeable) {
    for (const sandbox::Grant& grant : runtime.grants) {
        KATO_TRY(const ResolvedPath file, resolve_path(grant.path));
        struct stat info {};
        if (::stat(file.path.c_str(), &info) != 0 || is_systems(file.path, info)) continue;
        for (const std::string& path : {grant.path, file.path})
            if (changeable.empty()) changeable = changeable_part(path);
        add_text(sha, grant.path);
        if (S_ISDIR(info.st_mode)) {
            std::size_t left = k_most_entries;
            KATO_CHECK(add_tree(sha, file.path, left));
        } else {
            const auto bytes = hash_of(file.path);
            if (bytes) add_text(sha, as_view(*bytes));
            if (!bytes && changeable.empty()) changeable = file.path; // who knows
        }
    }
    return done();
}

// The file that a request stands for now.
Result<std::string> target_of(const Rule& rule, const Surroundings& surroundings) {
    std::string path = rule.value;
    if (rule.capability == Capability::env) return std::string();
    if (rule.capability == Capability::run) {
        auto found = find_program(path, surroundings.search_path);
        if (!found) return Error{Code::not_found, fmt::format("no program {}", path)};
        path = std::move(*found);
    }
    KATO_TRY(ResolvedPath resolved, resolve_path(path));
    return std::move(resolved.path);
}

// The members that an id is made of.
JsonMembers members_of(const RememberedGrant& grant) {
    JsonMembers out;
    out.text("program", grant.occasion.program);
    out.text("program_sha256", to_hex(grant.occasion.program_sha256));
    out.text("request_sha256", to_hex(grant.occasion.request_sha256));
    out.text("capability", capability_name(grant.capability));
    out.text("value", grant.value);
    out.text("target", grant.target);
    out.text("granted_at", format_time(grant.granted_us));
    return out;
}

using MaybeGrant = std::optional<RememberedGrant>;

// Nothing for a line that is none of ours, or not any more.
Result<MaybeGrant> parse_grant(std::string_view line) {
    json::Document document;
    const Status parsed = document.parse(line);
    if (!parsed && parsed.error().code == Code::no_memory) return parsed.error();
    if (!parsed || !document.root().is_object()) return MaybeGrant();
    const json::Value root = document.root();
    RememberedGrant out;
    const auto capability = parse_capability(root.member("capability").text());
    const auto time = parse_time(root.member("granted_at").text());
    if (!capability || !time) return MaybeGrant();
    if (!from_hex(root.member("program_sha256").text(), out.occasion.program_sha256) ||
        !from_hex(root.member("request_sha256").text(), out.occasion.request_sha256))
        return MaybeGrant();
    out.occasion.program = root.member("program").text();
    out.capability = *capability;
    out.value = root.member("value").text();
    out.target = root.member("target").text();
    out.granted_us = *time;
    if (root.member("id").text() != grant_id(out)) return MaybeGrant();
    return MaybeGrant(std::move(out));
}

bool same_answer(const RememberedGrant& one, const RememberedGrant& other) {
    return one.occasion == other.occasion && one.capability == other.capability &&
           one.value == other.value && one.target == other.target;
}

// The file, held against other processes until it goes.
class Book {
public:
    static Result<Book> open(const std::string& path, bool write) {
        Book book;
        book.path_ = path;
        if (write) KATO_CHECK(make_private_file(path));
        book.file_ = Fd(::open(path.c_str(), (write ? O_RDWR : O_RDONLY) | O_CLOEXEC | O_NOFOLLOW));
        if (!book.file_) return os_error("cannot open", path);
        struct stat info {};
        if (::fstat(book.file_.get(), &info) != 0) return os_error("cannot inspect", path);
        if (!S_ISREG(info.st_mode) || info.st_uid != ::geteuid() ||
            (info.st_mode & (S_IWGRP | S_IWOTH)) != 0) {
            Error error{Code::denied, fmt::format("{}: others could have answered in it", path)};
            error.hint = "remove it: what was granted for all runs is asked for again";
            return error;
        }
        while (::flock(book.file_.get(), write ? LOCK_EX : LOCK_SH) != 0)
            if (errno != EINTR) return os_error("cannot lock", path);
        KATO_CHECK(book.load());
        return book;
    }

    std::vector<RememberedGrant> grants;

    // A crash on the way leaves lines that do not verify: their answers are asked for again.
    Status save() const {
        std::string text;
        for (const RememberedGrant& grant : grants) text += grant_object(grant) + '\n';
        if (::lseek(file_.get(), 0, SEEK_SET) != 0) return os_error("cannot write", path_);
        KATO_CHECK(write_all(file_.get(), text, path_));
        if (::ftruncate(file_.get(), static_cast<off_t>(text.size())) != 0 ||
            ::fsync(file_.get()) != 0)
            return os_error("cannot write", path_);
        return done();
    }

private:
    Status load() {
        std::string text;
        std::string buffer(1 << 16, '\0');
        while (text.size() <= k_max_book_bytes) {
            KATO_TRY(const std::size_t got,
                     read_some(file_.get(), buffer.data(), buffer.size(), path_));
            if (got == 0) break;
            text.append(buffer, 0, got);
        }
        std::string_view rest = text;
        while (!rest.empty() && grants.size() < k_max_remembered) {
            const std::size_t end = rest.find('\n');
            KATO_TRY(MaybeGrant grant, parse_grant(rest.substr(0, end)));
            if (grant) grants.push_back(std::move(*grant));
            rest = end == std::string_view::npos ? std::string_view() : rest.substr(end + 1);
        }
        return done();
    }

    std::string path_;
    Fd file_;
};

} // namespace

Result<Occasion> occasion_of(const Policy& policy, const std::vector<std::string>& command) {
    KATO_TRY(const sandbox::Runtime runtime, sandbox::resolve_runtime(command, k_search_path));
    Occasion out;
    KATO_TRY(ResolvedPath program, resolve_path(runtime.own.front()));
    out.program = std::move(program.path);
    KATO_TRY(out.program_sha256, hash_of(out.program));
    Sha256 rest;
    for (std::size_t at = 1; at < runtime.own.size(); ++at) {
        KATO_TRY(const Digest named, hash_of(runtime.own[at]));
        add_text(rest, as_view(named));
    }
    add_text(rest, "arguments");
    for (std::size_t at = 1; at < command.size(); ++at) add_text(rest, command[at]);
    add_text(rest, "runtime");
    KATO_CHECK(add_runtime(rest, runtime, out.changeable));
    if (const Manifest* manifest = policy.manifest()) {
        add_text(rest, mode_name(manifest->mode));
        for (const auto& [name, value] : manifest->params) {
            add_text(rest, name);
            add_text(rest, value);
        }
    }
    add_text(rest, "requests");
    for (const StatedRule& request : policy.requests()) {
        add_text(rest, capability_name(request.rule.capability));
        add_text(rest, request.rule.value);
        if (request.rule.capability != Capability::run) continue;
        // It runs with the same grants.
        const auto other = sandbox::resolve_runtime({request.rule.value}, k_search_path);
        if (other) KATO_CHECK(add_runtime(rest, *other, out.changeable));
    }
    out.request_sha256 = rest.finish();
    return out;
}

std::string grant_id(const RememberedGrant& grant) {
    return to_hex(blake256(members_of(grant).object())).substr(0, k_id_digits);
}

std::string grant_object(const RememberedGrant& grant) {
    JsonMembers out;
    out.text("type", "grant");
    out.text("id", grant_id(grant));
    const std::string members = members_of(grant).object();
    const std::string head = out.object();
    return head.substr(0, head.size() - 1) + ',' + members.substr(1);
}

Result<std::vector<RememberedGrant>> GrantBook::read() const {
    auto book = Book::open(path_, false);
    if (book) return std::move(book->grants);
    if (book.error().code == Code::not_found) return std::vector<RememberedGrant>();
    return std::move(book.error());
}

Status GrantBook::add(const RememberedGrant& grant) const {
    KATO_TRY(Book book, Book::open(path_, true));
    for (const RememberedGrant& known : book.grants)
        if (same_answer(known, grant)) return done();
    if (book.grants.size() >= k_max_remembered)
        return Error{Code::limit, fmt::format("more than {} remembered grants", k_max_remembered)};
    book.grants.push_back(grant);
    return book.save();
}

Status GrantBook::forget(std::string_view id) const {
    const Error missing{Code::not_found, fmt::format("no remembered grant {}", to_valid_utf8(id))};
    if (id.size() < k_least_id_digits || !file_exists(path_)) return missing;
    KATO_TRY(Book book, Book::open(path_, true));
    const auto meant = [&](const RememberedGrant& grant) {
        return grant_id(grant).starts_with(id);
    };
    const auto count = std::count_if(book.grants.begin(), book.grants.end(), meant);
    if (count == 0) return missing;
    if (count > 1)
        return Error{Code::ambiguous, fmt::format("{} is the beginning of {} grants", id, count)};
    std::erase_if(book.grants, meant);
    return book.save();
}

Result<std::uint64_t> recall(Policy& policy, const Surroundings& surroundings,
                             const Occasion& occasion, const GrantBook& book) {
    KATO_TRY(const std::vector<RememberedGrant> grants, book.read());
    const bool any = std::any_of(grants.begin(), grants.end(), [&](const RememberedGrant& grant) {
        return grant.occasion == occasion;
    });
    if (!any) return std::uint64_t{0};
    KATO_TRY(const Decision decision, decide(policy, surroundings));
    std::uint64_t count = 0;
    for (const Refused& wanted : decision.unmet) {
        if (wanted.refusal != Refusal::not_granted)
            continue; // what can be had no more is not allowed
        const Rule& rule = wanted.rule.rule;
        const auto target = target_of(rule, surroundings);
        if (!target) continue;
        const RememberedGrant asked{occasion, rule.capability, rule.value, *target};
        const bool known =
            std::any_of(grants.begin(), grants.end(),
                        [&](const RememberedGrant& grant) { return same_answer(grant, asked); });
        if (!known) continue;
        KATO_CHECK(
            policy.allow(rule.capability, rule.value, Origin::remembered, surroundings.home));
        ++count;
    }
    return count;
}

Status remember(Policy& policy, const Surroundings& surroundings, const Occasion& occasion,
                Capability capability, std::string_view value, std::int64_t now_us,
                const GrantBook& book) {
    KATO_TRY(const Decision decision, decide(policy, surroundings));
    const auto found =
        std::find_if(decision.unmet.begin(), decision.unmet.end(), [&](const Refused& wanted) {
            return wanted.refusal == Refusal::not_granted &&
                   wanted.rule.rule.capability == capability && wanted.rule.rule.value == value;
        });
    if (found == decision.unmet.end())
        return Error{Code::invalid, fmt::format("{} {}: is no request that waits for an answer",
                                                capability_name(capability), to_valid_utf8(value))};
    if (!occasion.changeable.empty()) {
        Error error{Code::denied, fmt::format("{}: others may change it, and so what would run",
                                              occasion.changeable)};
        error.hint = "answer for one run, or let only yourself write there";
        return error;
    }
    KATO_TRY(std::string target, target_of(found->rule.rule, surroundings));
    KATO_CHECK(book.add({occasion, capability, std::string(value), std::move(target), now_us}));
    return policy.allow(capability, value, Origin::remembered, surroundings.home);
}

} // namespace kato::agent
