// Reads training data and batch files: chats, preference pairs, requests and responses.
#include "codec/openai_messages/messages.h"
#include "codec/openai_messages/openai_messages.h"
#include "codec/openai_messages/shape.h"
#include "codec/record/fields.h"
#include "codec/record/flat_map.h"
#include "codec/record/lines_or_list.h"
#include "codec/record/titles.h"

#include <algorithm>
#include <cstring>

namespace kato {
namespace openai_messages {
namespace {

using record::text_of;

constexpr std::string_view k_rest =
    "request"; // names the record of what is said beside the messages

class OpenAiMessagesReader final : public Reader, private record::RecordHandler {
public:
    OpenAiMessagesReader(Sink& sink, Values& values)
        : sink_(sink), values_(values), input_(*this, sink, values) {}

    Status feed(std::string_view bytes) override { return input_.feed(bytes); }
    Status finish() override { return input_.finish(); }

private:
    Result<record::Verdict> record(const record::Record& record) override;
    Status open(const record::Record& record, Shape shape);
    Status messages(const json::Value& list, const std::optional<Uuid>& parent);
    Status message(const json::Value& message, const EventBody& base);
    Status title(const std::vector<ParsedEvent>& events);
    Status choices(const json::Value& body, const std::optional<Uuid>& request);
    Status usage(const json::Value& body, const std::string& response);
    Status rest(const record::Record& record, std::string_view name, std::optional<Uuid> parent);
    Status preference(const json::Value& root);

    Sink& sink_;
    Values& values_;
    record::LinesOrList input_;
    std::optional<Messages> messages_{};
    record::FlatMap seen_{}; // how many equal chats there were
    // Of the chat that is being read.
    Uuid chat_{};
    std::string provider_id_{};
    std::optional<Uuid> last_{};
    std::string last_name_{};
    bool titled_ = false;
    bool lossy_ = false;
};

Status OpenAiMessagesReader::open(const record::Record& record, Shape shape) {
    if (!messages_) messages_.emplace(input_.records(), values_);
    messages_->begin_chat();
    provider_id_ = provider_id(record.root, shape);
    if (!provider_id_.empty()) {
        chat_ = chat_id(k_format, provider_id_);
    } else {
        KATO_TRY(const record::Part part, input_.records().part(record.root));
        std::uint64_t key = 0;
        std::memcpy(&key, part.hash.data(), sizeof key);
        const std::uint32_t before = seen_.get(key);
        seen_.set(key, before + 1);
        chat_ = chat_id_from_record(k_format, as_view(part.hash), before);
    }
    last_.reset();
    last_name_.clear();
    titled_ = false;
    lossy_ = record.lossy;
    ChatFacts facts;
    facts.id = chat_;
    facts.provider_id = provider_id_;
    return sink_.chat(std::move(facts));
}

// A chat is called by what was asked first.
Status OpenAiMessagesReader::title(const std::vector<ParsedEvent>& events) {
    for (const ParsedEvent& event : events) {
        if (titled_ || event.body.kind != Kind::user_message || record::is_blank(event.body.text))
            continue;
        titled_ = true;
        ChatFacts facts;
        facts.id = chat_;
        facts.provider_id = provider_id_;
        facts.title = Ranked{record::as_title(event.body.text), 1, Time()};
        return sink_.chat(std::move(facts));
    }
    return done();
}

// A message that continues the last one. It is named by its content and all before it.
Status OpenAiMessagesReader::message(const json::Value& message, const EventBody& base) {
    KATO_TRY(const record::Part part, input_.records().part(message));
    Blake128 name;
    name.update(last_name_);
    name.update(as_view(part.hash));
    ParsedRecord out;
    out.chat = chat_;
    out.name = record_name(name.finish(), 0);
    out.revision = part.hash;
    out.parent_key = last_;
    out.place = part.place;
    out.text = part.source;
    KATO_TRY(out.events, messages_->read(message, out.name, base));
    for (ParsedEvent& event : out.events)
        if (lossy_) event.body.flags |= k_lossy;
    KATO_CHECK(title(out.events));
    last_name_ = out.name;
    last_ = record_key(chat_, out.name);
    return sink_.record(std::move(out));
}

Status OpenAiMessagesReader::messages(const json::Value& list, const std::optional<Uuid>& parent) {
    if (parent) last_ = parent;
    for (json::Value element = list.first(); element; element = element.next())
        KATO_CHECK(message(element, EventBody()));
    list.take();
    return done();
}

Status OpenAiMessagesReader::usage(const json::Value& body, const std::string& response) {
    const json::Value counts = body.member("usage");
    const auto count = [](const json::Value& object, std::string_view name) {
        return std::max<std::int64_t>(0, object.member(name).integer().value_or(0));
    };
    Usage out;
    out.response = response;
    out.model = text_of(body, "model");
    out.cache_read = count(counts.member("prompt_tokens_details"), "cached_tokens");
    out.input = std::max<std::int64_t>(0, count(counts, "prompt_tokens") - out.cache_read);
    out.output = count(counts, "completion_tokens");
    out.reasoning = count(counts.member("completion_tokens_details"), "reasoning_tokens");
    if (out.input == 0 && out.output == 0) return done();
    return sink_.usage(chat_, std::move(out));
}

// Answers: branches that continue the request.
Status OpenAiMessagesReader::choices(const json::Value& body, const std::optional<Uuid>& request) {
    EventBody base;
    base.time = record::read_time(body.member("created"));
    base.model = text_of(body, "model");
    base.response = text_of(body, "id");
    KATO_CHECK(usage(body, base.response.empty() ? provider_id_ : base.response));
    std::size_t number = 0; // equal answers are two
    for (json::Value choice = body.member("choices").first(); choice; choice = choice.next()) {
        last_ = request;
        last_name_ = base.response + "/" + std::to_string(number++);
        const json::Value said = choice.member("message");
        if (!said.is_object()) {
            input_.records().opaque(choice, "a choice without a message");
            continue;
        }
        KATO_CHECK(message(said, base));
        said.take();
    }
    return done();
}

// What is said beside the messages.
Status OpenAiMessagesReader::rest(const record::Record& record, std::string_view name,
                                  std::optional<Uuid> parent) {
    const json::Value root = record.root;
    ParsedRecord out;
    out.chat = chat_;
    out.name = name;
    KATO_TRY(const record::Part part, input_.records().part(root));
    out.revision = part.hash;
    out.parent_key = parent;
    out.place = record.place;
    EventBody& body = out.events.emplace_back().body;
    body.kind = Kind::provider_info;
    body.name = name;
    body.model = text_of(root.member("body"), "model");
    body.text = text_of(root.member("error"), "message");
    if (lossy_) body.flags |= k_lossy;
    if (!provider_id_.empty() && root.member("custom_id")) root.member("custom_id").take();
    KATO_CHECK(input_.records().longs().leftovers(root, body.attachments));
    body.extra = root.remainder();
    if (body.extra.empty() && body.attachments.empty() && provider_id_.empty()) return done();
    return sink_.record(std::move(out));
}

// Two ways to go on; the preferred one is shown.
Status OpenAiMessagesReader::preference(const json::Value& root) {
    KATO_CHECK(messages(root.member("input").member("messages"), std::nullopt));
    const std::optional<Uuid> input = last_;
    const std::string input_name = last_name_;
    last_name_ += "-";
    KATO_CHECK(messages(rejected(root), input));
    last_ = input;
    last_name_ = input_name;
    KATO_CHECK(messages(preferred(root), input));
    if (last_ == input || !last_) return done();
    ChatFacts facts;
    facts.id = chat_;
    facts.provider_id = provider_id_;
    facts.head_record = last_;
    return sink_.chat(std::move(facts));
}

Result<record::Verdict> OpenAiMessagesReader::record(const record::Record& record) {
    const json::Value root = record.root;
    const Shape shape = shape_of(root);
    if (shape == Shape::unknown) return record::Verdict{Fate::opaque, "an object without messages"};
    KATO_CHECK(open(record, shape));
    switch (shape) {
    case Shape::chat:
        KATO_CHECK(messages(root.member("messages"), std::nullopt));
        KATO_CHECK(rest(record, k_rest, last_));
        break;
    case Shape::preference:
        KATO_CHECK(preference(root));
        KATO_CHECK(rest(record, k_rest, std::nullopt));
        break;
    case Shape::request:
        KATO_CHECK(messages(root.member("body").member("messages"), std::nullopt));
        KATO_CHECK(rest(record, k_rest, last_));
        break;
    case Shape::response: {
        const json::Value body = root.member("response").member("body");
        const bool failed = !root.member("error").is_null() || body.member("error").is_object();
        const Uuid request = record_key(chat_, k_rest);
        KATO_CHECK(choices(body, request));
        KATO_CHECK(rest(record, "response", request));
        if (!body.member("choices").is_array() && !failed)
            return record::Verdict{Fate::opaque, "a response without choices"};
        break;
    }
    case Shape::completion:
        KATO_CHECK(choices(root, std::nullopt));
        KATO_CHECK(rest(record, "response", std::nullopt));
        break;
    case Shape::unknown: break;
    }
    return record::Verdict{};
}

} // namespace
} // namespace openai_messages

std::unique_ptr<Reader> make_openai_messages_reader(Sink& sink, Values& values,
                                                    const ReaderOptions&) {
    return std::make_unique<openai_messages::OpenAiMessagesReader>(sink, values);
}

} // namespace kato
