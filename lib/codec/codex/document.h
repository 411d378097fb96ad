// The oldest logs: one JSON document {"session": {...}, "items": [...]}, often over many lines.
//
// A file that begins with a brace alone on its line is such a document. Its line ends are given on as
// spaces, which mean the same there, so that it arrives as a single record.
#pragma once

#include "codec/json/json.h"

#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace kato::codex {

bool is_document(const json::Value& root);

class Document {
public:
    using Next = std::function<Status(std::string_view)>;

    Status feed(std::string_view bytes, const Next& next);
    Status finish(const Next& next);

    // The line that an offset of the source lies in, from 1.
    std::uint64_t line_of(std::uint64_t offset) const;

private:
    enum class Form : std::uint8_t { unknown, lines, document };

    static Form form_of(std::string_view beginning);
    Status give(std::string_view bytes, const Next& next);

    Form form_ = Form::unknown;
    std::string beginning_{}; // while it does not tell
    std::string joined_{};
    std::vector<std::uint64_t> line_ends_{};
    std::uint64_t offset_ = 0;
};

} // namespace kato::codex
