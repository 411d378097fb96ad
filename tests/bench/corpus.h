// Writes a corpus of made-up agents' logs, or a web chat's export: the same options give the same bytes.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace bench {

struct CorpusOptions {
    std::uint64_t size_bytes = 100'000'000;
    std::uint64_t seed = 1;
    std::string format = "claude-code"; // or "codex", "chatgpt", "claude-ai"
};

struct Corpus {
    std::vector<std::string> files;
    std::uint64_t size_bytes = 0;
    std::uint64_t lines = 0;
};

// Makes `directory` and its sessions; an empty error means success.
Corpus write_corpus(const std::string& directory, const CorpusOptions& options, std::string& error);

// Lines that a session in `file` would continue with, about `bytes` bytes of them.
std::string more_lines(const std::string& file, std::uint64_t bytes, std::uint64_t seed);

} // namespace bench
