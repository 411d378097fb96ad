// Fuzz target: finding out the format, and JSON texts as such.
#include "fuzz/fuzz.h"

#include "codec/json/json.h"
#include "codec/registry.h"

using kato::fuzz::expect;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view bytes = kato::fuzz::as_text(data, size);
    const kato::Detected complete = kato::detect_format(bytes, true);
    expect(complete.format == nullptr || complete.detection.score > 0, "a format without a score");
    const kato::Detected prefix = kato::detect_format(bytes.substr(0, size / 2), false);
    expect(prefix.detection.score <= 100, "a score above 100");

    kato::json::Document document;
    const kato::Status parsed = document.parse(bytes);
    if (!parsed) {
        expect(!parsed.error().offset || *parsed.error().offset <= size, "an error beyond the end");
        return 0;
    }
    const std::string minified = document.root().minified();
    kato::json::Document again;
    expect(again.parse(minified).ok(), "minified JSON is not JSON");
    expect(again.root().minified() == minified, "minifying twice differs");
    return 0;
}
