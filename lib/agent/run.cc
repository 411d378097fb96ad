#include "agent/run.h"

#include "agent/messages.h"
#include "agent/prepare.h"
#include "agent/supervise.h"
#include "base/json_string.h"
#include "base/text.h"
#include "sandbox/tree.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>

#include <fcntl.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <fmt/format.h>

namespace kato::agent {
namespace {

constexpr std::uint64_t k_logged_denials = 256; // of a run; further ones are counted by call
constexpr std::size_t k_reported_denials = 16;
constexpr std::size_t k_reported_diagnostics = 16 << 10;

struct PipeEnds {
    Fd ours; // non-blocking
    Fd theirs;
};

Result<PipeEnds> make_pipe() {
    std::array<int, 2> ends{};
    if (::pipe2(ends.data(), O_CLOEXEC) != 0) return os_error("cannot make", "a pipe");
    PipeEnds out{Fd(ends[0]), Fd(ends[1])};
    if (::fcntl(out.ours.get(), F_SETFL, O_NONBLOCK) != 0)
        return os_error("cannot set up", "a pipe");
    return out;
}

Result<Fd> make_event() {
    Fd event(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
    if (!event) return os_error("cannot make", "an event descriptor");
    return event;
}

void signal_event(int event) {
    const std::uint64_t one = 1;
    (void)!::write(event, &one, sizeof one); // it is set already when this fails
}

// One run from the start of its program to its report.
class Execution {
public:
    Execution(Prepared& prepared, int cancel,
              std::function<void(std::vector<RunMessage>)> on_messages)
        : p_(prepared), cancel_(cancel), on_messages_(std::move(on_messages)) {}
    RunResult run();

private:
    Status execute();
    Status watch(sandbox::Child& child, std::array<Fd, 3> pipes, std::uint64_t started_ns);
    void not_started(const Error& error, const sandbox::Failure& failure);
    void set_outcome(const Ended& ended);
    Status take_output_file(sandbox::Child& child);
    void note_limit(Stop stop);
    bool notice(const sandbox::Notice& notice);
    void denied(const sandbox::Notice& notice);
    bool granted(const std::string& path) const;
    void keep(std::vector<RunMessage> messages);
    void settle_output();
    void finish();

    Prepared& p_;
    int cancel_;
    std::function<void(std::vector<RunMessage>)> on_messages_;
    RunResult result_{};
    MessageReader reader_;
    std::vector<RunMessage> messages_;
    Status audited_ = done(); // why the log could not be written
};

void Execution::keep(std::vector<RunMessage> messages) {
    result_.messages += messages.size();
    for (const RunMessage& message : messages)
        if (messages_.size() < k_max_kept_messages) messages_.push_back(message);
    on_messages_(std::move(messages));
}

// Whether a path lies in what was granted. Landlock decides in any case: this is what the log says.
bool Execution::granted(const std::string& path) const {
    const auto covers = [&](const sandbox::Grant& grant) {
        return path == grant.path ||
               (path.size() > grant.path.size() && path.starts_with(grant.path) &&
                (path[grant.path.size()] == '/' || grant.path == "/"));
    };
    return std::any_of(p_.runtime.grants.begin(), p_.runtime.grants.end(), covers) ||
           std::any_of(p_.spec.grants.begin(), p_.spec.grants.end(), covers);
}

void Execution::denied(const sandbox::Notice& notice) {
    ++result_.denied;
    ++result_.denied_calls[std::string(notice.call)];
    if (result_.first_denials.size() < k_reported_denials)
        result_.first_denials.push_back({std::string(notice.call), notice.path});
    if (result_.denied > k_logged_denials || !audited_) return;
    std::string members = fmt::format("{},\"number\":{},\"pid\":{},\"decision\":\"deny\","
                                      "\"source\":\"{}\"",
                                      text_member("call", notice.call), notice.number, notice.pid,
                                      notice.on_path ? "supervisor" : "kernel");
    if (notice.has_path)
        members += fmt::format(",{},\"path_trust\":\"claimed\"", text_member("path", notice.path));
    audited_ = p_.audit("denied", members);
}

bool Execution::notice(const sandbox::Notice& notice) {
    const bool goes_on = notice.on_path && notice.readable;
    if (!goes_on) denied(notice);
    if (goes_on && audited_ && result_.denied <= k_logged_denials)
        audited_ = p_.audit("path", fmt::format("{},{},\"path_trust\":\"claimed\",\"granted\":{}",
                                                text_member("call", notice.call),
                                                text_member("path", notice.path),
                                                granted(notice.path) ? "true" : "false"));
    return goes_on;
}

void Execution::not_started(const Error& error, const sandbox::Failure& failure) {
    using sandbox::Layer;
    const bool ours = failure.layer == Layer::request || failure.layer == Layer::start;
    result_.outcome = ours ? RunOutcome::denied : RunOutcome::unavailable;
    result_.which = sandbox::name(failure.layer);
    result_.message = error.message;
    result_.hint = error.hint;
}

void Execution::set_outcome(const Ended& ended) {
    result_.memory_bytes = ended.memory_bytes;
    result_.cpu_us = ended.exit.cpu_us;
    result_.code = ended.exit.code;
    switch (ended.stop) {
    case Stop::none:
        result_.outcome = ended.exit.signalled   ? RunOutcome::signalled
                          : ended.exit.code == 0 ? RunOutcome::ok
                                                 : RunOutcome::failed;
        return;
    case Stop::cancelled: result_.outcome = RunOutcome::cancelled; return;
    case Stop::wall: result_.outcome = RunOutcome::timeout; break;
    case Stop::host:
        result_.outcome = RunOutcome::error;
        result_.message = ended.host.message;
        result_.hint = ended.host.hint;
        return;
    case Stop::cpu:
    case Stop::memory:
    case Stop::output:
    case Stop::messages: result_.outcome = RunOutcome::limit; break;
    }
    note_limit(ended.stop);
}

Status Execution::execute() {
    sandbox::Confinement confinement = p_.confinement();
    const bool filter = p_.spec.mode == Mode::filter;
    KATO_TRY(PipeEnds output, make_pipe());
    KATO_TRY(PipeEnds diagnostics, make_pipe());
    PipeEnds messages;
    if (!filter) {
        KATO_TRY(messages, make_pipe());
        confinement.descriptors[1] = messages.theirs.get();
    }
    // An output by path is that file alone: a filter's standard output is talk then, and descriptor 4 is
    // not there, so that who writes to it all the same is told.
    if (!p_.spec.output_file)
        confinement.descriptors[filter ? 1 : 4] = output.theirs.get();
    else if (filter)
        confinement.descriptors[1] = diagnostics.theirs.get();
    confinement.descriptors[2] = diagnostics.theirs.get();
    sandbox::Failure failure;
    const std::uint64_t started_ns = monotonic_ns();
    auto child = sandbox::start(confinement, failure);
    if (!child) {
        not_started(child.error(), failure);
        return done();
    }
    for (PipeEnds* pipe : {&output, &messages, &diagnostics}) pipe->theirs = Fd();
    result_.enforced = child->enforced;
    return watch(*child,
                 {std::move(output.ours), std::move(messages.ours), std::move(diagnostics.ours)},
                 started_ns);
}

Status Execution::watch(sandbox::Child& child, std::array<Fd, 3> pipes, std::uint64_t started_ns) {
    result_.enforced.limit_wall = p_.spec.limits.wall_ms != 0;
    result_.enforced.limit_output = true;
    if (p_.spec.limits.kernel.memory_bytes != 0 && sandbox::sees_processes())
        result_.enforced.limit_memory = sandbox::MemoryLimit::tree;
    Watched watched{.child = child};
    watched.output = std::move(pipes[0]);
    watched.messages = std::move(pipes[1]);
    watched.diagnostics = std::move(pipes[2]);
    watched.cancel = cancel_;
    watched.limits = p_.spec.limits;
    watched.started_ns = started_ns;
    watched.on_output = [this](std::string_view bytes) { return p_.output->write(bytes); };
    watched.on_messages = [this](std::string_view bytes) {
        keep(reader_.feed(bytes));
        return done();
    };
    watched.on_diagnostics = [this](std::string_view bytes) {
        const std::size_t room = k_reported_diagnostics - result_.diagnostics.size();
        result_.diagnostics += bytes.substr(0, room);
        result_.diagnostic_bytes += bytes.size();
    };
    watched.on_notice = [this](const sandbox::Notice& notice) { return this->notice(notice); };
    KATO_TRY(const Ended ended, supervise(watched));
    result_.wall_us = (monotonic_ns() - started_ns) / 1000;
    keep(reader_.finish());
    set_outcome(ended);
    return p_.spec.output_file ? take_output_file(child) : done();
}

// What was written by path. One byte beyond the limit can be there.
Status Execution::take_output_file(sandbox::Child& child) {
    std::string buffer(64 << 10, '\0');
    std::uint64_t left = p_.spec.limits.output_bytes;
    for (off_t at = 0; child.output;) {
        const ssize_t got =
            ::pread(child.output.get(), buffer.data(),
                    static_cast<std::size_t>(std::min<std::uint64_t>(left + 1, buffer.size())), at);
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) return os_error("cannot read", "the agent's output");
        if (got == 0) break;
        const std::uint64_t kept = std::min(left, static_cast<std::uint64_t>(got));
        KATO_CHECK(p_.output->write({buffer.data(), static_cast<std::size_t>(kept)}));
        at += got;
        left -= kept;
        if (kept == static_cast<std::uint64_t>(got)) continue;
        // Whatever the program made of the write that failed.
        if (result_.outcome > RunOutcome::signalled) break;
        result_.outcome = RunOutcome::limit;
        note_limit(Stop::output);
        break;
    }
    return done();
}

void Execution::note_limit(Stop stop) {
    result_.which = limit_name(stop);
    if (audited_) audited_ = p_.audit("limit", text_member("limit", result_.which));
}

void Execution::settle_output() {
    OutputFile& output = *p_.output;
    result_.output_partial = result_.outcome != RunOutcome::ok;
    Status kept = result_.output_partial ? output.keep_partial() : output.keep();
    if (!kept) {
        result_.output_partial = true;
        result_.outcome = RunOutcome::error;
        result_.message = kept.error().message;
    }
    result_.output_path = output.path();
    result_.output_bytes = output.bytes();
    result_.output_sha256 = output.sha256();
}

// The log, the rows: what is told of the run must be told there first.
void Execution::finish() {
    result_.ended_us = p_.now_us();
    if (!audited_ && result_.outcome == RunOutcome::ok) {
        result_.outcome = RunOutcome::error;
        result_.message = "the audit log could not be written: " + audited_.error().message;
    }
    const Status closed =
        p_.audit("end", fmt::format("{},{},\"denied\":{},{},\"output_bytes\":{},{}",
                                    text_member("outcome", outcome_name(result_.outcome)),
                                    text_member("isolation", sandbox::name(result_.enforced.level)),
                                    result_.denied, text_member("output", result_.output_path),
                                    result_.output_bytes,
                                    text_member("output_sha256", to_hex(result_.output_sha256))));
    if (!closed && result_.message.empty())
        result_.message = "the audit log could not be written: " + closed.error().message;
    result_.audit = p_.head;
    RunRecord record;
    record.id = p_.id;
    record.ended_us = result_.ended_us;
    record.outcome = outcome_name(result_.outcome);
    record.report = report(result_);
    record.audit = p_.head;
    const Status stored = p_.store->end_run(record, messages_);
    if (!stored && result_.message.empty())
        result_.message = "the run's row could not be written: " + stored.error().message;
}

RunResult Execution::run() {
    result_.id = p_.id;
    result_.chat = p_.spec.chat;
    result_.program = p_.spec.command.front();
    result_.started_us = p_.started_us;
    result_.policy = p_.spec.policy;
    result_.grants = p_.runtime.grants;
    result_.grants.insert(result_.grants.end(), p_.spec.grants.begin(), p_.spec.grants.end());
    const Status executed = execute();
    if (!executed) {
        result_.outcome = RunOutcome::error;
        result_.message = executed.error().message;
    }
    settle_output();
    finish();
    return std::move(result_);
}

} // namespace

Result<std::unique_ptr<Run>> Run::start(std::shared_ptr<Store> store, RunSpec spec) {
    std::unique_ptr<Run> run(new Run);
    KATO_TRY(run->cancel_event_, make_event());
    KATO_TRY(run->ended_event_, make_event());
    KATO_TRY(run->prepared_, Prepared::make(std::move(store), std::move(spec)));
    run->id_ = run->prepared_->id;
    run->thread_ = std::thread([raw = run.get()] { raw->work(); });
    return run;
}

Run::~Run() {
    cancel();
    if (thread_.joinable()) thread_.join();
}

void Run::cancel() {
    if (cancel_event_) signal_event(cancel_event_.get());
}

void Run::work() {
    RunResult result;
    result.id = id_;
    try {
        Execution execution(*prepared_, cancel_event_.get(), [this](std::vector<RunMessage> more) {
            const std::lock_guard lock(mutex_);
            for (RunMessage& message : more)
                if (new_messages_.size() < k_max_kept_messages)
                    new_messages_.push_back(std::move(message));
        });
        result = execution.run();
    } catch (const std::exception& failure) {
        result.outcome = RunOutcome::error;
        result.message = failure.what();
    }
    prepared_.reset();
    end(std::move(result));
}

void Run::end(RunResult result) {
    {
        const std::lock_guard lock(mutex_);
        report_ = agent::report(result);
        result_.emplace(std::move(result));
    }
    signal_event(ended_event_.get());
    ended_.notify_all();
}

bool Run::wait(std::uint64_t timeout_ms) {
    std::unique_lock lock(mutex_);
    constexpr std::uint64_t k_most = 1000ULL * 60 * 60 * 24 * 365;
    return ended_.wait_for(lock, std::chrono::milliseconds(std::min(timeout_ms, k_most)),
                           [this] { return result_.has_value(); });
}

std::vector<RunMessage> Run::messages() {
    const std::lock_guard lock(mutex_);
    std::vector<RunMessage> out(std::make_move_iterator(new_messages_.begin()),
                                std::make_move_iterator(new_messages_.end()));
    new_messages_.clear();
    return out;
}

const std::string* Run::report() const {
    const std::lock_guard lock(mutex_);
    return result_ ? &report_ : nullptr;
}

const RunResult* Run::result() const {
    const std::lock_guard lock(mutex_);
    return result_ ? &*result_ : nullptr;
}

} // namespace kato::agent
