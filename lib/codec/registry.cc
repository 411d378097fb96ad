#include "codec/registry.h"

#include "codec/claude_code/claude_code.h"
#include "codec/codex/codex.h"
#include "codec/html/html.h"
#include "codec/json_chats/json_chats.h"
#include "codec/kato/kato.h"
#include "codec/markdown/markdown.h"
#include "codec/openai_messages/openai_messages.h"

#include <array>

namespace kato {
namespace {

// Sorted as people are told about them. Each format's functions are declared in its folder.
constexpr std::array k_formats = {
    Format{"claude-code", "Claude Code session log", detect_claude_code, make_claude_code_reader,
           nullptr, false},
    Format{"codex", "Codex CLI session log", detect_codex, make_codex_reader, nullptr, false},
    Format{"html", "a page to read", nullptr, nullptr, make_html_writer, false, ".html",
           write_html_index},
    Format{"json", "JSON Lines, one object for each chat", nullptr, nullptr, make_json_chats_writer,
           false, ".jsonl"},
    Format{"kato", "Kato JSONL, the canonical form", detect_kato, make_kato_reader,
           make_kato_writer, true, ".jsonl"},
    Format{"markdown", "Markdown to read", nullptr, nullptr, make_markdown_writer, false, ".md"},
    Format{"openai-messages", "OpenAI chat messages, one line for each chat", nullptr, nullptr,
           make_openai_messages_writer, false, ".jsonl"},
    Format{"original", "the bytes of a source as they were imported", nullptr, nullptr, nullptr,
           false},
};

} // namespace

std::span<const Format> formats() { return k_formats; }

const Format* find_format(std::string_view id) {
    for (const Format& format : k_formats) {
        if (format.id == id) return &format;
    }
    return nullptr;
}

Detected detect_format(std::string_view prefix, bool complete) {
    Detected best;
    if (prefix.find_first_not_of(" \t\r\n") == std::string_view::npos) return best;
    for (const Format& format : k_formats) {
        if (format.detect == nullptr) continue;
        Detection detection = format.detect(prefix, complete);
        if (detection.score <= best.detection.score) continue;
        best.format = &format;
        best.detection = std::move(detection);
    }
    return best;
}

} // namespace kato
