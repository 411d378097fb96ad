#include "codec/codex/events.h"

#include "codec/record/fields.h"
#include "codec/record/titles.h"

#include <algorithm>
#include <array>

namespace kato::codex {

using record::short_text;
using record::text_of;

namespace {

// Understood: what they tell is no conversation.
constexpr std::array<std::string_view, 50> k_notices = {
    "account/rateLimits/updated",
    "agent_message_delta",
    "agent_reasoning_delta",
    "agent_reasoning_section_break",
    "apply_patch_approval_request",
    "background_event",
    "codex/event/raw_item",
    "collab_agent_interaction_begin",
    "collab_agent_interaction_end",
    "collab_agent_spawn_begin",
    "collab_agent_spawn_end",
    "collab_close_begin",
    "collab_close_end",
    "collab_resume_end",
    "collab_waiting_begin",
    "collab_waiting_end",
    "context_compacted",
    "deprecation_notice",
    "dynamic_tool_call_request",
    "dynamic_tool_call_response",
    "elicitation_request",
    "entered_review_mode",
    "error",
    "exec_approval_request",
    "exec_command_begin",
    "exec_command_end",
    "exited_review_mode",
    "guardian_assessment",
    "image_generation_begin",
    "image_generation_end",
    "mcp_tool_call_begin",
    "mcp_tool_call_end",
    "model_reroute",
    "patch_apply_begin",
    "patch_apply_end",
    "plan_update",
    "request_user_input",
    "session_configured",
    "shutdown_complete",
    "stream_error",
    "sub_agent_activity",
    "thread_goal_updated",
    "thread_settings_applied",
    "turn_diff",
    "undo_completed",
    "undo_started",
    "view_image_tool_call",
    "warning",
    "web_search_begin",
    "web_search_end",
};

constexpr std::array<std::string_view, 9> k_completed_items = {
    "CommandExecution", "ContextCompaction", "Extension", "FileChange", "HookPrompt",
    "ImageGeneration",  "McpToolCall",       "Plan",      "WebSearch",
};

template <std::size_t N>
bool contains(const std::array<std::string_view, N>& names, std::string_view name) {
    return std::find(names.begin(), names.end(), name) != names.end();
}

} // namespace

// A notice with a text for people, if it has one.
Status Events::notice(Draft& draft, std::string_view text_member) {
    const json::Value& event = draft.envelope.payload;
    EventBody& body = draft.add_info(draft.envelope.subtype);
    json::Value text = event.member(text_member);
    if (!text.is_string()) text = event.member("error").member("message");
    if (text.is_string()) KATO_CHECK(strings_.text(text, body));
    event.member("type").take();
    return done();
}

Result<bool> Events::message(Draft& draft) {
    const std::string& type = draft.envelope.subtype;
    const json::Value& event = draft.envelope.payload;
    if (type == "user_message") {
        KATO_CHECK(messages_.user_event(draft, event));
    } else if (type == "agent_message") {
        KATO_CHECK(messages_.event(draft, Speaker::assistant, event.member("message")));
    } else if (type == "agent_reasoning" || type == "agent_reasoning_raw_content") {
        KATO_CHECK(messages_.event(draft, Speaker::thinking, event.member("text")));
    } else {
        return false;
    }
    return true;
}

// The last message of a turn is only news where the turn has shown none.
Status Events::turn_end(Draft& draft) {
    const json::Value& event = draft.envelope.payload;
    usage_ = turn_usage(event.member("usage"));
    const json::Value last = event.member("last_agent_message");
    if (last.is_string() && !mirrors_.answered()) {
        KATO_CHECK(messages_.event(draft, Speaker::assistant, last));
        draft.part = Part::turn_end;
        return done();
    }
    draft.part = Part::turn_end;
    if (!last.is_string()) return notice(draft, "message");
    KATO_CHECK(notice(draft, "last_agent_message"));
    draft.events.back().body.flags |= k_hidden;
    return done();
}

Result<bool> Events::turn(Draft& draft) {
    const std::string& type = draft.envelope.subtype;
    const json::Value& event = draft.envelope.payload;
    if (type == "task_started" || type == "turn_started") {
        draft.part = Part::turn_start;
        mirrors_.begin_turn();
        KATO_CHECK(notice(draft, ""));
    } else if (type == "task_complete" || type == "turn_complete" || type == "turn.completed") {
        KATO_CHECK(turn_end(draft));
        mirrors_.end_turn();
    } else if (type == "turn_aborted") {
        draft.part = Part::turn_end;
        mirrors_.end_turn();
        KATO_CHECK(notice(draft, "reason"));
    } else if (type == "thread_rolled_back") {
        const std::int64_t turns = event.member("num_turns").integer().value_or(0);
        draft.rolled_back = turns > 0 ? static_cast<std::size_t>(turns) : 0;
        mirrors_.end_turn();
        mirrors_.begin_turn();
        KATO_CHECK(notice(draft, ""));
    } else if (type == "token_count") {
        usage_ = counts_.count(event.member("info"));
        KATO_CHECK(notice(draft, ""));
    } else if (type == "thread_name_updated") {
        KATO_CHECK(thread_.name(event.member("thread_name"), text_of(event, "thread_id"),
                                draft.envelope.time));
        KATO_CHECK(notice(draft, "thread_name"));
    } else {
        return false;
    }
    return true;
}

Result<bool> Events::tool(Draft& draft) {
    const std::string& type = draft.envelope.subtype;
    const json::Value& event = draft.envelope.payload;
    if (type == "web_search_end" && tools_.search_hits(draft, event)) return true;
    if (type == "exec_command_end" || type == "patch_apply_end" || type == "mcp_tool_call_end" ||
        type == "dynamic_tool_call_response")
        tools_.note(event);
    if (type == "collab_agent_spawn_end") {
        started_ = text_of(event, "new_thread_id");
        started_by_ = text_of(event, "call_id");
    } else if (type == "sub_agent_activity" && text_of(event, "kind") == "started") {
        started_ = text_of(event, "agent_thread_id");
        started_by_ = text_of(event, "event_id");
    } else if (type == "thread_settings_applied") {
        thread_.model(event.member("thread_settings").member("model"));
    } else if (type == "model_reroute") {
        thread_.model(event.member("to_model"));
    } else if (type == "image_generation_end") {
        KATO_CHECK(notice(draft, ""));
        const json::Value result = event.member("result");
        KATO_TRY(const bool found,
                 strings_.base64(result, "image/png", draft.events.back().body.attachments));
        (void)found; // else it stays where it is
        return true;
    }
    return false;
}

Status Events::completed(Draft& draft) {
    const json::Value item = draft.envelope.payload.member("item");
    const std::string type = text_of(item, "type");
    KATO_TRY(const bool message, messages_.completed(draft, item));
    if (message || tools_.search_hits(draft, item)) return done();
    tools_.note(item);
    if (!contains(k_completed_items, type)) {
        draft.add_raw(type, item);
        draft.not_understood = "a completed item of unknown type: " + record::for_people(type);
        return done();
    }
    EventBody& body = draft.add_info(type);
    const json::Value text = item.member("text");
    if (text.is_string()) KATO_CHECK(strings_.text(text, body));
    item.member("type").take();
    return done();
}

Status Events::read(Draft& draft) {
    const std::string& type = draft.envelope.subtype;
    KATO_TRY(const bool message_event, message(draft));
    if (message_event) return done();
    KATO_TRY(const bool turn_event, turn(draft));
    if (turn_event) return done();
    if (type == "item_completed") return completed(draft);
    KATO_TRY(const bool tool_event, tool(draft));
    if (tool_event) return done();
    if (contains(k_notices, type)) return notice(draft, "message");
    draft.add_raw(type, draft.envelope.payload);
    draft.not_understood = "an event of unknown type: " + record::for_people(type);
    return done();
}

} // namespace kato::codex
