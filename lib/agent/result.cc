#include "agent/result.h"

#include "base/json_members.h"

#include <fmt/format.h>

namespace kato::agent {
namespace {

constexpr std::array<std::string_view, 9> k_names = {
    "ok", "failed", "signalled", "timeout", "limit", "denied", "unavailable", "cancelled", "error"};

// Numbers and truth values as such, all else as text.
std::string enforced_object(const sandbox::Enforced& enforced) {
    JsonMembers out;
    for (const auto& [name, value] : sandbox::fields(enforced)) {
        const bool bare =
            value == "true" || value == "false" ||
            (!value.empty() && value.find_first_not_of("0123456789") == std::string::npos);
        if (bare)
            out.raw(name, value);
        else
            out.text(name, value);
    }
    return out.object();
}

std::string grants_array(const std::vector<sandbox::Grant>& grants) {
    JsonElements out;
    for (const sandbox::Grant& grant : grants) {
        JsonMembers one;
        std::string rights;
        if ((grant.rights & sandbox::k_read) != 0) rights += "read ";
        if ((grant.rights & sandbox::k_execute) != 0) rights += "execute ";
        if ((grant.rights & sandbox::k_write) != 0) rights += "write ";
        if (!rights.empty()) rights.pop_back();
        one.text("path", grant.path);
        one.text("rights", rights);
        one.text("reason", grant.reason);
        out.add(one.object());
    }
    return out.array();
}

std::string denied_object(const RunResult& result) {
    JsonMembers calls;
    for (const auto& [call, count] : result.denied_calls) calls.number(call, count);
    JsonElements first;
    for (const Denial& denial : result.first_denials) {
        JsonMembers one;
        one.text("call", denial.call);
        if (!denial.path.empty()) one.text("path", denial.path);
        first.add(one.object());
    }
    JsonMembers out;
    out.number("count", result.denied);
    out.raw("calls", calls.object());
    out.raw("first", first.array());
    return out.object();
}

std::string output_object(const RunResult& result) {
    if (result.output_path.empty()) return "null";
    JsonMembers out;
    out.text("path", result.output_path);
    out.number("bytes", result.output_bytes);
    out.text("sha256", to_hex(result.output_sha256));
    out.flag("partial", result.output_partial);
    return out.object();
}

} // namespace

std::string_view outcome_name(RunOutcome outcome) {
    return k_names[static_cast<std::size_t>(outcome)];
}

std::string report(const RunResult& result) {
    JsonMembers out;
    out.text("type", "run");
    out.text("id", to_string(result.id));
    out.text("chat", to_string(result.chat));
    out.text("program", result.program);
    out.text("outcome", outcome_name(result.outcome));
    if (result.outcome == RunOutcome::failed)
        out.number("code", static_cast<unsigned>(result.code));
    if (result.outcome == RunOutcome::signalled)
        out.number("signal", static_cast<unsigned>(result.code));
    if (result.outcome == RunOutcome::limit) out.text("limit", result.which);
    if (result.outcome == RunOutcome::unavailable || result.outcome == RunOutcome::denied)
        out.text("layer", result.which);
    if (!result.message.empty()) out.text("message", result.message);
    if (!result.hint.empty()) out.text("hint", result.hint);
    out.text("isolation", sandbox::name(result.enforced.level));
    out.text("started_at", format_time(result.started_us));
    out.text("ended_at", format_time(result.ended_us));
    out.number("wall_us", result.wall_us);
    out.number("cpu_us", result.cpu_us);
    if (result.memory_bytes == 0)
        out.null("memory_bytes");
    else
        out.number("memory_bytes", result.memory_bytes);
    out.raw("enforced", enforced_object(result.enforced));
    out.raw("grants", grants_array(result.grants));
    out.raw("policy", result.policy.empty() ? "{}" : result.policy);
    out.raw("denied", denied_object(result));
    out.raw("output", output_object(result));
    out.number("messages", result.messages);
    out.text("diagnostics", result.diagnostics);
    out.number("diagnostic_bytes", result.diagnostic_bytes);
    JsonMembers audit;
    audit.number("seq", result.audit.sequence);
    audit.text("hash", to_hex(result.audit.hash));
    out.raw("audit", result.audit.sequence == 0 ? "null" : audit.object());
    return out.object();
}

} // namespace kato::agent
