// Files that messages point to: which of an export's files is meant. The order of the attempts follows
// how exports named their files over time.
#pragma once

#include "codec/reader.h"

#include <string>
#include <unordered_map>

namespace kato::chatgpt {

class Assets {
public:
    // May be NULL: then nothing is found.
    explicit Assets(const Companions* companions);

    // A pointer as messages write it: "file-service://file-...", "sediment://file_...#...", or an id.
    // Without a match its bytes stay unknown. `name`: as the message calls it, may be empty.
    Attachment resolve(const std::string& pointer, const std::string& name) const;

private:
    struct Known {
        std::string name{};
        std::string media_type{};
    };

    void read_names(std::string_view json);
    void read_library(std::string_view json);
    const Attachment* find(const std::string& id, const std::string& name) const;
    const Attachment* by_prefix(const std::string& prefix) const;

    const Companions* companions_;
    std::unordered_map<std::string, Known> known_{};         // by file id
    std::unordered_map<std::string, std::string> by_base_{}; // file name without folder -> path
};

} // namespace kato::chatgpt
