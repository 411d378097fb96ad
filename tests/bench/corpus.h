// Writes a corpus of made-up logs or exports: the same options give the same bytes.
#pragma once

#include <cstdint>
#include <string>

namespace bench {

struct CorpusOptions {
    std::uint64_t size_bytes = 100'000'000;
    std::uint64_t seed = 1;
    std::string format = "claude-code"; // or another of formats.h
    std::uint64_t files = 0;            // so many of equal size; 0: as many as is usual
};

struct Corpus {
    std::uint64_t files = 0;
    std::uint64_t size_bytes = 0;
    std::uint64_t lines = 0;
};

// Makes `directory` and what is in it; throws std::runtime_error.
Corpus write_corpus(const std::string& directory, const CorpusOptions& options);

// Lines that `file`, from a corpus of `format`, would go on with, about `bytes` bytes of them; none
// where files do not grow.
std::string more_lines(const std::string& format, const std::string& file, std::uint64_t bytes,
                       std::uint64_t seed);

} // namespace bench
