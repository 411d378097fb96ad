// What a conversation is made of: kinds, roles, flags, attachments, and one event as it is stored.
#pragma once

#include "base/hash.h"
#include "base/id.h"
#include "base/time.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace kato {

// The numbers are stored; never reuse one.
enum class Kind : std::uint8_t {
    user_message = 1,
    assistant_message = 2,
    assistant_thinking = 3,
    assistant_tool_call = 4,
    assistant_tool_result = 5,
    assistant_decision_prompt = 6,
    user_decision_response = 7,
    system_message = 8,
    provider_info = 9, // understood, but not conversation: titles, modes, progress, ...
    provider_raw = 10, // kept, not understood
};
inline constexpr int k_kind_count = 10;

enum class Role : std::uint8_t { none = 0, user = 1, assistant = 2, system = 3, tool = 4 };

enum class Outcome : std::uint8_t { unknown = 0, failure = 1, success = 2 };

enum Flag : std::uint32_t {
    k_hidden = 1,
    k_sidechain = 2,
    k_superseded = 4,
    k_injected = 8,
    k_vanished = 16,
    k_lossy = 32,
    k_not_shown = 64, // derived: a revision that another one outranks
};

std::string_view kind_name(Kind kind); // "user.message"
std::optional<Kind> parse_kind(std::string_view name);
std::string_view role_name(Role role);                 // "" for none
std::optional<Role> parse_role(std::string_view name); // "" gives none

// True for what people said and did; false for provider.info and provider.raw.
bool is_conversation(Kind kind);

// A file or picture that belongs to an event. `blob` is empty when its bytes are not known.
struct Attachment {
    std::optional<Digest> blob{}; // SHA-256 of the bytes
    std::uint64_t size_bytes = 0;
    std::string media_type{};
    std::string name{};
    std::string uri{}; // where the provider says it is
};

// A text that may be too long to hold: either `text`, or a reference to one that was stored while
// it was read.
struct StoredText {
    Digest key{}; // BLAKE2b-256 of the text
    std::uint64_t size_bytes = 0;
};

// Everything about an event that its source says. All text members are WTF-8.
struct EventBody {
    Kind kind = Kind::provider_raw;
    Role role = Role::none;
    Time time{};
    std::string model{};
    std::string text{};
    std::optional<StoredText> stored_text{}; // instead of `text`
    std::string data{};                      // a JSON value, minified; empty: none
    std::string name{};                      // a tool's name
    std::string call_id{};
    std::string response{}; // the provider's id of the response it belongs to
    std::string extra{};    // members the model has no place for: a JSON value, minified
    Outcome outcome = Outcome::unknown;
    std::uint32_t flags = 0;
    std::vector<Attachment> attachments{};
};

// Where a record lies in its source (after decompression), in bytes; `line` counts from 1.
struct Place {
    std::uint64_t offset = 0;
    std::uint64_t length = 0;
    std::uint64_t line = 0;
};

// Tokens of one provider response; merged by maximum, member by member.
struct Usage {
    std::string response{};
    std::string model{};
    std::int64_t input = 0;
    std::int64_t output = 0;
    std::int64_t cache_read = 0;
    std::int64_t cache_write = 0;
    std::int64_t reasoning = 0;
    bool approximate = false;
};

} // namespace kato
