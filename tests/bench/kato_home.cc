#include "kato_home.h"

#include "quoted_json.h"
#include "tool_call.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace bench {
namespace {

constexpr std::uint64_t k_typical_twin_bytes = 500'000;
constexpr std::size_t k_fingerprints = 200; // that it remembers of a session

std::string at(std::uint64_t seconds) {
    return fmt::format("2026-03-{:02}T{:02}:{:02}:{:02}.000Z",
                       std::min<std::uint64_t>(28, 1 + seconds / 86'400), seconds / 3600 % 24,
                       seconds / 60 % 60, seconds % 60);
}

} // namespace

void KatoHome::event(Session& session, const char* kind, const std::string& payload,
                     std::string& out) {
    session.seconds += author_.random().between(1, 30);
    session.cursor += payload.size() + 300;
    const std::string time = at(session.seconds);
    out += fmt::format(
        R"({{"schemaVersion":1,"session":{{"provider":"{}","providerSessionId":"{}","sessionId":"{}"}},"kind":"{}","source":{{"providerEventType":"{}","providerEventId":"{}","cursor":{{"kind":"byte-offset","value":{}}},"emitIndex":0}},"time":{{"providerTimestamp":"{}","capturedAt":"{}"}},"payload":{},"seq":{}}})",
        session.provider, session.provider_id, session.id, kind, kind, author_.uuid(),
        session.cursor, time, time, payload, session.next_seq++);
    out += '\n';
}

void KatoHome::turn(Session& session, std::string& out) {
    event(session, "user.message", fmt::format(R"({{"text":{}}})", quoted_json(author_.prompt())),
          out);
    const std::uint64_t steps = author_.random().between(1, 6);
    for (std::uint64_t step = 0; step < steps; ++step) {
        if (author_.random().chance(40))
            event(session, "assistant.thinking",
                  fmt::format(R"({{"text":{}}})", quoted_json(author_.thought())), out);
        const ToolCall call = tool_call(author_);
        const std::string id = "call_" + author_.hex(16);
        event(session, "assistant.tool.call",
              fmt::format(R"({{"toolCallId":"{}","name":"{}","description":{},"input":{}}})", id,
                          call.name, quoted_json(author_.path()), call.input),
              out);
        event(session, "assistant.tool.result",
              fmt::format(R"({{"toolCallId":"{}","result":{}}})", id, quoted_json(call.output)),
              out);
    }
    event(session, "assistant.message",
          fmt::format(R"({{"text":{},"phase":"final"}})", quoted_json(author_.answer())), out);
}

std::string KatoHome::metadata(const Session& session) {
    std::string fingerprints;
    const std::uint64_t count = std::min<std::uint64_t>(session.next_seq, k_fingerprints);
    for (std::uint64_t i = 0; i < count; ++i)
        fingerprints +=
            fmt::format(R"({}"{}\u0000{}\u0000byte-offset:{}\u0000h:{}")", i == 0 ? "" : ",",
                        session.provider, session.provider_id, session.cursor - i, author_.hex(16));
    return fmt::format(
        R"({{"schemaVersion":1,"sessionKey":"{0}:{1}","provider":"{0}","providerSessionId":"{1}","sessionId":"{2}","createdAt":"{3}","updatedAt":"{4}","sourceFilePath":"/home/mika/logs/{1}.jsonl","ingestCursor":{{"kind":"byte-offset","value":{5}}},"twinPath":"/home/mika/.kato/sessions/{0}:{1}.twin.jsonl","nextTwinSeq":{6},"recentFingerprints":[{7}],"recordings":[]}})",
        session.provider, session.provider_id, session.id, at(0), at(session.seconds),
        session.cursor, session.next_seq, fingerprints);
}

void KatoHome::write(CorpusFiles& files, std::uint64_t bytes) {
    constexpr std::array providers = {"claude", "codex", "gemini"};
    std::string index;
    while (files.total_bytes() < bytes) {
        Session session;
        session.provider = providers[author_.random().below(providers.size())];
        session.provider_id = author_.uuid();
        session.id = author_.uuid();
        const std::string name =
            fmt::format("sessions/{}:{}", session.provider, session.provider_id);
        const std::uint64_t wanted =
            std::min(bytes - files.total_bytes(), author_.random().length(k_typical_twin_bytes));
        files.begin(name + ".twin.jsonl");
        while (files.file_bytes() < wanted) {
            std::string lines;
            turn(session, lines);
            files.put(lines);
        }
        files.begin(name + ".meta.json");
        files.put(metadata(session));
        index += fmt::format(
            R"({}{{"sessionKey":"{}:{}","provider":"{}","providerSessionId":"{}","sessionId":"{}","updatedAt":"{}"}})",
            index.empty() ? "" : ",", session.provider, session.provider_id, session.provider,
            session.provider_id, session.id, at(session.seconds));
    }
    files.begin("daemon-control.json");
    files.put(
        fmt::format(R"({{"schemaVersion":1,"updatedAt":"{}","sessions":[{}]}})", at(0), index));
}

} // namespace bench
