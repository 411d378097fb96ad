#include "agent/listing.h"

#include "base/json_members.h"
#include "sandbox/enforced.h"
#include "sandbox/probe.h"

namespace kato::agent {
namespace {

std::string head_object(const AuditHead& head) {
    if (head.sequence == 0) return "null";
    JsonMembers out;
    out.number("seq", head.sequence);
    out.text("hash", to_hex(head.hash));
    return out.object();
}

JsonMembers row_members(const RunRecord& run) {
    JsonMembers out;
    out.text("type", "run");
    out.text("id", to_string(run.id));
    out.text("chat", to_string(run.chat));
    out.text("program", run.program);
    if (run.outcome.empty())
        out.null("outcome");
    else
        out.text("outcome", run.outcome);
    out.text("started_at", format_time(run.started_us));
    if (run.ended_us)
        out.text("ended_at", format_time(*run.ended_us));
    else
        out.null("ended_at");
    return out;
}

} // namespace

std::string run_row(const RunRecord& run) { return row_members(run).object(); }

std::string message_object(const RunMessage& message) {
    JsonMembers out;
    out.text("type", message.type);
    out.raw("body", message.body);
    return out.object();
}

std::string run_with_messages(const RunRecord& run, std::span<const RunMessage> messages) {
    JsonElements said;
    for (const RunMessage& message : messages) said.add(message_object(message));
    std::string out = run.report.empty() ? run_row(run) : run.report;
    out.pop_back();
    return out + ",\"said\":" + said.array() + '}';
}

std::string host_object() {
    const sandbox::Host& host = sandbox::probe();
    JsonElements missing;
    for (const sandbox::Missing& piece : host.missing) {
        JsonMembers one;
        one.text("layer", sandbox::name(piece.where.layer));
        one.text("step", sandbox::name(piece.where.step));
        one.text("reason", piece.reason);
        one.text("fix", piece.fix);
        missing.add(one.object());
    }
    JsonMembers out;
    out.text("type", "host");
    out.flag("supported", host.supported);
    if (host.best == sandbox::Level::automatic)
        out.null("best");
    else
        out.text("best", sandbox::name(host.best));
    out.number("landlock_abi", static_cast<std::uint64_t>(host.landlock_abi));
    out.flag("seccomp", host.seccomp);
    out.flag("notify", host.notif_listener_free);
    out.flag("userns", host.userns);
    out.flag("apparmor", host.apparmor);
    out.text("cgroup", sandbox::name(host.cgroup));
    out.raw("missing", missing.array());
    return out.object();
}

std::string check_object(const AuditCheck& check, const AuditHead& known) {
    JsonElements problems;
    for (const std::string& problem : check.problems) {
        std::string json;
        append_json_string(json, to_valid_utf8(problem));
        problems.add(json);
    }
    JsonMembers out;
    out.text("type", "audit");
    out.flag("ok", check.problem_count == 0);
    out.number("records", check.records);
    out.raw("last", head_object(check.end));
    out.raw("known", head_object(known));
    out.raw("problems", problems.array());
    out.number("problem_count", check.problem_count);
    return out.object();
}

} // namespace kato::agent
