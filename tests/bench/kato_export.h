// An export in Kato's own form (docs/format.md), as another store would give it.
#pragma once

#include "author.h"
#include "generator.h"

namespace bench {

class KatoExport : public Generator {
public:
    KatoExport(const Words& words, Random& random) : author_(words, random) {}

    void write(CorpusFiles& files, std::uint64_t bytes) override;

private:
    void chat(std::uint64_t bytes, std::string& out);
    void turn(std::string& usage, std::string& events);
    void event(const char* kind, const char* role, const std::string& members, std::string& events);

    Author author_;
    std::string source_{}; // of the chat
    std::string parent_{}; // of the next event
    std::uint64_t offset_ = 0;
    std::uint64_t line_ = 0;
    std::uint64_t ms_ = 0;
};

} // namespace bench
