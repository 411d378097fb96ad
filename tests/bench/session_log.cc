#include "session_log.h"

#include <fmt/format.h>

namespace bench {
std::string quoted_json(const std::string& text) {
    std::string out = "\"";
    for (const char c : text) {
        switch (c) {
        case '"': out += "\\\""; break;
        case '\\': out += "\\\\"; break;
        case '\n': out += "\\n"; break;
        case '\t': out += "\\t"; break;
        default:
            if (static_cast<unsigned char>(c) < 0x20)
                out += fmt::format("\\u{:04x}", static_cast<unsigned>(c));
            else
                out += c;
        }
    }
    return out + '"';
}

SessionLog::SessionLog(const Words& words, std::uint64_t seed, const std::string& format)
    : words_(words), random_(seed), codex_(format == "codex"),
      day_(static_cast<unsigned>(random_.between(1, 28))), ms_(random_.below(12) * 3'600'000) {
    id_ = uuid();
    cwd_ = "/home/mika/" + words_.word(random_);
}

std::string SessionLog::uuid() {
    const std::uint64_t a = random_.next();
    const std::uint64_t b = random_.next();
    return fmt::format("{:08x}-{:04x}-4{:03x}-a{:03x}-{:012x}", a >> 32U, (a >> 16U) & 0xFFFFU,
                       a & 0xFFFU, b >> 52U, b & 0xFFFFFFFFFFFFU);
}

std::string SessionLog::time() {
    ms_ += random_.between(20, 9000);
    const std::uint64_t seconds = ms_ / 1000;
    return fmt::format("2026-03-{:02}T{:02}:{:02}:{:02}.{:03}Z",
                       std::min<std::uint64_t>(28, day_ + seconds / 86'400), seconds / 3600 % 24,
                       seconds / 60 % 60, seconds % 60, ms_ % 1000);
}

std::string SessionLog::prompt() {
    std::string text;
    if (random_.chance(8))
        words_.cjk(random_, random_.length(150), text);
    else
        words_.prose(random_, random_.length(220), text);
    return text;
}

std::string SessionLog::answer() {
    std::string text;
    if (random_.chance(6)) words_.cjk(random_, random_.length(300), text);
    words_.prose(random_, random_.length(700), text);
    if (random_.chance(35)) {
        text += "\n\n```cpp\n";
        words_.code(random_, random_.length(500), text);
        text += "```\n";
    }
    return text;
}

std::string SessionLog::tool_output() {
    std::string text;
    if (random_.chance(50))
        words_.code(random_, random_.length(2600), text);
    else
        words_.log(random_, random_.length(1800), text);
    return text;
}

void SessionLog::codex_line(const char* type, const std::string& payload, std::string& out) {
    out += fmt::format(R"({{"timestamp":"{}","type":"{}","payload":{}}})", time(), type, payload);
    out += '\n';
}

std::uint64_t SessionLog::codex_turn(std::string& out) {
    std::uint64_t lines = 0;
    if (!started_) {
        started_ = true;
        codex_line(
            "session_meta",
            fmt::format(
                R"({{"id":"{}","timestamp":"{}","cwd":{},"originator":"codex_cli_rs","cli_version":"0.115.0","source":"cli","model_provider":"openai"}})",
                id_, time(), quoted_json(cwd_)),
            out);
        ++lines;
    }
    const std::string asked = quoted_json(prompt());
    codex_line(
        "response_item",
        fmt::format(
            R"({{"type":"message","role":"user","content":[{{"type":"input_text","text":{}}}]}})",
            asked),
        out);
    codex_line("event_msg",
               fmt::format(R"({{"type":"user_message","message":{},"images":[]}})", asked), out);
    codex_line(
        "turn_context",
        fmt::format(
            R"({{"turn_id":"{}","cwd":{},"model":"gpt-5.2-codex","effort":"medium","summary":"auto","approval_policy":"on-request"}})",
            uuid(), quoted_json(cwd_)),
        out);
    lines += 3;
    const std::uint64_t steps = random_.between(1, 6);
    for (std::uint64_t step = 0; step < steps; ++step) {
        const std::string call = fmt::format("call_{:016x}", random_.next());
        const std::string arguments = fmt::format(R"({{"cmd":"grep -rn {} src","workdir":{}}})",
                                                  words_.identifier(random_), quoted_json(cwd_));
        codex_line(
            "response_item",
            fmt::format(
                R"({{"type":"function_call","name":"exec_command","arguments":{},"call_id":"{}"}})",
                quoted_json(arguments), call),
            out);
        codex_line(
            "response_item",
            fmt::format(R"({{"type":"function_call_output","call_id":"{}","output":{}}})", call,
                        quoted_json("Process exited with code 0\nOutput:\n" + tool_output())),
            out);
        lines += 2;
    }
    const std::string said = quoted_json(answer());
    codex_line(
        "response_item",
        fmt::format(
            R"({{"type":"message","role":"assistant","content":[{{"type":"output_text","text":{}}}]}})",
            said),
        out);
    codex_line("event_msg", fmt::format(R"({{"type":"agent_message","message":{}}})", said), out);
    return lines + 2;
}

std::uint64_t SessionLog::turn(std::string& out) {
    return codex_ ? codex_turn(out) : claude_turn(out);
}

} // namespace bench
