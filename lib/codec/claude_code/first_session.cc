#include "codec/claude_code/first_session.h"

#include <algorithm>

namespace kato::claude_code {

Status FirstSession::look_at(std::string_view line, const Found& found) {
    constexpr std::string_view k_mark = "\xEF\xBB\xBF";
    if (seen_ == 0 && line.substr(0, k_mark.size()) == k_mark) line.remove_prefix(k_mark.size());
    if (!document_.parse(line))
        return done(); // whatever it is, it does not say which session follows
    const Envelope envelope = read_envelope(document_.root());
    if (envelope.session.empty()) return done();
    looking_ = false;
    return found(envelope);
}

Status FirstSession::add(std::string_view& bytes, const Found& found) {
    const std::size_t count = std::min(bytes.size(), k_look_ahead_bytes - held_.size());
    std::size_t from = held_.size(); // no line ended before
    held_.append(bytes.substr(0, count));
    bytes.remove_prefix(count);
    for (std::size_t end = held_.find('\n', from); looking_ && end != std::string::npos;
         end = held_.find('\n', from)) {
        KATO_CHECK(look_at(std::string_view(held_).substr(seen_, end - seen_), found));
        from = seen_ = end + 1;
    }
    if (held_.size() == k_look_ahead_bytes) looking_ = false;
    return done();
}

Status FirstSession::finish(const Found& found) {
    if (seen_ != held_.size()) KATO_CHECK(look_at(std::string_view(held_).substr(seen_), found));
    looking_ = false;
    return done();
}

} // namespace kato::claude_code
