#include "fuzz/reader_rules.h"

#include "codec/json/json.h"
#include "codec/registry.h"
#include "fuzz/fuzz.h"
#include "unit/codec/recording_sink.h"

#include <algorithm>

namespace kato::fuzz {
namespace {

constexpr std::size_t k_wrapped_depth = json::k_max_depth + json::k_spare_depth;

void expect_json(std::string_view text, const char* what) {
    if (text.empty()) return;
    json::Document document;
    expect(document.parse(text, {}, k_wrapped_depth).ok(),
           std::string(what) + " is not JSON: " + std::string(text.substr(0, 200)));
}

void check_events(const test::RecordingSink& sink, const test::RecordingValues& values) {
    for (const ParsedRecord& record : sink.records) {
        expect(!record.events.empty(), "a record without events");
        for (const ParsedEvent& event : record.events) {
            expect_json(event.body.data, "data");
            expect_json(event.body.extra, "extra");
            expect(!event.body.stored_text || values.texts.contains(event.body.stored_text->key),
                   "a text that was not stored");
            expect(!event.body.stored_text || event.body.text.empty(), "two texts");
            for (const Attachment& file : event.body.attachments)
                expect(!file.blob || values.blobs.contains(*file.blob),
                       "a blob that was not stored");
        }
    }
}

} // namespace

void check_reader(std::string_view format, std::string_view bytes) {
    const Format* found = find_format(format);
    expect(found != nullptr && found->make_reader != nullptr, "no such reader");

    test::RecordingSink whole;
    test::RecordingValues values;
    const Status status = test::read_all(found->make_reader, bytes, whole, values);
    // The only bytes a reader refuses as a whole are a newer version's.
    if (!status && status.error().code == Code::version) return;
    expect(status.ok(), status.ok() ? "" : "the reader failed: " + status.error().message);
    const std::string problem = whole.accounting_problem(bytes.size());
    expect(problem.empty(), problem);
    check_events(whole, values);

    const std::size_t piece = 1 + bytes.size() % 61;
    test::RecordingSink pieces;
    test::RecordingValues others;
    expect(test::read_all(found->make_reader, bytes, pieces, others, piece).ok(),
           "failed in pieces");
    expect(pieces.dump() == whole.dump(), "other calls when read in pieces");

    test::RecordingSink failing;
    failing.calls_left = static_cast<int>(bytes.size() % 7);
    test::RecordingValues unused;
    const Status stopped = test::read_all(found->make_reader, bytes, failing, unused);
    expect(stopped.ok() || stopped.error().code == Code::user, "another status than the sink's");
}

} // namespace kato::fuzz
