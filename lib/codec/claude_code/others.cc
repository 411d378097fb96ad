#include "codec/claude_code/others.h"

#include "codec/claude_code/injected.h"
#include "codec/record/fields.h"

#include <algorithm>
#include <array>

namespace kato::claude_code {

using record::short_text;
using record::text_of;

namespace {

struct Fact {
    std::string_view type;
    std::string_view text; // the member that says it to people
    std::string_view data; // the member that holds the structured part
};

constexpr std::array k_facts = {
    Fact{"agent-color", "agentColor", ""},
    Fact{"agent-name", "agentName", ""},
    Fact{"agent-setting", "agentSetting", ""},
    Fact{"ai-title", "aiTitle", ""},
    Fact{"attribution-snapshot", "", ""},
    Fact{"bridge-session", "", ""},
    Fact{"content-replacement", "", "replacements"},
    Fact{"custom-title", "customTitle", ""},
    Fact{"file-history-snapshot", "", "snapshot"},
    Fact{"frame-link", "frameUrl", ""},
    Fact{"last-prompt", "lastPrompt", ""},
    Fact{"mode", "mode", ""},
    Fact{"permission-mode", "permissionMode", ""},
    Fact{"pr-link", "prUrl", ""},
    Fact{"progress", "", "data"},
    Fact{"queue-operation", "content", ""},
    Fact{"relocated", "relocatedCwd", ""},
    Fact{"result", "", "result"},
    Fact{"speculation-accept", "", ""},
    Fact{"started", "", ""},
    Fact{"summary", "summary", ""},
    Fact{"tag", "tag", ""},
    Fact{"task-summary", "summary", ""},
    Fact{"worktree-state", "", "worktreeSession"},
};

// System lines whose text is meant for the person at the keyboard.
constexpr std::array<std::string_view, 4> k_said_subtypes = {"", "away_summary", "informational",
                                                             "local_command"};

Status read_attachment(const json::Value& attachment, record::LongValues& longs, EventBody& body) {
    KATO_CHECK(take_pictures(attachment.member("content"), longs, body));
    if (const auto text = short_text(attachment.member("content"))) {
        body.text = *text;
        attachment.member("content").take();
    }
    body.data = attachment.remainder();
    attachment.take();
    return done();
}

Status read_system(const Envelope& envelope, record::LongValues& longs, EventBody& body) {
    const json::Value content = envelope.root.member("content");
    body.role = Role::system;
    body.name = envelope.subtype.empty() ? envelope.type : envelope.subtype;
    envelope.root.member("subtype").take();
    if (content.is_string()) KATO_CHECK(longs.text(content, body));
    const bool said = std::find(k_said_subtypes.begin(), k_said_subtypes.end(), envelope.subtype) !=
                      k_said_subtypes.end();
    if (said && (!body.text.empty() || body.stored_text)) {
        body.kind = Kind::system_message;
        if (is_injected(body.text)) body.flags |= k_injected;
    }
    const json::Value compaction = envelope.root.member("compactMetadata");
    body.data = compaction.minified();
    compaction.take();
    return done();
}

} // namespace

Status take_pictures(const json::Value& object, record::LongValues& longs, EventBody& body) {
    const json::Value file = object.member("file");
    const json::Value base64 = file.member("base64");
    if (!base64.is_string()) return done();
    KATO_TRY(std::optional<Attachment> blob, longs.base64(base64));
    if (!blob) return done();
    for (const Attachment& other : body.attachments) {
        if (other.blob == blob->blob) return done(); // the same picture as in the message
    }
    blob->media_type = text_of(file, "type");
    body.attachments.push_back(std::move(*blob));
    return done();
}

Result<bool> read_other(const Envelope& envelope, record::LongValues& longs, EventBody& body) {
    body.kind = Kind::provider_info;
    body.name = envelope.type;
    const json::Value root = envelope.root;
    if (envelope.type == "system") {
        KATO_CHECK(read_system(envelope, longs, body));
    } else if (envelope.type == "attachment" && root.member("attachment").is_object()) {
        KATO_CHECK(read_attachment(root.member("attachment"), longs, body));
    } else {
        const auto fact = std::find_if(k_facts.begin(), k_facts.end(), [&](const Fact& candidate) {
            return candidate.type == envelope.type;
        });
        if (fact == k_facts.end()) return false;
        const json::Value text = root.member(fact->text);
        if (text.is_string()) KATO_CHECK(longs.text(text, body));
        const json::Value data = root.member(fact->data);
        if (data.is_string()) {
            KATO_CHECK(longs.text(data, body));
        } else if (data) {
            body.data = data.minified();
            data.take();
        }
    }
    root.member("type").take();
    return true;
}

} // namespace kato::claude_code
