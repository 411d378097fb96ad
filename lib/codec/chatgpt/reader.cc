// Reads conversations: each is a record of its source, each of its nodes a record of its chat.
#include "codec/chatgpt/chatgpt.h"
#include "codec/chatgpt/messages.h"
#include "codec/chatgpt/names.h"
#include "codec/chatgpt/tree.h"
#include "codec/record/fields.h"
#include "codec/record/records.h"
#include "codec/record/titles.h"
#include "model/identity.h"

#include <fmt/format.h>

namespace kato {
namespace chatgpt {
namespace {

using record::text_of;

constexpr int k_title_rank = 10;
constexpr std::string_view k_info = "conversation"; // the record of what is said of the whole

class ChatgptReader final : public Reader, private record::RecordHandler {
public:
    ChatgptReader(Sink& sink, Values& values, const ReaderOptions& options)
        : sink_(sink), records_(*this, sink, values, k_lists), assets_(options.companions),
          messages_(records_.longs(), assets_) {}

    Status feed(std::string_view bytes) override { return records_.feed(bytes); }
    Status finish() override { return records_.finish(); }

private:
    Result<record::Verdict> record(const record::Record& record) override;
    Status facts(const json::Value& root, const Uuid& chat, ConversationTree& tree);
    Status info(const record::Record& record, const Uuid& chat, const Time& time);
    Status node(const record::Record& record, const Uuid& chat, ConversationTree& tree,
                std::size_t index, const std::string& default_model);
    void answer(const ConversationTree& tree, const Node& node, std::vector<ParsedEvent>& events);
    Uuid chat_of(const record::Record& record, ConversationTree& tree) const;

    Sink& sink_;
    record::Records records_;
    Assets assets_;
    Messages messages_;
};

std::string conversation_id(const json::Value& root) {
    const std::string id = text_of(root, "conversation_id");
    return id.empty() ? text_of(root, "id") : id;
}

Uuid ChatgptReader::chat_of(const record::Record& record, ConversationTree& tree) const {
    std::string id = conversation_id(record.root);
    if (!id.empty()) return chat_id(k_format, id);
    // The first message's id stays what it is when the conversation goes on.
    for (const Node& node : tree.nodes())
        if (node.message) return chat_id(k_format, "first message " + node.id);
    return chat_id_from_record(k_format, record.text, record.occurrence);
}

Status ChatgptReader::facts(const json::Value& root, const Uuid& chat, ConversationTree& tree) {
    ChatFacts out;
    out.id = chat;
    out.provider_id = conversation_id(root);
    Time updated = record::read_time(root.member("update_time"));
    if (!updated) updated = record::read_time(root.member("create_time"));
    if (const std::string title = text_of(root, "title"); !title.empty())
        out.title = Ranked{title, k_title_rank, updated};
    const std::string project = text_of(root, "conversation_template_id");
    if (project.starts_with("g-p-")) out.project = Ranked{project, k_title_rank, updated};
    const std::size_t head = tree.with_message(tree.find(text_of(root, "current_node")));
    if (head != SIZE_MAX) {
        out.head_record = record_key(chat, tree.nodes()[head].id);
        out.head_time = updated;
    }
    return sink_.chat(std::move(out));
}

// A call's id is made of its node's: exports have none. Its result is found below it.
std::string call_name(const Node& node, std::size_t block) {
    return fmt::format("#{}/{}", node.id, block);
}

bool is_call(const Node& node) {
    const std::string recipient = text_of(node.message, "recipient");
    return text_of(node.message.member("author"), "role") == "assistant" && !recipient.empty() &&
           recipient != "all";
}

void ChatgptReader::answer(const ConversationTree& tree, const Node& node,
                           std::vector<ParsedEvent>& events) {
    for (std::size_t block = 0; block != events.size(); ++block) {
        EventBody& body = events[block].body;
        if (body.kind == Kind::assistant_tool_call) body.call_id = call_name(node, block);
        if (body.kind != Kind::assistant_tool_result || node.call == SIZE_MAX) continue;
        body.call_id = call_name(tree.nodes()[node.call], 0);
    }
}

Status ChatgptReader::node(const record::Record& record, const Uuid& chat, ConversationTree& tree,
                           std::size_t index, const std::string& default_model) {
    const Node& node = tree.nodes()[index];
    const json::Value value = node.value;
    const record::Part part = records_.unhashed_part(value);
    if (!node.message) {
        // A root without a message shows nothing; anything else that is none is kept as it is.
        const bool root = value.is_object() && value.size() <= 4;
        if (!root) records_.opaque(value, "a node that is not understood");
        value.take();
        return done();
    }
    if (!tree.linked() && !value.member("parent") && !value.member("children"))
        records_.opaque(value, "a node that says nothing of its place among the others");
    // Its place in the tree is not part of what it says, and changes when the conversation goes on.
    for (const std::string_view name : {"id", "parent", "children"}) value.member(name).take();
    KATO_TRY(const record::Part message, records_.part(node.message));
    Blake128 hash;
    hash.update(as_view(message.hash));
    std::string others; // members beside the message
    for (json::Value member = value.first(); member; member = member.next())
        if (!member.taken() && member.key() != "message")
            others += member.key() + member.minified();
    hash.update(others);

    ParsedRecord out;
    out.chat = chat;
    out.name = node.id;
    out.revision = hash.finish();
    out.place = part.place;
    out.text = part.source;
    const std::size_t parent = tree.with_message(node.parent);
    if (parent != SIZE_MAX) out.parent_key = record_key(chat, tree.nodes()[parent].id);
    KATO_TRY(const std::string problem, messages_.read(node, default_model, out.events));
    if (!problem.empty()) records_.opaque(value, problem);
    answer(tree, node, out.events);
    EventBody& first = out.events.front().body;
    KATO_CHECK(records_.longs().leftovers(value, first.attachments));
    first.extra = value.remainder();
    if (record.lossy)
        for (ParsedEvent& event : out.events) event.body.flags |= k_lossy;
    value.take();
    return sink_.record(std::move(out));
}

// What is said of the conversation as a whole.
Status ChatgptReader::info(const record::Record& record, const Uuid& chat, const Time& time) {
    ParsedRecord out;
    out.chat = chat;
    out.name = k_info;
    out.place = record.place;
    out.events.emplace_back();
    EventBody& body = out.events.back().body;
    body.kind = Kind::provider_info;
    body.name = k_info;
    body.time = time;
    KATO_CHECK(records_.longs().leftovers(record.root, body.attachments));
    body.data = record.root.remainder();
    Blake128 hash;
    hash.update(body.data);
    for (const Attachment& attachment : body.attachments)
        if (attachment.blob) hash.update(as_view(*attachment.blob));
    out.revision = hash.finish();
    if (record.lossy) body.flags |= k_lossy;
    return sink_.record(std::move(out));
}

Result<record::Verdict> ChatgptReader::record(const record::Record& record) {
    const json::Value root = record.root;
    const json::Value mapping = root.member("mapping");
    if (!root.is_object() || (!mapping.is_object() && conversation_id(root).empty()))
        return record::Verdict{Fate::quarantined, "the element is not a conversation"};
    record::Verdict verdict;
    ConversationTree tree(mapping);
    const Uuid chat = chat_of(record, tree);
    KATO_CHECK(facts(root, chat, tree));
    std::vector<Node>& nodes = tree.nodes();
    // A result answers the nearest call above it that nobody's words stand between.
    std::size_t walked = 0;
    for (Node& node : nodes) {
        const std::string role = text_of(node.message.member("author"), "role");
        if (role != "tool" && role != "function") continue;
        std::size_t at = node.parent;
        for (; at != SIZE_MAX && walked < 64 * nodes.size(); at = nodes[at].parent, ++walked) {
            if (is_call(nodes[at])) node.call = at;
            if (is_call(nodes[at]) || text_of(nodes[at].message.member("author"), "role") == "user")
                break;
        }
    }
    const std::string default_model = text_of(root, "default_model_slug");
    for (std::size_t i = 0; i != nodes.size(); ++i)
        KATO_CHECK(node(record, chat, tree, i, default_model));
    if (mapping.is_object()) mapping.take();
    Time time = record::read_time(root.member("update_time"));
    if (!time) time = record::read_time(root.member("create_time"));
    KATO_CHECK(info(record, chat, time));
    if (!mapping.is_object()) {
        verdict.fate = Fate::opaque;
        verdict.reason = "a conversation without messages";
    }
    return verdict;
}

} // namespace
} // namespace chatgpt

std::unique_ptr<Reader> make_chatgpt_reader(Sink& sink, Values& values,
                                            const ReaderOptions& options) {
    return std::make_unique<chatgpt::ChatgptReader>(sink, values, options);
}

} // namespace kato
