// Fuzz target: the chatgpt reader.
#include "fuzz/fuzz.h"
#include "fuzz/reader_rules.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    kato::fuzz::check_reader("chatgpt", kato::fuzz::as_text(data, size));
    return 0;
}
