#include "recording_sink.h"

#include "codec/json/json.h"
#include "model/identity.h"

#include <sodium.h>

#include <sys/mman.h>

#include <algorithm>

namespace kato::test {
namespace {

// Writes the members of one JSON object, leaving out what is empty.
class Object {
public:
    Object& text(std::string_view name, std::string_view value) {
        if (!value.empty()) json::append_string(begin(name), value);
        return *this;
    }
    Object& raw(std::string_view name, std::string_view json) {
        if (!json.empty()) begin(name) += json;
        return *this;
    }
    Object& number(std::string_view name, std::int64_t value) {
        if (value != 0) begin(name) += std::to_string(value);
        return *this;
    }
    std::string finish() { return out_ + "}"; }

private:
    std::string& begin(std::string_view name) {
        if (out_.size() > 1) out_ += ',';
        json::append_string(out_, name);
        return out_ += ':';
    }
    std::string out_ = "{";
};

std::string flag_names(std::uint32_t flags) {
    static constexpr std::pair<Flag, const char*> k_names[] = {
        {k_hidden, "hidden"},     {k_sidechain, "sidechain"}, {k_superseded, "superseded"},
        {k_injected, "injected"}, {k_vanished, "vanished"},   {k_lossy, "lossy"},
    };
    std::string out;
    for (const auto& [flag, name] : k_names) {
        if ((flags & flag) == 0) continue;
        if (!out.empty()) out += ' ';
        out += name;
    }
    return out;
}

std::string place_text(const Place& place) {
    return "[" + std::to_string(place.offset) + "," + std::to_string(place.length) + "," +
           std::to_string(place.line) + "]";
}

std::string time_text(const Time& time) { return time ? format_time(*time) : std::string(); }

std::string attachments_text(const std::vector<Attachment>& attachments) {
    std::string out;
    for (const Attachment& a : attachments) {
        Object o;
        if (a.blob) o.text("blob", to_hex(*a.blob).substr(0, 16));
        o.number("size", static_cast<std::int64_t>(a.size_bytes));
        o.text("type", a.media_type).text("name", a.name).text("uri", a.uri);
        out += (out.empty() ? "[" : ",") + o.finish();
    }
    return out.empty() ? out : out + "]";
}

std::string event_text(const EventBody& body) {
    Object o;
    o.text("kind", kind_name(body.kind)).text("role", role_name(body.role));
    o.text("flags", flag_names(body.flags)).text("time", time_text(body.time));
    o.text("model", body.model).text("name", body.name).text("call", body.call_id);
    o.text("response", body.response);
    if (body.outcome != Outcome::unknown)
        o.text("outcome", body.outcome == Outcome::success ? "success" : "failure");
    o.text("text", body.text).raw("data", body.data).raw("extra", body.extra);
    if (body.stored_text) {
        o.text("stored", to_hex(body.stored_text->key).substr(0, 16));
        o.number("stored_size", static_cast<std::int64_t>(body.stored_text->size_bytes));
    }
    o.raw("attachments", attachments_text(body.attachments));
    return o.finish();
}

// Hash names would make a dump unreadable; which of several equal records it is remains.
std::string name_text(std::string_view name) {
    const std::size_t dot = name.find('.'); // a provider's own name may begin with '#' as well
    if (name.substr(0, 1) != "#" || dot == std::string_view::npos) return std::string(name);
    return "#" + std::string(name.substr(dot));
}

std::string ranked_text(const Ranked& ranked) {
    return Object()
        .text("value", ranked.value)
        .number("rank", ranked.rank)
        .text("time", time_text(ranked.time))
        .finish();
}

const char* fate_name(Fate fate) {
    switch (fate) {
    case Fate::parsed: return "parsed";
    case Fate::opaque: return "opaque";
    case Fate::pending: return "pending";
    case Fate::quarantined: return "quarantined";
    }
    return "?";
}

} // namespace

Status RecordingSink::called() {
    if (calls_left == 0) return Error{Code::user, "the test stops here"};
    if (calls_left > 0) --calls_left;
    return done();
}

Status RecordingSink::chat(ChatFacts facts) {
    KATO_CHECK(called());
    calls_.emplace_back(Call::chat, chats.size());
    chats.push_back(std::move(facts));
    return done();
}

Status RecordingSink::record(ParsedRecord record) {
    KATO_CHECK(called());
    calls_.emplace_back(Call::record, records.size());
    records.push_back(std::move(record));
    return done();
}

Status RecordingSink::usage(const Uuid& chat, Usage usage) {
    KATO_CHECK(called());
    calls_.emplace_back(Call::usage, usages.size());
    usages.emplace_back(chat, std::move(usage));
    return done();
}

Status RecordingSink::mark(const Uuid& chat, const Uuid& record, std::uint32_t first_block,
                           std::uint32_t flags) {
    KATO_CHECK(called());
    calls_.emplace_back(Call::mark, marks.size());
    marks.push_back({chat, record, first_block, flags});
    return done();
}

Status RecordingSink::link(const ChatLink& link) {
    KATO_CHECK(called());
    calls_.emplace_back(Call::link, links.size());
    links.push_back(link);
    return done();
}

Status RecordingSink::account(Fate fate, const Place& place, std::string_view reason) {
    KATO_CHECK(called());
    calls_.emplace_back(Call::account, accounts.size());
    accounts.push_back({fate, place, std::string(reason)});
    return done();
}

Status RecordingSink::source(const Uuid&, SourceReference) { return called(); }

Status RecordingSink::origin(const Uuid&, const Uuid&, const Key128&, std::string_view,
                             const Place&) {
    return called();
}

std::string RecordingSink::chat_label(const Uuid& id) const {
    std::vector<Uuid> seen;
    const auto index = [&](const Uuid& chat) {
        const auto found = std::find(seen.begin(), seen.end(), chat);
        if (found == seen.end()) seen.push_back(chat);
    };
    for (const ChatFacts& facts : chats) index(facts.id);
    for (const ParsedRecord& record : records) index(record.chat);
    const auto found = std::find(seen.begin(), seen.end(), id);
    if (found == seen.end()) return to_string(id);
    return "c" + std::to_string(found - seen.begin() + 1);
}

std::string RecordingSink::dump() const {
    std::map<Uuid, std::string> labels; // of records; a search for each would be quadratic
    for (std::size_t i = 0; i < records.size(); ++i)
        labels.emplace(record_key(records[i].chat, records[i].name), "r" + std::to_string(i + 1));
    const auto label = [&](const std::optional<Uuid>& key) -> std::string {
        if (!key) return {};
        const auto found = labels.find(*key);
        return found == labels.end() ? to_string(*key) : found->second;
    };
    const auto chat_of = [&](const std::optional<Uuid>& id) {
        return id ? chat_label(*id) : std::string();
    };
    std::string out = "[";
    for (const auto& [call, i] : calls_) {
        out += out.size() > 1 ? ",\n" : "\n";
        Object o;
        switch (call) {
        case Call::chat: {
            const ChatFacts& c = chats[i];
            o.text("chat", chat_label(c.id)).text("id", to_string(c.id));
            o.text("provider_id", c.provider_id);
            if (c.title) o.raw("title", ranked_text(*c.title));
            if (c.project) o.raw("project", ranked_text(*c.project));
            o.text("parent_chat", chat_of(c.parent_chat));
            o.text("forked_from", chat_of(c.forked_from));
            if (c.head_record) o.text("head", to_string(*c.head_record));
            o.text("head_time", time_text(c.head_time));
            break;
        }
        case Call::record: {
            const ParsedRecord& r = records[i];
            o.text("record", "r" + std::to_string(i + 1)).text("in", chat_label(r.chat));
            o.text("name", name_text(r.name)).text("parent", label(r.parent_key));
            o.text("previous", label(r.previous_key)).raw("place", place_text(r.place));
            std::string events;
            for (const ParsedEvent& event : r.events)
                events += (events.empty() ? "[\n  " : ",\n  ") + event_text(event.body);
            o.raw("events", events + "]");
            break;
        }
        case Call::usage: {
            const Usage& u = usages[i].second;
            std::string response = u.response; // may hold a record's name
            const std::size_t hash = response.find('#');
            if (hash != std::string::npos)
                response = response.substr(0, hash) + name_text(response.substr(hash));
            o.text("usage", response)
                .text("in", chat_label(usages[i].first))
                .text("model", u.model);
            o.number("input", u.input).number("output", u.output);
            o.number("cache_read", u.cache_read).number("cache_write", u.cache_write);
            o.number("reasoning", u.reasoning);
            if (u.approximate) o.raw("approximate", "true");
            break;
        }
        case Call::mark: {
            const Mark& m = marks[i];
            o.text("mark", label(m.record)).text("in", chat_label(m.chat));
            o.number("first_block", m.first_block).text("flags", flag_names(m.flags));
            break;
        }
        case Call::link: {
            const ChatLink& l = links[i];
            o.text("link", chat_label(l.child)).text("parent", chat_label(l.parent));
            o.text("event", to_string(l.event));
            break;
        }
        case Call::account: {
            const Accounted& a = accounts[i];
            o.text("account", fate_name(a.fate)).raw("place", place_text(a.place));
            o.text("reason", a.reason);
            break;
        }
        }
        out += o.finish();
    }
    return out + "\n]\n";
}

std::string RecordingSink::accounting_problem(std::uint64_t size) const {
    std::uint64_t at = 0;
    for (const Accounted& a : accounts) {
        if (a.place.offset != at)
            return "gap or overlap at " + std::to_string(at) + ": next is " +
                   std::to_string(a.place.offset);
        // Nothing can be missing where bytes should be: the end of a text.
        if (a.place.length == 0 && a.fate != Fate::quarantined)
            return "nothing accounted at " + std::to_string(at);
        if (a.fate == Fate::parsed && !a.reason.empty()) return "a reason for parsed bytes";
        if (a.fate != Fate::parsed && a.reason.empty()) return "no reason for bytes not parsed";
        at += a.place.length;
    }
    return at == size ? std::string()
                      : "accounted " + std::to_string(at) + " of " + std::to_string(size);
}

std::uint64_t RecordingSink::accounted(Fate fate) const {
    std::uint64_t sum = 0;
    for (const Accounted& a : accounts) sum += a.fate == fate ? a.place.length : 0;
    return sum;
}

std::vector<EventBody> RecordingSink::events() const {
    std::vector<EventBody> out;
    for (const ParsedRecord& record : records) {
        for (const ParsedEvent& event : record.events) out.push_back(event.body);
    }
    return out;
}

std::vector<EventBody> RecordingSink::events(Kind kind) const {
    std::vector<EventBody> out;
    for (EventBody& body : events()) {
        if (body.kind == kind) out.push_back(std::move(body));
    }
    return out;
}

Result<std::optional<Attachment>> RecordingValues::blob_from_base64(std::string_view base64) {
    constexpr int k_variant = sodium_base64_VARIANT_ORIGINAL;
    std::string bytes(base64.size() / 4 * 3 + 3, '\0');
    std::size_t size = 0;
    const char* end = nullptr;
    if (sodium_base642bin(reinterpret_cast<unsigned char*>(bytes.data()), bytes.size(),
                          base64.data(), base64.size(), nullptr, &size, &end, k_variant) != 0 ||
        end != base64.data() + base64.size())
        return std::optional<Attachment>();
    bytes.resize(size);
    auto stored = blob(bytes);
    if (!stored.ok()) return stored.error();
    return std::optional(std::move(*stored));
}

Result<Attachment> RecordingValues::blob(std::string_view bytes) {
    Attachment out;
    out.blob = sha256(bytes);
    out.size_bytes = bytes.size();
    blobs.emplace(*out.blob, bytes);
    return out;
}

Status RecordingValues::begin_blob() { return begin_text(); }
Status RecordingValues::append_blob(std::string_view bytes) { return append_text(bytes); }
Result<Attachment> RecordingValues::finish_blob() { return blob(piece_); }

Status RecordingValues::begin_text() {
    piece_.clear();
    return done();
}

Status RecordingValues::append_text(std::string_view bytes) {
    piece_.append(bytes);
    return done();
}

Result<StoredText> RecordingValues::finish_text() {
    const StoredText out{blake256(piece_), piece_.size()};
    texts.emplace(out.key, piece_);
    return out;
}

Result<int> RecordingValues::scratch_file() {
    const int fd = ::memfd_create("scratch", MFD_CLOEXEC);
    if (fd < 0) return Error{Code::io, "no scratch file"};
    return fd;
}

Status read_all(MakeReader make, std::string_view bytes, Sink& sink, Values& values,
                std::size_t piece) {
    const std::unique_ptr<Reader> reader = make(sink, values, {});
    if (piece == 0) piece = bytes.size();
    for (std::size_t at = 0; at < bytes.size(); at += piece)
        KATO_CHECK(reader->feed(bytes.substr(at, piece)));
    return reader->finish();
}

} // namespace kato::test
