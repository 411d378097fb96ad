#include "codec/claude_code/envelope.h"

#include "codec/record/fields.h"

namespace kato::claude_code {

using record::read_time;
using record::short_text;
using record::text_of;

Envelope read_envelope(const json::Value& root) {
    Envelope out;
    out.root = root;
    out.type = text_of(root, "type");
    if (out.type == "system") out.subtype = text_of(root, "subtype");
    out.uuid = text_of(root, "uuid");
    out.session = text_of(root, "sessionId");
    out.agent = text_of(root, "agentId");
    out.sidechain = root.member("isSidechain").boolean().value_or(false);
    out.time = read_time(root.member("timestamp"));
    out.message = root.member("message");
    // Older files leave the type out where the message's role says it.
    if (!root.member("type")) out.type = text_of(out.message, "role");
    // Compaction cuts the chain; logicalParentUuid bridges the cut.
    for (const std::string_view name : {"parentUuid", "logicalParentUuid"}) {
        const json::Value member = root.member(name);
        if (out.claim == Claim::absent && member.is_null()) out.claim = Claim::null;
        const std::optional<std::string> parent = short_text(member);
        if (!parent || parent->empty()) continue;
        out.claim = Claim::some;
        out.parent = *parent;
        out.parent_member = member;
        break;
    }
    return out;
}

} // namespace kato::claude_code
