// A data export of a web chat, on one line: the list that ChatGPT and Claude.ai call conversations.json.
#pragma once

#include "author.h"
#include "generator.h"

#include <string>

namespace bench {

class WebExport : public Generator {
public:
    WebExport(const Words& words, Random& random) : author_(words, random) {}

    void write(CorpusFiles& files, std::uint64_t bytes) override;

protected:
    virtual void conversation(std::string& out) = 0;
    std::string text(bool question);

    Author author_;
};

} // namespace bench
