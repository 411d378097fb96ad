// The formats there are: one line each. Adding a format is one folder and one line in registry.cc.
#pragma once

#include "codec/reader.h"
#include "codec/writer.h"

#include <memory>
#include <span>

namespace kato {

struct Format {
    std::string_view id{};    // "claude-code"
    std::string_view title{}; // "Claude Code session log"
    // NULL where the format cannot be read. `prefix` is the source's beginning, up to 64 KiB, and
    // `complete` says that it is all of it.
    Detection (*detect)(std::string_view prefix, bool complete) = nullptr;
    std::unique_ptr<Reader> (*make_reader)(Sink&, Values&, const ReaderOptions&) = nullptr;
    // NULL where the format cannot be written.
    std::unique_ptr<Writer> (*make_writer)(Output, const WriterOptions&) = nullptr;
    // True for kato: its sources are references, not sources of their own.
    bool canonical = false;
    std::string_view suffix = {}; // of a file that is written: ".md"
    // For a folder of written files: the one that lists them; `names` are the chats' files.
    Status (*write_index)(std::span<const ChatView> chats, std::span<const std::string> names,
                          const Output& out) = nullptr;
    // Names of JSON files beside its sources that a reader wants to know, see Companions::texts.
    std::span<const std::string_view> companions{};
    // Whose export the sources in `folder` ("" or with a slash at its end) are, by the companions in the
    // same folder: a provider's id of the account, "" when they do not tell.
    std::string (*account)(const Companions& companions, const std::string& folder) = nullptr;
};

std::span<const Format> formats();
// True for the name (without a folder) of a file that some format's sources have beside them.
bool is_companion(std::string_view name);
const Format* find_format(std::string_view id);

struct Detected {
    const Format* format = nullptr; // null: nobody recognised it
    Detection detection{};
};
Detected detect_format(std::string_view prefix, bool complete);
// No other format, but for the canonical form, has more: they need not be asked.
inline constexpr int k_certain_score = 95;

inline constexpr std::size_t k_detection_bytes = 64 * 1024;

} // namespace kato
