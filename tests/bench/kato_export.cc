#include "kato_export.h"

#include "quoted_json.h"
#include "tool_call.h"

#include <fmt/format.h>

#include <algorithm>

namespace bench {
namespace {

constexpr std::uint64_t k_typical_chat_bytes = 400'000;

// Ids that a provider's were hashed to.
std::string derived_id(Author& author) {
    std::string id = author.uuid();
    id[14] = '8';
    return id;
}

} // namespace

void KatoExport::event(const char* kind, const char* role, const std::string& members,
                       std::string& events) {
    const std::string id = derived_id(author_);
    ms_ += author_.random().between(20, 9000);
    const std::uint64_t length = members.size() + 500;
    events += fmt::format(R"({{"type":"event","id":"{}")", id);
    if (!parent_.empty()) events += fmt::format(R"(,"parent":"{}")", parent_);
    events += fmt::format(
        R"(,"kind":"{}","role":"{}","time":"2026-03-{:02}T{:02}:{:02}:{:02}.{:03}000Z","record":"{}","rev":"{}"{},"from":[{{"source":"{}","offset":{},"length":{},"line":{}}}],"x":{{"userType":"external","cwd":"/home/mika/teatimer","version":"2.1.80","gitBranch":"main"}}}})",
        kind, role, std::min<std::uint64_t>(28, 1 + ms_ / 86'400'000), ms_ / 3'600'000 % 24,
        ms_ / 60'000 % 60, ms_ / 1000 % 60, ms_ % 1000, author_.uuid(), author_.hex(32), members,
        source_, offset_, length, ++line_);
    events += '\n';
    offset_ += length;
    parent_ = id;
}

void KatoExport::turn(std::string& usage, std::string& events) {
    const auto text = [](const std::string& said) { return ",\"text\":" + quoted_json(said); };
    const std::string response = "msg_" + author_.hex(24);
    const std::string in_response = fmt::format(R"(,"response":"{}")", response);
    usage += fmt::format(
        R"({{"type":"usage","response":"{}","model":"claude-sonnet-4-5","input":{},"output":{},"cache_read":{}}})",
        response, author_.random().between(1, 4000), author_.random().between(1, 3000),
        author_.random().between(1, 120'000));
    usage += '\n';
    event("user.message", "user", text(author_.prompt()), events);
    const std::uint64_t steps = author_.random().between(1, 6);
    for (std::uint64_t step = 0; step < steps; ++step) {
        if (author_.random().chance(40))
            event("assistant.thinking", "assistant", text(author_.thought()) + in_response, events);
        const ToolCall call = tool_call(author_);
        const std::string id = "toolu_" + author_.hex(24);
        event("assistant.tool.call", "assistant",
              fmt::format(R"(,"data":{},"name":"{}","call_id":"{}"{})", call.input, call.name, id,
                          in_response),
              events);
        event("assistant.tool.result", "tool",
              text(call.output) +
                  fmt::format(R"(,"call_id":"{}","refers":"{}","outcome":"success")", id, parent_),
              events);
    }
    event("assistant.message", "assistant", text(author_.answer()) + in_response, events);
}

void KatoExport::chat(std::uint64_t bytes, std::string& out) {
    const std::string provider_id = author_.uuid();
    source_ = derived_id(author_);
    parent_.clear();
    offset_ = line_ = 0;
    ms_ = author_.random().below(20 * 86'400'000ULL);
    std::string usage;
    std::string events;
    while (usage.size() + events.size() < bytes) turn(usage, events);
    out += fmt::format(
        R"({{"type":"chat","id":"{}","provider":"claude-code","provider_id":"{}","title":{},"project":"/home/mika/teatimer","sources":[{{"id":"{}","format":"claude-code","name":"projects/{}.jsonl","size":{},"sha256":"{}"}}]}})",
        derived_id(author_), provider_id, quoted_json(author_.title()), source_, provider_id,
        offset_, author_.hex(64));
    out += '\n';
    out += usage + events;
}

void KatoExport::write(CorpusFiles& files, std::uint64_t bytes) {
    files.begin("export.jsonl");
    files.put("{\"kato\":1}\n");
    while (files.file_bytes() < bytes) {
        std::string lines;
        chat(std::min(bytes - files.file_bytes(), author_.random().length(k_typical_chat_bytes)),
             lines);
        files.put(lines);
    }
}

} // namespace bench
