// Turns as Claude Code 2.1 logs them: its envelope, signatures, and tools whose results stand twice.
#include "session_log.h"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>
#include <vector>

namespace bench {
namespace {

std::vector<std::string_view> lines_of(std::string_view text) {
    std::vector<std::string_view> lines;
    while (!text.empty()) {
        const std::size_t end = std::min(text.find('\n'), text.size());
        lines.push_back(text.substr(0, end));
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return lines;
}

std::string numbered(std::string_view text, std::uint64_t first) {
    std::string out;
    for (const std::string_view line : lines_of(text))
        out += fmt::format("{:6}\t{}\n", first++, line);
    return out;
}

std::string patch_lines(std::string_view removed, std::string_view added) {
    std::string out;
    for (const std::string_view line : lines_of(removed))
        out += (out.empty() ? "" : ",") + quoted_json("-" + std::string(line));
    for (const std::string_view line : lines_of(added))
        out += (out.empty() ? "" : ",") + quoted_json("+" + std::string(line));
    return out;
}

} // namespace

std::string SessionLog::base64(std::uint64_t bytes) {
    constexpr std::string_view digits =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    std::string out;
    while (out.size() < bytes) {
        const std::uint64_t bits = random_.next();
        for (unsigned i = 0; i < 8; ++i) out += digits[(bits >> (i * 6)) & 63U];
    }
    return out;
}

void SessionLog::claude_line(const char* type, const std::string& message, const std::string& rest,
                             std::string& out) {
    const std::string id = uuid();
    out += fmt::format(
        R"({{"parentUuid":{},"isSidechain":false,"userType":"external","cwd":{},"sessionId":"{}","version":"2.1.80","gitBranch":"main","slug":"quiet-singing-otter","type":"{}","message":{},"uuid":"{}","timestamp":"{}"{}}})",
        parent_.empty() ? "null" : '"' + parent_ + '"', quoted_json(cwd_), id_, type, message, id,
        time(), rest);
    out += '\n';
    parent_ = id;
}

void SessionLog::claude_answer(const std::string& response, const std::string& block,
                               std::string& out) {
    const std::uint64_t written = random_.below(9000);
    claude_line(
        "assistant",
        fmt::format(
            R"({{"model":"claude-sonnet-4-5","id":"{}","type":"message","role":"assistant","content":[{}],"stop_reason":null,"stop_sequence":null,"stop_details":null,"usage":{{"input_tokens":{},"cache_creation_input_tokens":{},"cache_read_input_tokens":{},"cache_creation":{{"ephemeral_5m_input_tokens":{},"ephemeral_1h_input_tokens":0}},"output_tokens":{},"service_tier":"standard","inference_geo":"not_available"}}}})",
            response, block, random_.below(4000), written, random_.below(120'000), written,
            random_.below(3000)),
        fmt::format(R"(,"requestId":"req_{}","entrypoint":"cli","effort":"medium")",
                    response.substr(4)),
        out);
}

SessionLog::ToolUse SessionLog::read_file() {
    const std::string path = quoted_json(cwd_ + "/" + words_.path(random_));
    std::string text;
    words_.code(random_, random_.length(4000), text);
    const std::uint64_t lines = lines_of(text).size();
    return {
        "Read", fmt::format(R"({{"file_path":{}}})", path), numbered(text, 1),
        fmt::format(
            R"({{"type":"text","file":{{"filePath":{},"content":{},"numLines":{},"startLine":1,"totalLines":{}}}}})",
            path, quoted_json(text), lines, lines)};
}

SessionLog::ToolUse SessionLog::edit_file() {
    const std::string path = cwd_ + "/" + words_.path(random_);
    std::string before;
    words_.code(random_, random_.length(300), before);
    std::string after;
    words_.code(random_, random_.length(450), after);
    std::string original;
    words_.code(random_, random_.length(2500), original);
    original += before;
    words_.code(random_, random_.length(2500), original);
    const std::string change = fmt::format(R"("old_string":{},"new_string":{},"replace_all":false)",
                                           quoted_json(before), quoted_json(after));
    return {
        "Edit", fmt::format(R"({{"file_path":{},{}}})", quoted_json(path), change),
        "The file " + path + " has been updated successfully.",
        fmt::format(
            R"({{"filePath":{},"oldString":{},"newString":{},"originalFile":{},"structuredPatch":[{{"oldStart":{},"oldLines":{},"newStart":{},"newLines":{},"lines":[{}]}}],"userModified":false,"replaceAll":false}})",
            quoted_json(path), quoted_json(before), quoted_json(after), quoted_json(original),
            lines_of(original).size() / 2, lines_of(before).size(), lines_of(original).size() / 2,
            lines_of(after).size(), patch_lines(before, after))};
}

SessionLog::ToolUse SessionLog::write_file() {
    const std::string path = cwd_ + "/" + words_.path(random_);
    std::string text;
    words_.code(random_, random_.length(2500), text);
    return {
        "Write",
        fmt::format(R"({{"file_path":{},"content":{}}})", quoted_json(path), quoted_json(text)),
        "File created successfully at: " + path,
        fmt::format(
            R"({{"type":"create","filePath":{},"content":{},"structuredPatch":[],"originalFile":null}})",
            quoted_json(path), quoted_json(text))};
}

SessionLog::ToolUse SessionLog::run_command() {
    std::string text;
    words_.log(random_, random_.length(1200), text);
    return {
        "Bash",
        fmt::format(R"({{"command":"make {} && ./run {}","description":{}}})", words_.word(random_),
                    words_.path(random_),
                    quoted_json("Build " + words_.word(random_) + " and " + words_.word(random_))),
        text,
        fmt::format(
            R"({{"stdout":{},"stderr":"","interrupted":false,"isImage":false,"noOutputExpected":false}})",
            quoted_json(text))};
}

SessionLog::ToolUse SessionLog::find_text() {
    std::string text;
    words_.log(random_, random_.length(900), text);
    return {"Grep",
            fmt::format(R"({{"pattern":"{}","path":"src","output_mode":"content","-n":true}})",
                        words_.identifier(random_)),
            text,
            fmt::format(
                R"({{"mode":"content","numFiles":0,"filenames":[],"content":{},"numLines":{}}})",
                quoted_json(text), lines_of(text).size())};
}

std::uint64_t SessionLog::claude_turn(std::string& out) {
    std::uint64_t lines = 1;
    claude_line("user", fmt::format(R"({{"role":"user","content":{}}})", quoted_json(prompt())),
                R"(,"permissionMode":"default","todos":[])", out);
    const std::uint64_t steps = random_.between(1, 6);
    for (std::uint64_t step = 0; step < steps; ++step) {
        const std::string response = fmt::format("msg_{:016x}", random_.next());
        if (random_.chance(40)) {
            std::string thought;
            words_.prose(random_, random_.length(500), thought);
            claude_answer(response,
                          fmt::format(R"({{"type":"thinking","thinking":{},"signature":"{}"}})",
                                      quoted_json(thought), base64(random_.length(600))),
                          out);
            ++lines;
        }
        const std::string call = fmt::format("toolu_{:016x}", random_.next());
        const std::uint64_t kind = random_.below(100);
        const ToolUse use = kind < 33   ? read_file()
                            : kind < 63 ? run_command()
                            : kind < 83 ? edit_file()
                            : kind < 95 ? find_text()
                                        : write_file();
        claude_answer(
            response,
            fmt::format(
                R"({{"type":"tool_use","id":"{}","name":"{}","input":{},"caller":{{"type":"direct"}}}})",
                call, use.name, use.input),
            out);
        const std::string asked = parent_;
        claude_line(
            "user",
            fmt::format(
                R"({{"role":"user","content":[{{"tool_use_id":"{}","type":"tool_result","content":{},"is_error":false}}]}})",
                call, quoted_json(use.output)),
            fmt::format(R"(,"toolUseResult":{},"sourceToolAssistantUUID":"{}")", use.result, asked),
            out);
        lines += 2;
    }
    const std::string response = fmt::format("msg_{:016x}", random_.next());
    claude_answer(response, fmt::format(R"({{"type":"text","text":{}}})", quoted_json(answer())),
                  out);
    return lines + 1;
}

} // namespace bench
