// Artifacts: documents that the model writes and changes with calls of the tool "artifacts". Replaying the
// calls gives the document as it was after each of them.
//
// A call changes what the calls before it on its own branch left. The result is the call's attachment: so
// it depends on nothing that comes later, and a conversation that has grown says the same again.
#pragma once

#include "codec/json/spill.h"
#include "codec/record/long_values.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace kato::claude_ai {

inline constexpr std::string_view k_artifact_tool = "artifacts";
inline constexpr std::size_t k_max_document_bytes = 8 << 20;
inline constexpr std::size_t k_max_replayed_bytes = 32 << 20; // gone over in one conversation

class Artifacts {
public:
    Artifacts(json::SpillFile& spills, Values& values) : spills_(spills), values_(values) {}

    // A new conversation.
    void begin();
    // A new message, which continues that one: numbers count from 0.
    void begin_message(std::optional<std::size_t> parent);
    // What the call with this input leaves, as an attachment; nothing when that cannot be told.
    Result<std::optional<Attachment>> replay(const json::Value& input);

private:
    struct Version {
        std::string id{};
        std::string title{};
        std::string type{};
        std::string text{};
        std::size_t before = k_none; // the version (of any artifact) before it on its branch
    };
    static constexpr std::size_t k_none = static_cast<std::size_t>(-1);
    static constexpr std::size_t k_max_steps = 1000; // back, for one call

    const Version* latest(std::string_view id) const;
    Result<std::optional<std::string>> text(const json::Value& value) const;
    Result<bool> change(const json::Value& input, std::string_view command,
                        std::string& text) const;

    json::SpillFile& spills_;
    Values& values_;
    std::vector<Version> versions_{};
    std::vector<std::size_t> last_{}; // by message: its branch's latest version
    std::size_t bytes_ = 0;
};

} // namespace kato::claude_ai
