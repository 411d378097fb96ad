#include "words.h"

#include <array>
#include <cctype>
#include <string_view>

namespace bench {
namespace {

constexpr std::size_t k_vocabulary = 60'000;
constexpr std::size_t k_identifiers = 30'000;
constexpr std::size_t k_paths = 5'000;

constexpr std::array<std::string_view, 96> k_common = {
    "the",    "to",       "and",     "of",        "a",       "in",      "is",      "that",
    "it",     "for",      "with",    "this",      "we",      "on",      "be",      "as",
    "file",   "not",      "can",     "I",         "you",     "are",     "from",    "test",
    "if",     "or",       "will",    "function",  "error",   "code",    "an",      "by",
    "but",    "have",     "should",  "now",       "which",   "line",    "so",      "when",
    "return", "has",      "all",     "the",       "call",    "one",     "new",     "add",
    "change", "read",     "value",   "use",       "check",   "type",    "build",   "first",
    "only",   "run",      "path",    "fix",       "data",    "after",   "there",   "let",
    "these",  "before",   "server",  "request",   "still",   "what",    "then",    "message",
    "list",   "update",   "because", "config",    "string",  "write",   "into",    "already",
    "result", "database", "index",   "module",    "commit",  "branch",  "version", "output",
    "option", "name",     "case",    "directory", "correct", "timeout", "parser",  "review"};

constexpr std::array<std::string_view, 40> k_syllables = {
    "ba",   "con", "de", "ex",  "fi",  "gra", "hy", "in", "jo", "ka", "lo",  "men", "ni",  "or",
    "pre",  "qua", "re", "sta", "tor", "un",  "ve", "wi", "xe", "yo", "za",  "ter", "ble", "ing",
    "tion", "ed",  "ly", "er",  "al",  "is",  "um", "an", "os", "ic", "ure", "ment"};

constexpr std::array<std::string_view, 24> k_cjk = {
    "\xE4\xBC\x9A\xE8\xAF\x9D",
    "\xE6\x90\x9C\xE7\xB4\xA2",
    "\xE6\x95\xB0\xE6\x8D\xAE\xE5\xBA\x93",
    "\xE5\x87\xBD\xE6\x95\xB0",
    "\xE6\xB5\x8B\xE8\xAF\x95",
    "\xE9\x94\x99\xE8\xAF\xAF",
    "\xE6\x96\x87\xE4\xBB\xB6",
    "\xE4\xBF\xAE\xE6\x94\xB9",
    "\xE6\x88\x91\xE4\xBB\xAC",
    "\xE7\x9A\x84",
    "\xE4\xBA\x86",
    "\xE5\x9C\xA8",
    "\xE8\xBF\x90\xE8\xA1\x8C",
    "\xE7\xBB\x93\xE6\x9E\x9C",
    "\xE4\xBC\x9A\xE8\xA9\xB1",
    "\xE6\xA4\x9C\xE7\xB4\xA2",
    "\xE3\x83\x86\xE3\x82\xB9\xE3\x83\x88",
    "\xE3\x82\xA8\xE3\x83\xA9\xE3\x83\xBC",
    "\xE3\x82\x92",
    "\xE3\x81\xAF",
    "\xE3\x81\xA7\xE3\x81\x99",
    "\xE3\x83\x95\xE3\x82\xA1\xE3\x82\xA4\xE3\x83\xAB",
    "\xE5\xA4\x89\xE6\x9B\xB4",
    "\xEC\x98\xA4\xEB\xA5\x98"};

constexpr std::array<std::string_view, 8> k_endings = {".cc", ".h",  ".py", ".ts",
                                                       ".md", ".rs", ".go", ".json"};

} // namespace

Words::Words(std::uint64_t seed) {
    Random random(seed);
    words_.reserve(k_vocabulary);
    for (const std::string_view word : k_common) words_.emplace_back(word);
    while (words_.size() < k_vocabulary) {
        std::string word;
        const std::uint64_t syllables = random.between(2, 4);
        for (std::uint64_t i = 0; i < syllables; ++i)
            word += k_syllables[random.below(k_syllables.size())];
        words_.push_back(std::move(word));
    }
    while (identifiers_.size() < k_identifiers) identifiers_.push_back(make_identifier(random));
    while (paths_.size() < k_paths) paths_.push_back(make_path(random));
}

std::string Words::make_identifier(Random& random) const {
    const bool camel = random.chance(40);
    std::string out = words_[random.below(4000)];
    const std::uint64_t more = random.between(1, 2);
    for (std::uint64_t i = 0; i < more; ++i) {
        std::string part = words_[random.below(4000)];
        if (camel)
            part[0] = static_cast<char>(std::toupper(static_cast<unsigned char>(part[0])));
        else
            out += '_';
        out += part;
    }
    return out;
}

std::string Words::make_path(Random& random) const {
    std::string out = "src";
    const std::uint64_t depth = random.between(1, 3);
    for (std::uint64_t i = 0; i < depth; ++i) out += "/" + words_[random.below(3000)];
    return out + std::string(k_endings[random.below(k_endings.size())]);
}

void Words::prose(Random& random, std::uint64_t bytes, std::string& out) const {
    const std::size_t end = out.size() + bytes;
    std::uint64_t in_sentence = 0;
    while (out.size() < end) {
        if (in_sentence == 0) {
            in_sentence = random.between(5, 24);
            if (random.chance(12)) out += "\n\n";
            if (random.chance(5)) out += "- ";
        }
        if (random.chance(3)) {
            out += '`' + identifier(random) + '`';
        } else if (random.chance(1)) {
            out += '`' + path(random) + '`';
        } else {
            out += word(random);
        }
        if (random.chance(1) && random.chance(20)) out += " \xF0\x9F\x8E\x89";
        out += --in_sentence == 0 ? (random.chance(85) ? ". " : ": ")
               : random.chance(6) ? ", "
                                  : " ";
    }
}

void Words::code(Random& random, std::uint64_t bytes, std::string& out) const {
    const std::size_t end = out.size() + bytes;
    std::uint64_t number = random.between(1, 400);
    while (out.size() < end) {
        out.append(random.below(4) * 4, ' ');
        switch (random.below(5)) {
        case 0:
            out +=
                "if (" + identifier(random) + " == " + std::to_string(random.below(1000)) + ") {";
            break;
        case 1:
            out += "const auto " + identifier(random) + " = " + identifier(random) + "(\"" +
                   word(random) + "\");";
            break;
        case 2: out += "return " + identifier(random) + ";"; break;
        case 3:
            out += "// ";
            prose(random, 40, out);
            break;
        default:
            out += "for item in " + identifier(random) + "[" + std::to_string(number++) + ":]:";
            break;
        }
        out += '\n';
    }
}

void Words::log(Random& random, std::uint64_t bytes, std::string& out) const {
    const std::size_t end = out.size() + bytes;
    std::uint64_t number = random.between(1, 2000);
    while (out.size() < end) {
        switch (random.below(4)) {
        case 0:
            out += path(random) + ":" + std::to_string(number) + ": " + identifier(random);
            break;
        case 1: out += "[" + std::to_string(number) + "/2400] Compiling " + path(random); break;
        case 2:
            out += "-rw-r--r-- 1 mika mika " + std::to_string(random.below(90'000)) +
                   " Mar 14 09:26 " + path(random);
            break;
        default:
            out += "\x1B[32mok\x1B[0m " + identifier(random) + " (" +
                   std::to_string(random.below(900)) + " ms)";
            break;
        }
        ++number;
        out += '\n';
    }
}

void Words::cjk(Random& random, std::uint64_t bytes, std::string& out) const {
    const std::size_t end = out.size() + bytes;
    while (out.size() < end) {
        const std::uint64_t run = random.between(4, 14);
        for (std::uint64_t i = 0; i < run; ++i) out += k_cjk[random.zipf(k_cjk.size())];
        if (random.chance(20)) out += ' ' + identifier(random) + ' ';
        out += "\xE3\x80\x82";
    }
}

} // namespace bench
