#include "sandbox/linux/plan.h"

#include "sandbox/linux/access.h"
#include "sandbox/linux/filter.h"
#include "sandbox/linux/filter_rules.h"
#include "sandbox/linux/kernel.h"
#include "sandbox/linux/landlock.h"
#include "sandbox/linux/limits.h"
#include "sandbox/linux/resolve.h"

#include <algorithm>
#include <cerrno>

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

namespace kato::sandbox {

namespace {

// Devices that hold no state; every program expects them.
constexpr std::pair<const char*, std::uint8_t> k_devices[] = {{"/dev/full", k_read | k_write},
                                                              {"/dev/null", k_read | k_write},
                                                              {"/dev/urandom", k_read},
                                                              {"/dev/zero", k_read | k_write}};
// Names in the private root.
constexpr const char* k_chat_path = "/kato/chat.jsonl";
constexpr const char* k_output_folder = "/kato/out";
constexpr const char* k_output_name = "output";
constexpr const char* k_scratch_folder = "/tmp";

Error refused(Step step, std::string_view about, int number, Failure& failure) {
    return failure_error({layer_of(step, true), step, number}, about, failure);
}

Status check_request(const Confinement& asked, Level level, bool self_test, Failure& failure) {
    const auto no = [&](std::string_view why) {
        return refused(Step::check_request, why, EINVAL, failure);
    };
    if (!self_test && (asked.program.empty() || asked.program[0] != '/'))
        return no("the program must be an absolute path");
    if (asked.snapshot >= 0 &&
        (asked.snapshot_descriptor < 0 || asked.snapshot_descriptor >= k_descriptor_count ||
         asked.descriptors[static_cast<std::size_t>(asked.snapshot_descriptor)] >= 0))
        return no("the snapshot's descriptor is taken");
    for (const auto* list : {&asked.arguments, &asked.environment})
        for (const std::string& text : *list)
            if (text.find('\0') != std::string::npos) return no("a NUL in a string");
    if (level != Level::isolated && asked.limits.scratch_bytes != 0)
        return no("scratch space needs the level 'isolated'");
    if (level != Level::isolated && asked.output_file && asked.output_path.empty())
        return no("at the level 'confined' the output file must exist");
    return done();
}

} // namespace

Plan::Plan(const Confinement& confinement, const PlanOptions& options)
    : confinement_(confinement), options_(options) {}

Result<std::unique_ptr<Plan>> Plan::make(const Confinement& confinement, const PlanOptions& options,
                                         Failure& failure) {
    KATO_CHECK(check_request(confinement, options.level, options.self_test, failure));
    std::unique_ptr<Plan> plan(new Plan(confinement, options));
    std::vector<Found> grants;
    KATO_CHECK(plan->open_grants(grants, failure));
    KATO_CHECK(plan->choose_identity(grants, failure));
    KATO_CHECK(plan->restrict_files(grants, failure));
    KATO_CHECK(plan->add_output(failure));
    if (plan->isolated()) KATO_CHECK(plan->fill_root(grants, failure));
    KATO_CHECK(plan->place_descriptors(failure));
    plan->set_limits();
    plan->set_filter();
    plan->set_strings();
    plan->describe();
    return plan;
}

Result<int> Plan::keep(int fd, Step step, Failure& failure) {
    Fd copy(::fcntl(fd, F_DUPFD_CLOEXEC, k_first_planned));
    if (!copy) return refused(step, {}, errno, failure);
    kept_.push_back(std::move(copy));
    keep_list_.push_back(kept_.back().get());
    return kept_.back().get();
}

Status Plan::open_grants(std::vector<Found>& out, Failure& failure) {
    PathCache cache;
    for (const auto& [path, rights] : k_devices) {
        KATO_TRY(Found found, find_grant({path, rights, {}}, cache, failure));
        out.push_back(std::move(found));
    }
    for (const Grant& grant : confinement_.grants) {
        KATO_TRY(Found found, find_grant(grant, cache, failure));
        out.push_back(std::move(found));
    }
    if (options_.self_test) return done();
    KATO_TRY(Found program,
             find_grant({confinement_.program, k_read | k_execute, {}}, cache, failure));
    if (!S_ISREG(program.info.st_mode))
        return refused(Step::open_grant, confinement_.program, EACCES, failure);
    out.push_back(std::move(program));
    return done();
}

// At `confined` a root host's program becomes nobody where nothing stands in the way: files granted
// to it must be open to others. Else it stays the host's user, without capabilities, and the report
// says so.
Status Plan::choose_identity(const std::vector<Found>& grants, Failure& failure) {
    child_.isolated = isolated();
    if (isolated()) {
        Result<UserMap> chosen = choose_user();
        if (!chosen) {
            Error error = refused(Step::map_user, chosen.error().message, 0, failure);
            error.hint = chosen.error().hint;
            return error;
        }
        user_ = *chosen;
        child_.user = child_.group = k_inner_user;
        child_.become_user = user_.drop_groups; // which only a root host can
        return done();
    }
    const bool open = std::all_of(grants.begin(), grants.end(), [](const Found& found) {
        return open_to_others(found.info, (found.rights & k_execute) != 0) &&
               reachable(found.path, k_nobody);
    });
    user_.change = user_.drop_groups =
        root_host() && open && !confinement_.output_file && user_is_mapped(k_nobody);
    user_.user = user_.change ? k_nobody : ::geteuid();
    child_.become_user = user_.change;
    child_.user = child_.group = k_nobody;
    return done();
}

Status Plan::restrict_files(const std::vector<Found>& grants, Failure& failure) {
    ruleset_ = make_ruleset(options_.landlock_abi);
    if (!ruleset_) return refused(Step::make_ruleset, {}, errno, failure);
    for (const Found& found : grants) {
        const Fd path = open_without_links(found.path, O_PATH);
        struct stat info {};
        if (!path || ::fstat(path.get(), &info) != 0)
            return refused(Step::open_grant, found.path, errno, failure);
        if (info.st_dev != found.info.st_dev || info.st_ino != found.info.st_ino)
            return refused(Step::open_grant, found.path, ESTALE, failure);
        const std::uint64_t rights = S_ISDIR(info.st_mode)
                                         ? folder_rights(found.rights, options_.landlock_abi)
                                         : file_rights(found.rights, options_.landlock_abi);
        if (!add_rule(ruleset_.get(), path.get(), rights))
            return refused(Step::add_rule, found.path, errno, failure);
    }
    if (options_.self_test) return done();
    // The last one is the program: what is executed is the file that was checked.
    const Fd program = open_without_links(grants.back().path, O_PATH);
    struct stat info {};
    if (!program || ::fstat(program.get(), &info) != 0)
        return refused(Step::open_grant, confinement_.program, errno, failure);
    if (info.st_dev != grants.back().info.st_dev || info.st_ino != grants.back().info.st_ino)
        return refused(Step::open_grant, confinement_.program, ESTALE, failure);
    KATO_TRY(child_.program, keep(program.get(), Step::open_grant, failure));
    return done();
}

Status Plan::add_output(Failure& failure) {
    if (!confinement_.output_file || isolated()) return done();
    const std::string& path = confinement_.output_path;
    Fd file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY));
    struct stat info {};
    if (!file || ::fstat(file.get(), &info) != 0)
        return refused(Step::open_grant, path, errno, failure);
    if (!S_ISREG(info.st_mode) || info.st_nlink != 1)
        return refused(Step::open_grant, path, EINVAL, failure);
    if (!add_rule(ruleset_.get(), file.get(), file_rights(k_read | k_write, options_.landlock_abi)))
        return refused(Step::add_rule, path, errno, failure);
    output_ = std::move(file);
    return done();
}

void Plan::add_rule_inside(const std::string& path, std::uint64_t rights) {
    strings_.push_back(path);
    rules_.push_back({strings_.back().c_str(), rights});
}

Status Plan::fill_root(const std::vector<Found>& grants, Failure& failure) {
    const int abi = options_.landlock_abi;
    root_ = std::make_unique<RootPlan>(user_);
    for (const Found& found : grants) KATO_CHECK(root_->add(found, failure));
    if (confinement_.snapshot >= 0) {
        struct stat info {};
        if (::fstat(confinement_.snapshot, &info) != 0)
            return refused(Step::check_request, "snapshot", errno, failure);
        KATO_TRY(const int source, keep(confinement_.snapshot, Step::prepare, failure));
        root_->add_copy(k_chat_path, source, static_cast<std::uint64_t>(info.st_size), 0444);
        child_.snapshot_path = k_chat_path + 1;
        child_.snapshot_descriptor = confinement_.snapshot_descriptor;
        add_rule_inside(k_chat_path, file_rights(k_read, abi));
    }
    for (const auto& [path, rights] : root_->copied())
        add_rule_inside(path, file_rights(rights, abi));
    if (confinement_.limits.scratch_bytes != 0) {
        root_->add_folder(k_scratch_folder);
        const std::string& size =
            strings_.emplace_back(fmt::format("{}", confinement_.limits.scratch_bytes));
        const std::string& files =
            strings_.emplace_back(fmt::format("{}", confinement_.limits.scratch_files));
        child_.scratch = {k_scratch_folder + 1, size.c_str(), files.c_str(), true};
        add_rule_inside(k_scratch_folder,
                        folder_rights(k_read | k_write, abi) | k_fs_make_sym | k_fs_refer);
    }
    if (confinement_.output_file) {
        root_->add_folder(k_output_folder);
        const std::string& size =
            strings_.emplace_back(fmt::format("{}", confinement_.output_bytes));
        child_.output = {k_output_folder + 1, size.c_str(), "8", true};
        child_.output_path = k_output_name;
        add_rule_inside(fmt::format("{}/{}", k_output_folder, k_output_name),
                        file_rights(k_read | k_write, abi));
    }
    child_.rules = {rules_.data(), rules_.size()};
    root_->fill(child_);
    for (const PlannedCopy& copy : child_.copies)
        if (std::find(keep_list_.begin(), keep_list_.end(), copy.source) == keep_list_.end())
            keep_list_.push_back(copy.source);
    return done();
}

Status Plan::place_descriptors(Failure& failure) {
    for (std::size_t number = 0; number < confinement_.descriptors.size(); ++number) {
        const bool snapshot = confinement_.snapshot >= 0 &&
                              static_cast<int>(number) == confinement_.snapshot_descriptor;
        if (snapshot && isolated()) continue; // opened in the private root
        const int given = snapshot ? confinement_.snapshot : confinement_.descriptors[number];
        if (given >= 0) {
            KATO_TRY(child_.descriptors[number], keep(given, Step::place_descriptors, failure));
        } else if (number <= 2) {
            const Fd null(::open("/dev/null", O_RDWR | O_CLOEXEC));
            if (!null) return refused(Step::place_descriptors, "/dev/null", errno, failure);
            KATO_TRY(child_.descriptors[number],
                     keep(null.get(), Step::place_descriptors, failure));
        }
    }
    KATO_TRY(child_.ruleset, keep(ruleset_.get(), Step::prepare, failure));
    return done();
}

Status Plan::set_control(const Fd& control, Failure& failure) {
    KATO_TRY(child_.control, keep(control.get(), Step::prepare, failure));
    std::sort(keep_list_.begin(), keep_list_.end());
    child_.keep = {keep_list_.data(), keep_list_.size()};
    return done();
}

void Plan::close_control() {
    if (!kept_.empty() && kept_.back().get() == child_.control) kept_.pop_back();
}

void Plan::set_limits() {
    std::uint64_t processes = confinement_.limits.processes;
    enforced_.limit_processes = ProcessLimit::none;
    if (processes != 0 && isolated()) {
        enforced_.limit_processes = ProcessLimit::exact;
    } else if (processes != 0 && user_.user != 0) { // root is not held to it
        processes += count_processes(user_.user);
        enforced_.limit_processes = ProcessLimit::user_wide;
    } else {
        processes = 0;
    }
    limits_ = plan_limits(confinement_.limits, processes);
    child_.limits = {limits_.data(), limits_.size()};
}

void Plan::set_filter() {
    const bool scoped = options_.landlock_abi >= k_landlock_scopes || isolated();
    const std::vector<sock_filter>& filter = filter_for({options_.audit, scoped});
    child_.filter = {static_cast<unsigned short>(filter.size()),
                     const_cast<sock_filter*>(filter.data())}; // the kernel only reads it
    child_.audited = options_.audit != Audit::none;
    child_.filter_flags = child_.audited ? k_new_listener | k_wait_killable : 0;
}

void Plan::set_strings() {
    for (const std::string& text : confinement_.arguments)
        arguments_.push_back(strings_.emplace_back(text).c_str());
    for (const std::string& text : confinement_.environment)
        environment_.push_back(strings_.emplace_back(text).c_str());
    const auto set = [&](const char* variable, const std::string& value) {
        environment_.push_back(
            strings_.emplace_back(fmt::format("{}={}", variable, value)).c_str());
    };
    if (isolated() && confinement_.snapshot >= 0) set("KATO_CHAT", k_chat_path);
    if (confinement_.output_file)
        set("KATO_OUTPUT", isolated() ? fmt::format("{}/{}", k_output_folder, k_output_name)
                                      : confinement_.output_path);
    arguments_.push_back(nullptr);
    environment_.push_back(nullptr);
    child_.arguments = arguments_.data();
    child_.environment = environment_.data();
    child_.self_test = options_.self_test;
    child_.die_with_thread = confinement_.die_with_thread;
}

void Plan::describe() {
    enforced_.level = options_.level;
    enforced_.landlock_abi = options_.landlock_abi;
    enforced_.fs_read = enforced_.fs_write = enforced_.fs_exec = true;
    enforced_.fs_metadata_hidden = isolated();
    enforced_.net_tcp = enforced_.net_udp = enforced_.net_unix = enforced_.vsock = true;
    enforced_.signals = enforced_.ipc = true;
    enforced_.pid_ns = isolated();
    enforced_.seccomp = k_allowlist_id;
    enforced_.user = user_.drop_groups ? User::nobody : User::host;
    enforced_.kill_tree = isolated() ? KillTree::exact : KillTree::process_group;
    if (confinement_.die_with_thread)
        enforced_.host_death = isolated() ? HostDeath::tree : HostDeath::child;
    enforced_.audit = options_.audit == Audit::none      ? AuditKept::none
                      : options_.audit == Audit::denials ? AuditKept::denials
                                                         : AuditKept::complete;
    enforced_.limit_cpu = confinement_.limits.cpu_seconds != 0;
    enforced_.limit_files = confinement_.limits.open_files != 0;
    if (confinement_.limits.memory_bytes != 0) enforced_.limit_memory = MemoryLimit::per_process;
}

} // namespace kato::sandbox
