#include "codec/registry.h"

#include "codec/chatgpt/chatgpt.h"
#include "codec/claude_ai/claude_ai.h"
#include "codec/claude_code/claude_code.h"
#include "codec/codex/codex.h"
#include "codec/gemini_cli/gemini_cli.h"
#include "codec/kato/kato.h"
#include "codec/kato_twin/kato_twin.h"
#include "codec/markdown/markdown.h"
#include "codec/openai_messages/openai_messages.h"

#include <array>

namespace kato {
namespace {

constexpr std::array<std::string_view, 2> k_chatgpt_companions = {
    "conversation_asset_file_names.json", "library_files.json"};

// Sorted as people are told about them. Each format's functions are declared in its folder.
constexpr std::array k_formats = {
    Format{"chatgpt", "ChatGPT data export", detect_chatgpt, make_chatgpt_reader, nullptr, false,
           k_chatgpt_companions},
    Format{"claude-ai", "Claude.ai data export", detect_claude_ai, make_claude_ai_reader, nullptr,
           false},
    Format{"claude-code", "Claude Code session log", detect_claude_code, make_claude_code_reader,
           nullptr, false},
    Format{"codex", "Codex CLI session log", detect_codex, make_codex_reader, nullptr, false},
    Format{"gemini-cli", "Gemini CLI session log", detect_gemini_cli, make_gemini_cli_reader,
           nullptr, false},
    Format{"kato", "Kato JSONL, the canonical form", detect_kato, make_kato_reader,
           make_kato_writer, true},
    Format{"kato-twin", "sessions of the original Kato", detect_kato_twin, make_kato_twin_reader,
           nullptr, false},
    Format{"markdown", "Markdown to read", nullptr, nullptr, make_markdown_writer, false},
    Format{"openai-messages", "OpenAI chat messages: training data and batches",
           detect_openai_messages, make_openai_messages_reader, nullptr, false},
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
