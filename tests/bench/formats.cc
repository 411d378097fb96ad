#include "formats.h"

#include "chatgpt_export.h"
#include "claude_ai_export.h"
#include "claude_code_log.h"
#include "codex_images.h"
#include "codex_log.h"
#include "gemini_log.h"
#include "kato_export.h"
#include "kato_home.h"
#include "training_data.h"

#include <stdexcept>

namespace bench {
namespace {

// Sessions are short or long; the mean is about 1.5 MB.
constexpr std::uint64_t k_session = 700'000;

template <class T> std::unique_ptr<Generator> make(const Words& words, Random& random) {
    return std::make_unique<T>(words, random);
}

} // namespace

const std::vector<Format>& formats() {
    static const std::vector<Format> all = {
        {"claude-code",
         make<ClaudeCodeLog>,
         k_session,
         {"claude-conversation-extractor", "claude-code-transcripts", "llm-anthology", "navcom"},
         true},
        {"codex", make<CodexLog>, k_session, {"llm-anthology", "navcom"}, true},
        {"codex-images", make<CodexImages>, 0, {"llm-anthology", "navcom"}},
        {"chatgpt", make<ChatgptExport>, 0, {"convoviz", "llm-anthology"}},
        {"claude-ai", make<ClaudeAiExport>, 0, {"llm-anthology"}},
        {"gemini-cli", make<GeminiLog>, k_session, {"navcom"}},
        {"kato-twin", make<KatoHome>},
        {"openai-messages", make<TrainingData>, 20'000'000, {"openai"}},
        {"kato", make<KatoExport>},
    };
    return all;
}

std::vector<std::string> format_names() {
    std::vector<std::string> names;
    for (const Format& format : formats()) names.emplace_back(format.name);
    return names;
}

const Format& find_format(std::string_view name) {
    for (const Format& format : formats())
        if (format.name == name) return format;
    throw std::runtime_error("there is no format " + std::string(name));
}

} // namespace bench
