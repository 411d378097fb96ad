#include "claude_code_log.h"

#include "quoted_json.h"

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

std::string ClaudeCodeLog::path() const {
    return fmt::format("projects/-home-mika-{}/{}.jsonl", project_, id());
}

void ClaudeCodeLog::line(const char* type, const std::string& message, const std::string& rest,
                         std::string& out) {
    const std::string uuid = author_.uuid();
    out += fmt::format(
        R"({{"parentUuid":{},"isSidechain":false,"userType":"external","cwd":{},"sessionId":"{}","version":"2.1.80","gitBranch":"main","slug":"quiet-singing-otter","type":"{}","message":{},"uuid":"{}","timestamp":"{}"{}}})",
        parent_.empty() ? "null" : '"' + parent_ + '"', quoted_json(directory()), id(), type,
        message, uuid, time(), rest);
    out += '\n';
    parent_ = uuid;
}

void ClaudeCodeLog::answer_line(const std::string& response, const std::string& block,
                                std::string& out) {
    const std::uint64_t written = random().below(9000);
    line(
        "assistant",
        fmt::format(
            R"({{"model":"claude-sonnet-4-5","id":"{}","type":"message","role":"assistant","content":[{}],"stop_reason":null,"stop_sequence":null,"stop_details":null,"usage":{{"input_tokens":{},"cache_creation_input_tokens":{},"cache_read_input_tokens":{},"cache_creation":{{"ephemeral_5m_input_tokens":{},"ephemeral_1h_input_tokens":0}},"output_tokens":{},"service_tier":"standard","inference_geo":"not_available"}}}})",
            response, block, random().below(4000), written, random().below(120'000), written,
            random().below(3000)),
        fmt::format(R"(,"requestId":"req_{}","entrypoint":"cli","effort":"medium")",
                    response.substr(4)),
        out);
}

ClaudeCodeLog::ToolUse ClaudeCodeLog::read_file() {
    const std::string path = quoted_json(directory() + "/" + author_.path());
    const std::string text = author_.code(4000);
    const std::uint64_t lines = lines_of(text).size();
    return {
        "Read", fmt::format(R"({{"file_path":{}}})", path), numbered(text, 1),
        fmt::format(
            R"({{"type":"text","file":{{"filePath":{},"content":{},"numLines":{},"startLine":1,"totalLines":{}}}}})",
            path, quoted_json(text), lines, lines)};
}

ClaudeCodeLog::ToolUse ClaudeCodeLog::edit_file() {
    const std::string path = directory() + "/" + author_.path();
    const std::string before = author_.code(300);
    const std::string after = author_.code(450);
    std::string original = author_.code(2500);
    original += before;
    original += author_.code(2500);
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

ClaudeCodeLog::ToolUse ClaudeCodeLog::write_file() {
    const std::string path = directory() + "/" + author_.path();
    const std::string text = author_.code(2500);
    return {
        "Write",
        fmt::format(R"({{"file_path":{},"content":{}}})", quoted_json(path), quoted_json(text)),
        "File created successfully at: " + path,
        fmt::format(
            R"({{"type":"create","filePath":{},"content":{},"structuredPatch":[],"originalFile":null}})",
            quoted_json(path), quoted_json(text))};
}

ClaudeCodeLog::ToolUse ClaudeCodeLog::run_command() {
    const std::string text = author_.log(1200);
    return {
        "Bash",
        fmt::format(R"({{"command":"make {} && ./run {}","description":{}}})", author_.word(),
                    author_.path(),
                    quoted_json("Build " + author_.word() + " and " + author_.word())),
        text,
        fmt::format(
            R"({{"stdout":{},"stderr":"","interrupted":false,"isImage":false,"noOutputExpected":false}})",
            quoted_json(text))};
}

ClaudeCodeLog::ToolUse ClaudeCodeLog::find_text() {
    const std::string text = author_.log(900);
    return {"Grep",
            fmt::format(R"({{"pattern":"{}","path":"src","output_mode":"content","-n":true}})",
                        author_.identifier()),
            text,
            fmt::format(
                R"({{"mode":"content","numFiles":0,"filenames":[],"content":{},"numLines":{}}})",
                quoted_json(text), lines_of(text).size())};
}

void ClaudeCodeLog::turn(std::string& out) {
    line("user", fmt::format(R"({{"role":"user","content":{}}})", quoted_json(author_.prompt())),
         R"(,"permissionMode":"default","todos":[])", out);
    const std::uint64_t steps = random().between(1, 6);
    for (std::uint64_t step = 0; step < steps; ++step) {
        const std::string response = fmt::format("msg_{:016x}", random().next());
        if (random().chance(40)) {
            const std::string thought = author_.thought();
            answer_line(response,
                        fmt::format(R"({{"type":"thinking","thinking":{},"signature":"{}"}})",
                                    quoted_json(thought), author_.base64(random().length(600))),
                        out);
        }
        const std::string call = fmt::format("toolu_{:016x}", random().next());
        const std::uint64_t kind = random().below(100);
        const ToolUse use = kind < 33   ? read_file()
                            : kind < 63 ? run_command()
                            : kind < 83 ? edit_file()
                            : kind < 95 ? find_text()
                                        : write_file();
        answer_line(
            response,
            fmt::format(
                R"({{"type":"tool_use","id":"{}","name":"{}","input":{},"caller":{{"type":"direct"}}}})",
                call, use.name, use.input),
            out);
        const std::string asked = parent_;
        line(
            "user",
            fmt::format(
                R"({{"role":"user","content":[{{"tool_use_id":"{}","type":"tool_result","content":{},"is_error":false}}]}})",
                call, quoted_json(use.output)),
            fmt::format(R"(,"toolUseResult":{},"sourceToolAssistantUUID":"{}")", use.result, asked),
            out);
    }
    const std::string response = fmt::format("msg_{:016x}", random().next());
    answer_line(response,
                fmt::format(R"({{"type":"text","text":{}}})", quoted_json(author_.answer())), out);
}

} // namespace bench
