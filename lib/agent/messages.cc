#include "agent/messages.h"

#include "base/json_string.h"
#include "base/text.h"

#include <algorithm>
#include <array>

namespace kato::agent {
namespace {

constexpr std::array<std::string_view, 4> k_types = {"progress", "log", "result", "annotation"};
constexpr std::size_t k_max_depth = 32;

} // namespace

std::vector<RunMessage> MessageReader::feed(std::string_view bytes) {
    std::vector<RunMessage> out;
    while (!bytes.empty()) {
        const std::size_t end = bytes.find('\n');
        const std::string_view part = bytes.substr(0, end);
        const std::size_t room = k_max_message_bytes - line_.size();
        if (part.size() > room) too_long_ = true;
        line_ += part.substr(0, room);
        if (end == std::string_view::npos) break;
        bytes.remove_prefix(end + 1);
        out.push_back(message(line_));
        line_.clear();
    }
    return out;
}

std::vector<RunMessage> MessageReader::finish() {
    std::vector<RunMessage> out;
    if (!line_.empty()) out.push_back(message(line_));
    line_.clear();
    return out;
}

RunMessage MessageReader::message(std::string_view line) {
    RunMessage out;
    if (too_long_) ++cut_;
    const bool whole = !std::exchange(too_long_, false);
    if (whole && !line.empty() && line.front() == '{' && json::valid_utf8(line) &&
        document_.parse(line, {}, k_max_depth)) {
        const json::Value type = document_.root().member("type");
        const std::string name = type.is_string() ? type.text() : std::string();
        if (std::find(k_types.begin(), k_types.end(), name) != k_types.end()) {
            out.type = name;
            out.body = document_.root().minified();
            return out;
        }
    }
    out.type = "text";
    append_json_string(out.body, to_valid_utf8(line));
    return out;
}

} // namespace kato::agent
