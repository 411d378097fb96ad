// Fuzz target: what an agent writes on its standard output, and lines of the audit log.
#include "fuzz/fuzz.h"

#include "agent/audit_chain.h"
#include "agent/messages.h"

#include <algorithm>

using kato::RunMessage;
using kato::fuzz::expect;

namespace {

std::vector<RunMessage> read(std::string_view bytes, std::size_t piece) {
    kato::agent::MessageReader reader;
    std::vector<RunMessage> all;
    for (; !bytes.empty(); bytes.remove_prefix(std::min(piece, bytes.size())))
        for (RunMessage& message : reader.feed(bytes.substr(0, piece)))
            all.push_back(std::move(message));
    for (RunMessage& message : reader.finish()) all.push_back(std::move(message));
    return all;
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view bytes = kato::fuzz::as_text(data, size);
    const std::vector<RunMessage> whole = read(bytes, size + 1);
    const std::vector<RunMessage> pieces = read(bytes, 7);
    expect(whole.size() == pieces.size(), "messages depend on the pieces in which they come");
    kato::json::Document document;
    for (std::size_t i = 0; i < whole.size(); ++i) {
        expect(whole[i].type == pieces[i].type && whole[i].body == pieces[i].body,
               "a message depends on the pieces in which it comes");
        expect(document.parse(whole[i].body).ok(), "a message's body is not JSON");
        expect(whole[i].body.find('\n') == std::string::npos, "a message's body has line ends");
    }
    if (const auto record = kato::agent::parse_record(bytes)) {
        const std::string next =
            kato::agent::chain_record({record->sequence, record->hash}, 0, "\"a\":1");
        const auto again =
            kato::agent::parse_record(std::string_view(next).substr(0, next.size() - 1));
        expect(again && again->unchanged && again->previous == record->hash,
               "a record of ours cannot be read");
    }
    return 0;
}
