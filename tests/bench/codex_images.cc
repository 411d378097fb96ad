#include "codex_images.h"

#include "quoted_json.h"

#include <fmt/format.h>

namespace bench {
namespace {

constexpr std::size_t k_images = 12;
constexpr std::uint64_t k_smallest = 100'000; // as base64
constexpr std::uint64_t k_largest = 1'200'000;
constexpr std::size_t k_share = 9; // of images to one of everything else

// The base64 of PNG's signature and of its first chunk's length, to a multiple of three bytes.
constexpr const char* k_png_start = "iVBORw0KGgoAAAAN";

} // namespace

CodexImages::CodexImages(const Words& words, Random& random) : CodexLog(words, random) {
    for (std::size_t i = 0; i < k_images; ++i) {
        const std::uint64_t size = this->random().between(k_smallest, k_largest);
        images_.push_back(
            fmt::format(R"({{"type":"input_image","image_url":"data:image/png;base64,{}{}"}})",
                        k_png_start, author_.base64(size)));
    }
}

const std::string& CodexImages::image() { return images_[random().zipf(images_.size())]; }

void CodexImages::looked_at(std::string& out) {
    const std::string call = fmt::format("call_{:016x}", random().next());
    const std::string arguments = fmt::format(R"({{"path":{}}})", quoted_json(author_.path()));
    line("response_item",
         fmt::format(
             R"({{"type":"function_call","name":"view_image","arguments":{},"call_id":"{}"}})",
             quoted_json(arguments), call),
         out);
    line("response_item",
         fmt::format(R"({{"type":"function_call_output","call_id":"{}","output":[{}]}})", call,
                     image()),
         out);
}

void CodexImages::shown(std::string& out) {
    line(
        "response_item",
        fmt::format(
            R"({{"type":"message","role":"user","content":[{{"type":"input_text","text":{}}},{}]}})",
            quoted_json(author_.prompt()), image()),
        out);
}

void CodexImages::compacted(std::string& out) {
    std::string history;
    const std::uint64_t messages = random().between(2, 8);
    for (std::uint64_t i = 0; i < messages; ++i)
        history += fmt::format(R"({}{{"type":"message","role":"user","content":[{}]}})",
                               i == 0 ? "" : ",", image());
    line("compacted",
         fmt::format(R"({{"message":{},"replacement_history":[{}]}})",
                     quoted_json(author_.answer()), history),
         out);
}

void CodexImages::turn(std::string& out) {
    std::size_t before = out.size();
    CodexLog::turn(out);
    owed_bytes_ += static_cast<std::int64_t>(k_share * (out.size() - before));
    while (owed_bytes_ > 0) {
        before = out.size();
        const std::uint64_t kind = random().below(20);
        if (kind == 0)
            compacted(out);
        else if (kind < 8)
            shown(out);
        else
            looked_at(out);
        owed_bytes_ -= static_cast<std::int64_t>(out.size() - before);
    }
}

} // namespace bench
