// Training data for OpenAI's models: chats one a line, some of them pairs of which one is preferred.
#pragma once

#include "author.h"
#include "generator.h"

namespace bench {

class TrainingData : public Generator {
public:
    TrainingData(const Words& words, Random& random) : author_(words, Random(random.next())) {}

    void write(CorpusFiles& files, std::uint64_t bytes) override;

private:
    std::string message(const char* role, const std::string& text) const;
    std::string chat();
    std::string preference();

    Author author_;
};

} // namespace bench
