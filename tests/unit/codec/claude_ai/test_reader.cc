// What keeps its identity when an account is exported again, and where messages hang.
#include "model/identity.h"
#include "support/files.h"
#include "unit/codec/reader_checks.h"

#include "codec/claude_ai/message.h"

#include <doctest/doctest.h>

#include <algorithm>

using namespace kato;
using test::FormatRead;

namespace {

std::string export_of(std::string_view messages, std::string_view rest = "") {
    return R"([{"uuid":"c","name":"n")" + std::string(rest) + R"(,"chat_messages":[)" +
           std::string(messages) + "]}]";
}

constexpr std::string_view k_first = R"({"uuid":"m1","sender":"human","text":"One"})";
constexpr std::string_view k_second = R"({"uuid":"m2","sender":"assistant","text":"Two"})";

std::string both() { return std::string(k_first) + "," + std::string(k_second); }

const ParsedRecord& record_named(const FormatRead& read, std::string_view name) {
    const auto found = std::find_if(read.sink.records.begin(), read.sink.records.end(),
                                    [&](const ParsedRecord& r) { return r.name == name; });
    REQUIRE(found != read.sink.records.end());
    return *found;
}

} // namespace

TEST_CASE("a conversation that has grown keeps the revisions of what was there") {
    const FormatRead before("claude-ai", export_of(k_first));
    const FormatRead after("claude-ai", export_of(both()));
    for (const std::string_view name : {"m1", "conversation"}) {
        CHECK(record_named(before, name).revision == record_named(after, name).revision);
        CHECK(record_named(before, name).chat == record_named(after, name).chat);
    }
    const FormatRead renamed("claude-ai", export_of(k_first, R"(,"is_starred":true)"));
    CHECK(record_named(before, "m1").revision == record_named(renamed, "m1").revision);
    CHECK(record_named(before, "conversation").revision !=
          record_named(renamed, "conversation").revision);
}

TEST_CASE("white space around and inside of messages is no other revision") {
    const FormatRead a("claude-ai", export_of(k_first));
    const FormatRead b("claude-ai",
                       "{ \"uuid\": \"c\", \"name\": \"n\", \"chat_messages\": [\n"
                       "  {\"uuid\": \"m1\",\n \"sender\": \"human\", \"text\": \"One\"}"
                       "\n]}\n");
    CHECK(record_named(a, "m1").revision == record_named(b, "m1").revision);
    CHECK(record_named(a, "conversation").revision == record_named(b, "conversation").revision);
}

TEST_CASE("an edited message is a revision of the same record") {
    const FormatRead a("claude-ai", export_of(k_first));
    const FormatRead b("claude-ai",
                       export_of(R"({"uuid":"m1","sender":"human","text":"One, edited"})"));
    CHECK(record_named(a, "m1").revision != record_named(b, "m1").revision);
}

TEST_CASE("a record's text is its message as it stands in the source") {
    const std::string bytes = export_of(both());
    const FormatRead read("claude-ai", bytes);
    const ParsedRecord& record = record_named(read, "m2");
    CHECK(record.place.offset == bytes.find(k_second));
    CHECK(record.place.length == k_second.size());
}

TEST_CASE("a message on the sentinel is a root, whichever stands first") {
    const FormatRead read("claude-ai", test::case_input("claude-ai", "tree"));
    const Uuid chat = chat_id("claude-ai", "c-tree");
    CHECK(record_named(read, "q1").parent_key == record_key(chat, "conversation"));
    CHECK(record_named(read, "q1b").parent_key == record_key(chat, "conversation"));
    CHECK(record_named(read, "a2").parent_key == record_key(chat, "q1"));
    CHECK_FALSE(record_named(read, "plain").parent_key.has_value());
}

TEST_CASE("each version of an artifact is the attachment of the call that made it") {
    const FormatRead read("claude-ai", test::case_input("claude-ai", "artifacts"));
    const ParsedRecord& last = record_named(read, "a3");
    REQUIRE(last.events.at(0).body.attachments.size() == 1);
    const Attachment& file = last.events[0].body.attachments[0];
    CHECK(read.values.blobs.at(*file.blob) == "Very soft green moss\n");
    CHECK(file.name == "Moss");
    const Attachment& other = record_named(read, "a2b").events.at(0).body.attachments.at(0);
    CHECK(read.values.blobs.at(*other.blob) == "Hard stone\n"); // another branch
}

TEST_CASE("a flat text that repeats the blocks is told from one that says more") {
    using claude_ai::says_no_more;
    CHECK(says_no_more("", "anything"));
    CHECK(says_no_more(" a\n\nb ", "a b"));
    CHECK(says_no_more("a", "b a"));
    CHECK_FALSE(says_no_more("a c", "a b"));
    CHECK_FALSE(says_no_more("b a", "a b"));
    const std::string gap = "\n```\nThis block is not supported on your current device yet.\n```\n";
    CHECK(says_no_more("a" + gap + "b" + gap + gap, "a x b"));
    CHECK_FALSE(says_no_more("b" + gap + "a", "a x b"));
}

TEST_CASE("what was pasted is text, and names its file") {
    const FormatRead read("claude-ai", test::case_input("claude-ai", "attachments"));
    const auto events = read.sink.events(Kind::user_message);
    const auto pasted = std::find_if(events.begin(), events.end(), [](const EventBody& body) {
        return body.text == "pasted text";
    });
    REQUIRE(pasted != events.end());
    CHECK(pasted->attachments.at(0).name == "paste.txt");
    CHECK_FALSE(pasted->attachments.at(0).blob.has_value());
}

TEST_CASE("what is not understood is loud") {
    for (const std::string_view name : {"drift", "drift-in-messages"}) {
        const FormatRead read("claude-ai", test::case_input("claude-ai", name));
        CHECK(read.sink.accounted(Fate::opaque) > 0);
        for (const EventBody& body : read.sink.events()) CHECK_FALSE(is_conversation(body.kind));
    }
}

TEST_CASE("a message whose text and content have other names is loud") {
    const FormatRead read(
        "claude-ai", R"([{"uuid":"c","name":"n","chat_messages":[{"uuid":"m","sender":"human",)"
                     R"("txt":"hello","body":[],"attachments":[],"files":[]}]}])");
    CHECK(read.sink.accounted(Fate::opaque) > 0);
    for (const EventBody& body : read.sink.events()) CHECK_FALSE(is_conversation(body.kind));
}
