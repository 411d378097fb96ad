#include "codex_log.h"

#include "quoted_json.h"

#include <fmt/format.h>

namespace bench {

std::string CodexLog::path() const {
    return fmt::format("sessions/2026/03/{:02}/rollout-2026-03-{:02}T10-00-00-{}.jsonl", day(),
                       day(), id());
}

void CodexLog::line(const char* type, const std::string& payload, std::string& out) {
    out += fmt::format(R"({{"timestamp":"{}","type":"{}","payload":{}}})", time(), type, payload);
    out += '\n';
}

void CodexLog::turn(std::string& out) {
    if (!started())
        line(
            "session_meta",
            fmt::format(
                R"({{"id":"{}","timestamp":"{}","cwd":{},"originator":"codex_cli_rs","cli_version":"0.115.0","source":"cli","model_provider":"openai"}})",
                id(), time(), quoted_json(directory())),
            out);
    const std::string asked = quoted_json(author_.prompt());
    line("response_item",
         fmt::format(
             R"({{"type":"message","role":"user","content":[{{"type":"input_text","text":{}}}]}})",
             asked),
         out);
    line("event_msg", fmt::format(R"({{"type":"user_message","message":{},"images":[]}})", asked),
         out);
    line(
        "turn_context",
        fmt::format(
            R"({{"turn_id":"{}","cwd":{},"model":"gpt-5.2-codex","effort":"medium","summary":"auto","approval_policy":"on-request"}})",
            author_.uuid(), quoted_json(directory())),
        out);
    const std::uint64_t steps = random().between(1, 6);
    for (std::uint64_t step = 0; step < steps; ++step) {
        const std::string call = fmt::format("call_{:016x}", random().next());
        const std::string arguments = fmt::format(R"({{"cmd":"grep -rn {} src","workdir":{}}})",
                                                  author_.identifier(), quoted_json(directory()));
        line(
            "response_item",
            fmt::format(
                R"({{"type":"function_call","name":"exec_command","arguments":{},"call_id":"{}"}})",
                quoted_json(arguments), call),
            out);
        line("response_item",
             fmt::format(
                 R"({{"type":"function_call_output","call_id":"{}","output":{}}})", call,
                 quoted_json("Process exited with code 0\nOutput:\n" + author_.tool_output())),
             out);
    }
    const std::string said = quoted_json(author_.answer());
    line(
        "response_item",
        fmt::format(
            R"({{"type":"message","role":"assistant","content":[{{"type":"output_text","text":{}}}]}})",
            said),
        out);
    line("event_msg", fmt::format(R"({{"type":"agent_message","message":{}}})", said), out);
}

} // namespace bench
