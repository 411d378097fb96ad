#include "codec/codex/tools.h"

#include "codec/codex/outcome.h"
#include "codec/codex/questions.h"
#include "codec/record/fields.h"

namespace kato::codex {

using record::short_text;
using record::text_of;

namespace {

constexpr std::size_t k_max_open = 256;

void append_line(std::string& out, std::string_view text) {
    if (!out.empty()) out += '\n';
    out += text;
}

// Takes a member that is a short string.
std::string take_text(const json::Value& object, std::string_view name) {
    const json::Value member = object.member(name);
    const std::optional<std::string> text = short_text(member);
    if (!text) return {};
    member.take();
    return *text;
}

} // namespace

// Arguments are JSON inside a string; what is no JSON stays a string.
Status Tools::arguments(const json::Value& value, EventBody& body) {
    if (!value || value.is_null()) {
        value.take();
        return done();
    }
    if (value.is_string() && value.spill() != nullptr) return strings_.text(value, body);
    if (value.is_string()) {
        inner_text_ = value.text();
        const bool structured = inner_.parse(inner_text_).ok() &&
                                (inner_.root().is_object() || inner_.root().is_array());
        body.data = structured ? inner_.root().minified() : value.minified();
        if (structured && body.kind == Kind::assistant_decision_prompt)
            body.text = question_text(inner_.root());
    } else {
        body.data = value.minified();
        if (body.kind == Kind::assistant_decision_prompt) body.text = question_text(value);
    }
    value.take();
    return done();
}

// Some versions give calls no id: one of ours links the result to its call.
void Tools::unnamed_call(Draft& draft) {
    EventBody& body = draft.events.back().body;
    if (!body.call_id.empty()) return;
    body.call_id = "unnamed/" + std::to_string(unnamed_++);
    if (open_.size() == k_max_open) open_.pop_front();
    open_.push_back({body.name, body.call_id});
}

void Tools::unnamed_result(EventBody& body) {
    if (!body.call_id.empty()) return;
    for (auto call = open_.begin(); call != open_.end(); ++call) {
        if (!body.name.empty() && call->name != body.name) continue;
        body.call_id = call->id;
        open_.erase(call);
        return;
    }
}

Status Tools::function_call(Draft& draft, const json::Value& item, std::string_view arguments_name,
                            std::string_view fixed_name) {
    EventBody& body = draft.add(Kind::assistant_tool_call, Role::assistant);
    body.name = fixed_name.empty() ? take_text(item, "name") : std::string(fixed_name);
    if (body.name.empty()) body.name = take_text(item.member("function"), "name");
    body.call_id = take_text(item, "call_id");
    if (body.call_id.empty()) body.call_id = take_text(item, "id");
    if (body.name == k_question_tool) body.kind = Kind::assistant_decision_prompt;
    json::Value value = item.member(arguments_name);
    if (!value) value = item.member("function").member("arguments");
    KATO_CHECK(arguments(value, body));
    unnamed_call(draft);
    Call& call = calls_.of(draft.events.back().body.call_id);
    call.name = draft.events.back().body.name;
    call.made = true;
    call.question = draft.events.back().body.kind == Kind::assistant_decision_prompt;
    item.member("type").take();
    return done();
}

Status Tools::output_part(const json::Value& part, EventBody& body) {
    const std::string type = text_of(part, "type");
    if (type == "input_image" || type == "inputImage" || type == "image") {
        json::Value url = part.member("image_url");
        if (!url) url = part.member("imageUrl");
        bool found = false;
        if (url) {
            KATO_TRY(found, strings_.picture(url, body.attachments));
        } else {
            KATO_TRY(found, strings_.base64(part.member("data"), text_of(part, "mimeType"),
                                            body.attachments));
            if (found) part.member("mimeType").take();
        }
        if (found) part.member("type").take();
        return done();
    }
    const json::Value text = part.is_string() ? part : part.member("text");
    if (!text.is_string() || body.stored_text) return done(); // stays among the leftovers
    if (text.spill() != nullptr) {
        if (body.text.empty()) KATO_CHECK(strings_.text(text, body));
    } else {
        append_line(body.text, text.text());
        text.take();
    }
    if (type == "input_text" || type == "text" || type == "inputText") part.member("type").take();
    return done();
}

// A text, or a JSON object in a text: {"output": ..., "metadata": {"exit_code": ...}}, answers, ...
Status Tools::output_text(const json::Value& value, const Call* call, EventBody& body) {
    KATO_TRY(const std::string beginning, strings_.beginning(value));
    if (value.spill() != nullptr || beginning.empty() || beginning.front() != '{') {
        if (body.outcome == Outcome::unknown) body.outcome = outcome_of_output(beginning);
        return strings_.text(value, body);
    }
    inner_text_ = beginning; // complete: it is no long one
    if (!inner_.parse(inner_text_).ok() || !inner_.root().is_object())
        return strings_.text(value, body);
    const json::Value root = inner_.root();
    if (call != nullptr && call->question) {
        body.text = answer_text(root);
        if (body.text.empty()) return strings_.text(value, body);
        body.data = root.minified();
        value.take();
        return done();
    }
    if (call != nullptr && call->name == "spawn_agent") {
        spawned_ = text_of(root, "agent_id");
        spawned_by_ = body.call_id;
    }
    if (body.outcome == Outcome::unknown) body.outcome = outcome_of_exit_code(root);
    const std::optional<std::string> output = short_text(root.member("output"));
    if (!output || !root.member("metadata").is_object()) return strings_.text(value, body);
    body.text = *output;
    root.member("output").take();
    body.data = root.remainder();
    value.take();
    return done();
}

Status Tools::output(const json::Value& value, const Call* call, EventBody& body) {
    if (value.is_string()) return output_text(value, call, body);
    if (value.is_array()) {
        for (json::Value part = value.first(); part; part = part.next())
            KATO_CHECK(output_part(part, body));
        if (!value.first()) value.take();
        if (body.outcome == Outcome::unknown) body.outcome = outcome_of_output(body.text);
        return done();
    }
    if (!value.is_object()) return done();
    if (const auto success = value.member("success").boolean()) {
        body.outcome = *success ? Outcome::success : Outcome::failure;
        value.member("success").take();
    } else if (value.member("success").is_null()) {
        value.member("success").take();
    }
    const json::Value content = value.member("content");
    if (content.is_string() || content.is_array()) return output(content, call, body);
    if (value.member("text").is_string()) return output_part(value, body);
    if (body.outcome == Outcome::unknown) body.outcome = outcome_of_exit_code(value);
    for (const std::string_view name : {"stdout", "stderr"}) {
        const auto text = short_text(value.member(name));
        if (text && !text->empty()) append_line(body.text, *text);
    }
    body.data = value.minified();
    value.take();
    return done();
}

Status Tools::result(Draft& draft, const json::Value& item, std::string_view output_name) {
    EventBody& body = draft.add(Kind::assistant_tool_result, Role::tool);
    body.call_id = take_text(item, "call_id");
    body.name = take_text(item, "name");
    unnamed_result(body);
    const Call* call = calls_.find(body.call_id);
    if (call != nullptr) body.outcome = call->outcome;
    if (call != nullptr && call->question) {
        body.kind = Kind::user_decision_response;
        body.role = Role::user;
    }
    item.member("type").take();
    return output(item.member(output_name), call, body);
}

// An image that the model made: a call and its result in one.
Status Tools::picture(Draft& draft, const json::Value& item) {
    EventBody& call = draft.add(Kind::assistant_tool_call, Role::assistant);
    call.name = "image_generation";
    call.call_id = take_text(item, "id");
    const std::string id = call.call_id;
    const json::Value prompt = item.member("revised_prompt");
    if (prompt.is_string() && prompt.spill() == nullptr) {
        call.data = "{\"revised_prompt\":" + prompt.minified() + "}";
        prompt.take();
    }
    item.member("type").take();
    const json::Value result = item.member("result");
    if (!result.is_string()) return done();
    EventBody& body = draft.add(Kind::assistant_tool_result, Role::tool);
    body.call_id = id;
    KATO_TRY(const bool found, strings_.base64(result, "image/png", body.attachments));
    if (!found) KATO_CHECK(strings_.text(result, body));
    return done();
}

Result<bool> Tools::item(Draft& draft, const json::Value& item) {
    const std::string& type = draft.envelope.subtype;
    if (type == "function_call" || type == "tool_call") {
        KATO_CHECK(function_call(draft, item, "arguments", ""));
    } else if (type == "custom_tool_call") {
        KATO_CHECK(function_call(draft, item, "input", ""));
    } else if (type == "local_shell_call") {
        KATO_CHECK(function_call(draft, item, "action", "local_shell"));
    } else if (type == "web_search_call") {
        KATO_CHECK(function_call(draft, item, "action", "web_search"));
    } else if (type == "tool_search_call") {
        KATO_CHECK(function_call(draft, item, "arguments", "tool_search"));
    } else if (type == "image_generation_call") {
        KATO_CHECK(picture(draft, item));
    } else if (type == "function_call_output" || type == "custom_tool_call_output") {
        KATO_CHECK(result(draft, item, "output"));
    } else if (type == "tool_result" || type == "function_result") {
        KATO_CHECK(result(draft, item, item.member("result") ? "result" : "output"));
    } else if (type == "tool_search_output") {
        KATO_CHECK(result(draft, item, "output"));
        const json::Value tools = item.member("tools");
        if (tools) draft.events.back().body.data = tools.minified();
        tools.take();
    } else {
        return false;
    }
    return true;
}

void Tools::note(const json::Value& event) {
    std::string id = text_of(event, "call_id");
    if (id.empty()) id = text_of(event, "id");
    const Outcome outcome = outcome_of_event(event);
    if (!id.empty() && outcome != Outcome::unknown) calls_.of(id).outcome = outcome;
}

bool Tools::search_hits(Draft& draft, const json::Value& event) {
    const json::Value results = event.member("results");
    if (!results.is_array() || !results.first()) return false;
    std::string id = text_of(event, "call_id");
    if (id.empty()) id = text_of(event, "id");
    if (id.empty() || calls_.of(id).has_hits) return false;
    calls_.of(id).has_hits = true;
    EventBody& body = draft.add(Kind::assistant_tool_result, Role::tool);
    body.call_id = std::move(id);
    for (json::Value hit = results.first(); hit; hit = hit.next()) {
        for (const std::string_view name : {"title", "url", "snippet"}) {
            const std::optional<std::string> text = short_text(hit.member(name));
            if (text && !text->empty()) append_line(body.text, *text);
        }
    }
    body.data = results.minified();
    results.take();
    return true;
}

} // namespace kato::codex
