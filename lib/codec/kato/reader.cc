// Reads the canonical format.
#include "codec/json/lines.h"
#include "codec/kato/kato.h"
#include "codec/kato/members.h"
#include "codec/kato/names.h"

#include <fmt/format.h>

namespace kato {
namespace {

using Names = std::span<const std::string_view>;

constexpr std::string_view k_header[] = {"kato"};
constexpr std::string_view k_chat[] = {
    "type",        "id",        "provider",    "provider_id", "title",       "project",
    "model",       "made_here", "created_at",  "updated_at",  "parent_chat", "parent_event",
    "forked_from", "head",      "head_record", "user",        "sources",     "x"};
constexpr std::string_view k_user[] = {"title", "head", "tags"};
constexpr std::string_view k_source[] = {"id", "format", "name", "size", "sha256"};
constexpr std::string_view k_usage[] = {"type",        "response",  "model",
                                        "input",       "output",    "cache_read",
                                        "cache_write", "reasoning", "approximate"};
constexpr std::string_view k_event[] = {
    "type",    "id",    "parent",   "kind",        "role", "time",    "model",   "record",
    "block",   "rev",   "shown",    "text",        "data", "name",    "call_id", "refers",
    "outcome", "flags", "response", "attachments", "from", "copy_of", "x"};
constexpr std::string_view k_attachment[] = {"media_type", "name", "uri", "size", "sha256"};
constexpr std::string_view k_origin[] = {"source", "offset", "length", "line"};
constexpr std::string_view k_blob[] = {"type", "sha256", "size", "data"};

constexpr Kind k_unknown_kind = static_cast<Kind>(0); // no kind has this number

class KatoReader final : public Reader, private json::LineHandler {
public:
    KatoReader(Sink& sink, Values& values) : sink_(sink), values_(values), lines_(*this, values) {}

    Status feed(std::string_view bytes) override { return lines_.feed(bytes); }
    Status finish() override { return lines_.finish(); }

private:
    Status line(const json::Line& line) override;
    Status record(const json::Line& line, json::Value root);
    Status header(const json::Line& line, json::Value root);
    Status chat(const json::Line& line, json::Value root);
    Status usage(const json::Line& line, json::Value root);
    Status event(const json::Line& line, json::Value root);
    Status blob(const json::Line& line, json::Value root);

    EventBody body(Members& members);
    void attachments(const json::Line& line, json::Value list, EventBody& body);
    std::vector<SourceReference> sources(const json::Line& line, json::Value list);
    std::vector<Origin> origins(const json::Line& line, json::Value list);
    void user(const json::Line& line, json::Value object, ChatFacts& facts);

    Sink& sink_;
    Values& values_;
    json::Lines lines_;
    json::Document document_{};
    std::optional<Uuid> chat_{}; // whose lines follow
    Trouble trouble_{};          // of the current line
};

Status KatoReader::line(const json::Line& line) {
    if (line.too_long)
        return sink_.account(Fate::quarantined, line.place, "the record is too long");
    if (line.text.find_first_not_of(" \t\r") == std::string_view::npos)
        return sink_.account(Fate::parsed, line.place, {});
    const Status parsed =
        document_.parse(line.text, line.spills, json::k_max_depth + json::k_spare_depth);
    if (!parsed) {
        if (!line.terminated)
            return sink_.account(Fate::pending, line.place, "the last record is incomplete");
        return sink_.account(Fate::quarantined, line.place,
                             fmt::format("{} (byte {} of the line)", parsed.error().message,
                                         parsed.error().offset.value_or(0)));
    }
    for (const json::Spill& spill : line.spills) {
        if (!spill.valid_utf8)
            return sink_.account(Fate::quarantined, line.place, "a long text is not UTF-8");
    }
    trouble_ = Trouble();
    KATO_CHECK(record(line, document_.root()));
    if (trouble_.error) return std::move(*trouble_.error);
    if (!trouble_.damage.empty())
        return sink_.account(Fate::quarantined, line.place, trouble_.damage);
    if (!trouble_.not_understood.empty())
        return sink_.account(Fate::opaque, line.place, trouble_.not_understood);
    return sink_.account(Fate::parsed, line.place, {});
}

Status KatoReader::record(const json::Line& line, json::Value root) {
    if (!root.is_object()) {
        trouble_.damage = "the record is not a JSON object";
        return done();
    }
    const json::Value type = root.member("type");
    if (!type && root.member("kato")) return header(line, root);
    const std::string name = type.text();
    if (name == "event") return event(line, root);
    if (name == "chat") return chat(line, root);
    if (name == "usage") return usage(line, root);
    if (name == "blob") return blob(line, root);
    if (type.is_string()) {
        trouble_.not_understood = "a record of an unknown type";
    } else {
        trouble_.damage = "the record has no type";
    }
    return done();
}

Status KatoReader::header(const json::Line& line, json::Value root) {
    Members members(lines_.spills(), line, trouble_, root, k_header);
    const std::int64_t version = members.number("kato");
    if (trouble_.unusable()) return done();
    if (version > k_kato_version) {
        Error error{Code::version,
                    fmt::format("Kato JSONL version {}; this program reads version {}", version,
                                k_kato_version),
                    line.place.offset};
        error.hint = "a newer kato reads it";
        error.line = line.place.line;
        return error;
    }
    if (version != k_kato_version) members.damage("kato", "is not a version there ever was");
    members.refuse_unknown();
    chat_.reset(); // a further stream begins
    return done();
}

std::vector<SourceReference> KatoReader::sources(const json::Line& line, json::Value list) {
    std::vector<SourceReference> out;
    for (json::Value item = list.first(); item; item = item.next()) {
        Members members(lines_.spills(), line, trouble_, item, k_source);
        for (const std::string_view name : {"id", "size", "sha256"}) members.require(name);
        SourceReference source;
        source.id = members.string("id");
        source.format = members.string("format");
        source.name = members.string("name");
        source.size_bytes = members.size("size");
        (void)members.hex("sha256", source.sha256); // required above
        members.refuse_unknown();
        out.push_back(std::move(source));
    }
    return out;
}

void KatoReader::user(const json::Line& line, json::Value object, ChatFacts& facts) {
    if (!object) return;
    Members members(lines_.spills(), line, trouble_, object, k_user);
    facts.user_title = members.optional_string("title");
    facts.user_head = members.id("head");
    const json::Value tags = members.array("tags");
    for (json::Value tag = tags.first(); tag; tag = tag.next())
        facts.tags.push_back(members.text_of(tag, "tags"));
    members.refuse_unknown();
}

Status KatoReader::chat(const json::Line& line, json::Value root) {
    chat_.reset(); // what follows a damaged chat must not end up in the one before it
    Members members(lines_.spills(), line, trouble_, root, k_chat);
    members.require("id");
    ChatFacts facts;
    facts.id = members.id("id").value_or(Uuid());
    facts.provider = members.string("provider");
    facts.provider_id = members.string("provider_id");
    const std::optional<std::string> title = members.optional_string("title");
    const std::optional<std::string> project = members.optional_string("project");
    (void)members.value("model"); // derived
    const bool made_here = members.boolean("made_here");
    const Time created = members.time("created_at");
    const Time updated = members.time("updated_at");
    const std::optional<Uuid> parent_chat = members.id("parent_chat");
    const std::optional<Uuid> parent_event = members.id("parent_event");
    facts.forked_from = members.id("forked_from");
    (void)members.id("head"); // derived
    facts.head_record = members.id("head_record");
    if (facts.head_record) facts.head_time = updated;
    user(line, members.object("user"), facts);
    std::vector<SourceReference> references = sources(line, members.array("sources"));
    facts.extra = members.json("x");
    members.add_unknown_to(facts.extra);
    if (trouble_.unusable()) return done();

    // What a source of the provider says outranks this; of several exports the newest wins.
    if (title) facts.title = Ranked{*title, 0, updated};
    if (project) facts.project = Ranked{*project, 0, updated};
    if (made_here) facts.created = created; // otherwise derived
    facts.parent_chat = parent_chat;
    const Uuid id = facts.id;
    chat_ = id;
    KATO_CHECK(sink_.chat(std::move(facts)));
    if (parent_chat && parent_event)
        KATO_CHECK(sink_.link(ChatLink{id, *parent_chat, *parent_event}));
    for (SourceReference& source : references) KATO_CHECK(sink_.source(id, std::move(source)));
    return done();
}

Status KatoReader::usage(const json::Line& line, json::Value root) {
    Members members(lines_.spills(), line, trouble_, root, k_usage);
    if (!chat_) members.damage({}, "token usage without a chat");
    members.require("response");
    Usage usage;
    usage.response = members.string("response");
    usage.model = members.string("model");
    usage.input = members.number("input");
    usage.output = members.number("output");
    usage.cache_read = members.number("cache_read");
    usage.cache_write = members.number("cache_write");
    usage.reasoning = members.number("reasoning");
    usage.approximate = members.boolean("approximate");
    members.refuse_unknown();
    if (trouble_.unusable()) return done();
    return sink_.usage(*chat_, std::move(usage));
}

void KatoReader::attachments(const json::Line& line, json::Value list, EventBody& body) {
    for (json::Value item = list.first(); item; item = item.next()) {
        Members members(lines_.spills(), line, trouble_, item, k_attachment);
        Attachment attachment;
        attachment.media_type = members.string("media_type");
        attachment.name = members.string("name");
        attachment.uri = members.string("uri");
        attachment.size_bytes = members.size("size");
        Digest digest{};
        if (members.hex("sha256", digest)) attachment.blob = digest;
        members.refuse_unknown();
        body.attachments.push_back(std::move(attachment));
    }
}

std::vector<Origin> KatoReader::origins(const json::Line& line, json::Value list) {
    std::vector<Origin> out;
    for (json::Value item = list.first(); item; item = item.next()) {
        Members members(lines_.spills(), line, trouble_, item, k_origin);
        for (const std::string_view name : {"source", "offset", "length"}) members.require(name);
        Origin origin;
        origin.source_id = members.string("source");
        origin.place.offset = members.size("offset");
        origin.place.length = members.size("length");
        origin.place.line = members.size("line");
        members.refuse_unknown();
        out.push_back(std::move(origin));
    }
    return out;
}

// What EventBody holds, but for text, attachments and extra.
EventBody KatoReader::body(Members& members) {
    EventBody body;
    const std::string kind = members.string("kind");
    const std::string role = members.string("role");
    body.time = members.time("time");
    body.model = members.string("model");
    body.data = members.json("data");
    body.name = members.string("name");
    body.call_id = members.string("call_id");
    const std::string outcome = members.string("outcome");
    const json::Value flags = members.array("flags");
    body.response = members.string("response");

    // An event of an unknown kind is not passed on at all: under its id and revision a program that
    // does know the kind would later find it there, and leave it as it is.
    if (const std::optional<Kind> known = parse_kind(kind)) {
        body.kind = *known;
    } else {
        body.kind = k_unknown_kind;
        members.not_understood("an event of an unknown kind");
    }
    if (const std::optional<Role> known = parse_role(role)) {
        body.role = *known;
    } else {
        members.not_understood("an event with an unknown role");
    }
    if (outcome == k_kato_success) {
        body.outcome = Outcome::success;
    } else if (outcome == k_kato_failure) {
        body.outcome = Outcome::failure;
    } else if (!outcome.empty()) {
        members.not_understood("an event with an unknown outcome");
    }
    for (json::Value item = flags.first(); item; item = item.next()) {
        const std::string name = members.text_of(item, "flags");
        std::uint32_t flag = 0;
        for (const auto& [known, bit] : k_kato_flags)
            if (known == name) flag = bit;
        if (flag == 0) members.not_understood("an event with an unknown flag");
        body.flags |= flag;
    }
    return body;
}

Status KatoReader::event(const json::Line& line, json::Value root) {
    Members members(lines_.spills(), line, trouble_, root, k_event);
    if (!chat_) members.damage({}, "an event without a chat");
    for (const std::string_view name : {"id", "kind"}) members.require(name);
    const Uuid id = members.id("id").value_or(Uuid());
    ParsedRecord record;
    ParsedEvent event;
    event.id = id;
    event.parent = members.id("parent");
    record.name = members.string("record");
    const std::uint64_t block = members.size("block");
    if (block > UINT32_MAX) members.damage("block", "is too large");
    const bool has_revision = members.hex("rev", record.revision);
    (void)members.boolean("shown"); // derived
    const json::Value text = members.value("text");
    event.refers = members.id("refers");
    (void)members.id("copy_of"); // derived
    event.body = body(members);
    attachments(line, members.array("attachments"), event.body);
    const std::vector<Origin> places = origins(line, members.array("from"));
    event.body.extra = members.json("x");
    members.add_unknown_to(event.body.extra);
    if (trouble_.unusable() || event.body.kind == k_unknown_kind) return done();

    if (text.spill() != nullptr) {
        KATO_TRY(event.body.stored_text, lines_.spills().to_text(*text.spill()));
    } else {
        event.body.text = text.text();
    }
    event.block = static_cast<std::uint32_t>(block);
    const std::string id_text = to_string(id);
    if (record.name.empty()) record.name = id_text;
    if (!has_revision) record.revision = default_revision(id_text);
    record.chat = *chat_;
    record.place = line.place;
    record.events.push_back(std::move(event));
    const Key128 revision = record.revision;
    KATO_CHECK(sink_.record(std::move(record)));
    for (const Origin& origin : places)
        KATO_CHECK(sink_.origin(*chat_, id, revision, origin.source_id, origin.place));
    return done();
}

Status KatoReader::blob(const json::Line& line, json::Value root) {
    Members members(lines_.spills(), line, trouble_, root, k_blob);
    for (const std::string_view name : {"sha256", "size", "data"}) members.require(name);
    Digest digest{};
    (void)members.hex("sha256", digest); // required above
    const std::uint64_t size = members.size("size");
    const json::Value data = members.value("data");
    members.refuse_unknown();
    if (trouble_.unusable()) return done();

    std::optional<Attachment> stored;
    if (size == 0 && data.spill() == nullptr && data.raw_text().empty()) {
        KATO_TRY(stored, values_.blob({}));
    } else if (data.spill() != nullptr) {
        KATO_TRY(stored, lines_.spills().to_blob_from_base64(*data.spill()));
    } else {
        KATO_TRY(stored, values_.blob_from_base64(data.text()));
    }
    if (!stored) {
        members.damage("data", "is not base64");
    } else if (stored->blob != digest) {
        members.damage("data", "has another SHA-256 than the record says");
    } else if (stored->size_bytes != size) {
        members.damage("data", "has another size than the record says");
    }
    return done();
}

} // namespace

std::unique_ptr<Reader> make_kato_reader(Sink& sink, Values& values, const ReaderOptions&) {
    return std::make_unique<KatoReader>(sink, values);
}

Detection detect_kato(std::string_view prefix, bool complete) {
    constexpr std::string_view k_mark = "\xEF\xBB\xBF";
    if (prefix.substr(0, k_mark.size()) == k_mark) prefix.remove_prefix(k_mark.size());
    const std::size_t start = prefix.find_first_not_of(" \t\r\n");
    if (start == std::string_view::npos) return {};
    prefix.remove_prefix(start);
    const std::size_t end = prefix.find('\n');
    if (end == std::string_view::npos && !complete) return {};
    json::Document document;
    if (!document.parse(prefix.substr(0, end))) return {};
    const json::Value root = document.root();
    if (root.member("kato").integer()) return {100, "a Kato JSONL header"};
    if (root.member("type").text() == "chat" && parse_uuid(root.member("id").text()))
        return {60, "a chat record of Kato JSONL"};
    return {};
}

} // namespace kato
