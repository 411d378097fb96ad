#include "corpus.h"

#include "session_log.h"
#include "web_export.h"
#include "words.h"

#include <fmt/format.h>

#include <cstdio>
#include <filesystem>
#include <memory>

namespace bench {
namespace {

struct CloseFile {
    void operator()(std::FILE* file) const {
        (void)std::fclose(file);
    } // flushed and checked before
};
using File = std::unique_ptr<std::FILE, CloseFile>;

// Sessions are short or long; the mean is about 1.5 MB.
constexpr std::uint64_t k_typical_session_bytes = 700'000;

std::string place(const std::string& format, const SessionLog& log, Random& random,
                  const Words& words) {
    if (format == "codex")
        return fmt::format("sessions/2026/03/{:02}/rollout-2026-03-{:02}T10-00-00-{}.jsonl",
                           log.day(), log.day(), log.id());
    return fmt::format("projects/-home-mika-{}/{}.jsonl", words.word(random), log.id());
}

bool put(std::FILE* file, std::string_view bytes) {
    return std::fwrite(bytes.data(), 1, bytes.size(), file) == bytes.size();
}

// One file of one line.
Corpus write_export(const std::string& directory, const CorpusOptions& options,
                    std::string& error) {
    Corpus corpus;
    std::error_code code;
    std::filesystem::create_directories(directory, code);
    const std::string path = directory + "/conversations.json";
    const File file(std::fopen(path.c_str(), "wb"));
    const Words words(options.seed);
    WebExport chats(words, options.seed ^ 0xC0FFEEU, options.format);
    std::string buffer = "[";
    bool good = file != nullptr;
    while (good && corpus.size_bytes < options.size_bytes) {
        chats.conversation(buffer);
        corpus.size_bytes += buffer.size();
        good = put(file.get(), buffer);
        buffer.clear();
    }
    good = good && put(file.get(), "]") && std::fflush(file.get()) == 0;
    if (!good) error = path + ": cannot be written";
    corpus.size_bytes += 1;
    corpus.lines = 1;
    corpus.files.push_back(path);
    return corpus;
}

} // namespace

Corpus write_corpus(const std::string& directory, const CorpusOptions& options,
                    std::string& error) {
    if (options.format == "chatgpt" || options.format == "claude-ai")
        return write_export(directory, options, error);
    Corpus corpus;
    const Words words(options.seed);
    Random random(options.seed ^ 0xC0FFEEU);
    std::string buffer;
    while (corpus.size_bytes < options.size_bytes) {
        const std::uint64_t left = options.size_bytes - corpus.size_bytes;
        const std::uint64_t wanted = std::min(left, random.length(k_typical_session_bytes));
        SessionLog log(words, random.next(), options.format);
        const std::filesystem::path path =
            std::filesystem::path(directory) / place(options.format, log, random, words);
        std::error_code code;
        std::filesystem::create_directories(path.parent_path(), code);
        const File file(std::fopen(path.c_str(), "wb"));
        if (!file) {
            error = path.string() + ": cannot be written";
            return corpus;
        }
        std::uint64_t written = 0;
        while (written < wanted) {
            buffer.clear();
            corpus.lines += log.turn(buffer);
            written += buffer.size();
            if (std::fwrite(buffer.data(), 1, buffer.size(), file.get()) != buffer.size()) break;
        }
        if (std::fflush(file.get()) != 0 || std::ferror(file.get()) != 0) {
            error = path.string() + ": cannot be written";
            return corpus;
        }
        corpus.size_bytes += written;
        corpus.files.push_back(path.string());
    }
    return corpus;
}

std::string more_lines(const std::string& file, std::uint64_t bytes, std::uint64_t seed) {
    const Words words(seed);
    const std::string name = std::filesystem::path(file).stem().string();
    SessionLog log(words, seed, "claude-code");
    log.continue_session(name.size() > 36 ? name.substr(name.size() - 36) : name);
    std::string out;
    while (out.size() < bytes) (void)log.turn(out); // the number of lines does not matter here
    return out;
}

} // namespace bench
