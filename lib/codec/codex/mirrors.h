// What was said is written down up to three times: as a response item, as an event for the screen, and
// as a completed item. This tells the first of them from its mirrors.
//
// The first to arrive is the one that is shown, because what a record becomes may depend only on what
// precedes it: a log that has grown must say the same again about its beginning. Which one comes first
// differs (a prompt's item comes before its event, an answer's event before its item), and some texts are
// written only once, so that no channel can be left out.
#pragma once

#include <cstdint>
#include <deque>
#include <span>
#include <string_view>

namespace kato::codex {

enum class Speaker : std::uint8_t { user, assistant, thinking };

enum class Channel : std::uint8_t { item = 1, event = 2, completed = 4 };

// Two writings of a text are the same when it is equal but for white space around it and for the parts
// that Codex cuts out before it shows it.
std::uint64_t identity_of(std::string_view text);

class Mirrors {
public:
    struct Said {
        Speaker speaker = Speaker::user;
        Channel channel = Channel::item;
        std::string_view id{}; // the item's, may be empty
        std::span<const std::uint64_t>
            texts{}; // its identity, or several for ways of joining its parts
        bool pictures = false;
    };
    struct Found {
        bool repeated = false;
        bool pictures = false; // the first one has them
    };

    // Whether it was said before through another channel; remembers it.
    Found find(const Said& said);
    void begin_turn();
    void end_turn() { ended_ = true; }
    bool answered() const { return answered_; } // the assistant said something in this turn

private:
    struct Entry {
        Speaker speaker{};
        std::uint8_t channels = 0;
        bool pictures = false;
        std::uint64_t id = 0;
        std::uint64_t texts[2] = {};
    };
    static bool matches(const Entry& entry, const Said& said, std::uint64_t id);

    std::deque<Entry> entries_{}; // of this turn, and a prompt that came before its start
    bool marked_ = false;         // the file says where turns begin
    bool answered_ = false;
    bool ended_ = false;
};

} // namespace kato::codex
