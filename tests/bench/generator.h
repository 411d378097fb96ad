// What makes one part of a corpus: a session of an agent, or the export of an account.
#pragma once

#include "corpus_files.h"

#include <cstdint>
#include <string>

namespace bench {

class Generator {
public:
    Generator() = default;
    Generator(const Generator&) = delete;
    Generator& operator=(const Generator&) = delete;
    virtual ~Generator() = default;

    // Writes its files, of about `bytes` bytes together, piece by piece.
    virtual void write(CorpusFiles& files, std::uint64_t bytes) = 0;

    // Lines that `file`, written by one of its kind, would go on with, about `bytes` bytes of them;
    // none where files do not grow.
    virtual std::string more_lines(const std::string& file, std::uint64_t bytes);
};

} // namespace bench
