#include "codec/registry.h"

#include "codec/chatgpt/chatgpt.h"
#include "codec/claude_ai/claude_ai.h"
#include "codec/claude_code/claude_code.h"
#include "codec/codex/codex.h"
#include "codec/gemini_cli/gemini_cli.h"
#include "codec/html/html.h"
#include "codec/json_chats/json_chats.h"
#include "codec/kato/kato.h"
#include "codec/kato_twin/kato_twin.h"
#include "codec/markdown/markdown.h"
#include "codec/openai_messages/openai_messages.h"

#include <algorithm>
#include <array>

namespace kato {
namespace {

constexpr std::array<std::string_view, 3> k_chatgpt_companions = {
    "conversation_asset_file_names.json", "library_files.json", "user.json"};
constexpr std::array<std::string_view, 1> k_claude_ai_companions = {"users.json"};

// Sorted as people are told about them. Each format's functions are declared in its folder.
constexpr std::array k_formats = {
    Format{.id = "chatgpt",
           .title = "ChatGPT data export",
           .detect = detect_chatgpt,
           .make_reader = make_chatgpt_reader,
           .companions = k_chatgpt_companions,
           .account = chatgpt_account},
    Format{.id = "claude-ai",
           .title = "Claude.ai data export",
           .detect = detect_claude_ai,
           .make_reader = make_claude_ai_reader,
           .companions = k_claude_ai_companions,
           .account = claude_ai_account},
    Format{.id = "claude-code",
           .title = "Claude Code session log",
           .detect = detect_claude_code,
           .make_reader = make_claude_code_reader},
    Format{.id = "codex",
           .title = "Codex CLI session log",
           .detect = detect_codex,
           .make_reader = make_codex_reader},
    Format{.id = "gemini-cli",
           .title = "Gemini CLI session log",
           .detect = detect_gemini_cli,
           .make_reader = make_gemini_cli_reader},
    Format{.id = "html",
           .title = "a page to read",
           .make_writer = make_html_writer,
           .suffix = ".html",
           .write_index = write_html_index},
    Format{.id = "json",
           .title = "JSON Lines, one object for each chat",
           .make_writer = make_json_chats_writer,
           .suffix = ".jsonl"},
    Format{.id = "kato",
           .title = "Kato JSONL, the canonical form",
           .detect = detect_kato,
           .make_reader = make_kato_reader,
           .make_writer = make_kato_writer,
           .canonical = true,
           .suffix = ".jsonl"},
    Format{.id = "kato-twin",
           .title = "sessions of the original Kato",
           .detect = detect_kato_twin,
           .make_reader = make_kato_twin_reader},
    Format{.id = "markdown",
           .title = "Markdown to read",
           .make_writer = make_markdown_writer,
           .suffix = ".md"},
    Format{.id = "openai-messages",
           .title = "OpenAI chat messages, one line for each chat",
           .detect = detect_openai_messages,
           .make_reader = make_openai_messages_reader,
           .make_writer = make_openai_messages_writer,
           .suffix = ".jsonl"},
    Format{.id = "original", .title = "the bytes of a source as they were imported"},
};

} // namespace

std::span<const Format> formats() { return k_formats; }

bool is_companion(std::string_view name) {
    return std::any_of(k_formats.begin(), k_formats.end(), [name](const Format& format) {
        const auto& names = format.companions;
        return std::find(names.begin(), names.end(), name) != names.end();
    });
}

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
        if (best.detection.score >= k_certain_score && !format.canonical) continue;
        Detection detection = format.detect(prefix, complete);
        if (detection.score <= best.detection.score) continue;
        best.format = &format;
        best.detection = std::move(detection);
    }
    return best;
}

} // namespace kato
