// Fuzz target: the openai-messages reader.
#include "fuzz/fuzz.h"
#include "fuzz/reader_rules.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    kato::fuzz::check_reader("openai-messages", kato::fuzz::as_text(data, size));
    return 0;
}
