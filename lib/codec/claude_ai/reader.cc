// Reads exports and captures of Claude.ai: what each JSON object in them is.
#include "codec/claude_ai/claude_ai.h"
#include "codec/claude_ai/conversation.h"
#include "codec/claude_ai/others.h"
#include "codec/record/fields.h"

#include <array>

namespace kato {
namespace claude_ai {
namespace {

// Arrays that an outermost object may hold conversations in.
constexpr std::array<std::string_view, 1> k_lists = {"conversations"};

class ClaudeAiReader final : public Reader, private record::RecordHandler {
public:
    ClaudeAiReader(Sink& sink, Values& values)
        : records_(*this, sink, values, k_lists), conversation_(sink, values, records_),
          others_(sink, records_) {}

    Status feed(std::string_view bytes) override { return records_.feed(bytes); }
    Status finish() override { return records_.finish(); }

private:
    Result<record::Verdict> record(const record::Record& record) override;

    record::Records records_;
    Conversation conversation_;
    Others others_;
};

Result<record::Verdict> ClaudeAiReader::record(const record::Record& record) {
    const json::Value root = record.root;
    if (!root.is_object()) return record::Verdict{Fate::opaque, "it is no JSON object"};
    if (const Other other = other_of(root); other != Other::none && list_of(root).empty())
        return others_.read(record, other);
    if (record::text_of(root, "uuid").empty())
        return record::Verdict{Fate::opaque, "an object without a uuid, no conversation"};
    return conversation_.read(record);
}

} // namespace
} // namespace claude_ai

std::unique_ptr<Reader> make_claude_ai_reader(Sink& sink, Values& values, const ReaderOptions&) {
    return std::make_unique<claude_ai::ClaudeAiReader>(sink, values);
}

} // namespace kato
