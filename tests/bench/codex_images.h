// A Codex session in which nine tenths are images as base64: a few, that come again and again, looked
// at, shown to the model, and repeated whenever the conversation is compacted.
#pragma once

#include "codex_log.h"

#include <vector>

namespace bench {

class CodexImages : public CodexLog {
public:
    CodexImages(const Words& words, Random& random);

protected:
    void turn(std::string& out) override;

private:
    const std::string& image(); // as an item of content
    void looked_at(std::string& out);
    void shown(std::string& out);
    void compacted(std::string& out);

    std::vector<std::string> images_;
    std::int64_t owed_bytes_ = 0; // of images, for what was said since the last one
};

} // namespace bench
