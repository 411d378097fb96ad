// Cuts a stream into lines; a line beyond k_long_string_bytes goes through the splitter for long ones.
#include "codec/json/lines.h"

#include "base/text.h"
#include "codec/json/long_line.h"
#include "codec/json/spill.h"

#include <cstring>

namespace kato::json {
namespace {

constexpr std::string_view k_byte_order_mark = "\xEF\xBB\xBF";

std::string_view without_return(std::string_view line) {
    return !line.empty() && line.back() == '\r' ? line.substr(0, line.size() - 1) : line;
}

} // namespace

struct Lines::State {
    State(LineHandler& handler_, Values& values_)
        : handler(handler_), spills(values_), long_line(spills) {}

    Status emit(std::string_view text, bool terminated);
    Status emit_long(bool terminated);
    Status add(std::string_view piece);
    Status add_end(std::string_view piece);

    LineHandler& handler;
    SpillFile spills;
    LongLine long_line;
    std::string buffer{}; // the beginning of a line whose end has not arrived, up to the limit
    bool is_long = false; // the current line goes through long_line; `buffer` is empty
    std::uint64_t offset = 0;
    std::uint64_t line_number = 1;
};

Status Lines::State::emit(std::string_view text, bool terminated) {
    Line line;
    line.place = {offset, text.size() + (terminated ? 1 : 0), line_number};
    line.terminated = terminated;
    line.end_length = terminated ? 1 : 0;
    line.text = without_return(text);
    if (offset == 0 && line.text.substr(0, 3) == k_byte_order_mark) line.text.remove_prefix(3);
    line.hash = blake128(line.text);
    offset += line.place.length;
    ++line_number;
    return handler.line(line);
}

Status Lines::State::emit_long(bool terminated) {
    KATO_TRY(LongLine::Result long_result, long_line.finish());
    Line line;
    line.place = {offset, long_result.size + (terminated ? 1 : 0), line_number};
    line.terminated = terminated;
    line.end_length = terminated ? 1 : 0;
    line.too_long = long_result.too_long;
    line.text = long_result.too_long ? std::string_view() : long_result.skeleton;
    line.spills = std::move(long_result.spills);
    line.hash = long_result.hash;
    offset += line.place.length;
    ++line_number;
    is_long = false;
    return handler.line(line);
}

// A piece of a line whose end is not in it.
Status Lines::State::add(std::string_view piece) {
    if (is_long) return long_line.add(piece);
    if (buffer.size() + piece.size() <= k_long_string_bytes) {
        buffer.append(piece);
        return done();
    }
    is_long = true;
    long_line.begin();
    // The mark is part of the place, but of neither the text nor the hash.
    std::string start = std::move(buffer);
    buffer.clear();
    const std::size_t mark = k_byte_order_mark.size();
    if (offset == 0 && start.size() < mark) {
        const std::size_t more = mark - start.size();
        start.append(piece.substr(0, more));
        piece.remove_prefix(more);
    }
    std::string_view rest(start);
    if (offset == 0 && rest.substr(0, mark) == k_byte_order_mark) {
        rest.remove_prefix(mark);
        long_line.skip(mark);
    }
    KATO_CHECK(long_line.add(rest));
    return long_line.add(piece);
}

// The last piece of a line, without the line feed.
Status Lines::State::add_end(std::string_view piece) {
    if (!is_long && buffer.size() + piece.size() > k_long_string_bytes)
        KATO_CHECK(add(piece));
    else if (is_long)
        KATO_CHECK(long_line.add(piece));
    if (is_long) return emit_long(true);
    if (buffer.empty()) return emit(piece, true);
    buffer.append(piece);
    KATO_CHECK(emit(buffer, true));
    buffer.clear();
    return done();
}

Lines::Lines(LineHandler& handler, Values& values)
    : state_(std::make_unique<State>(handler, values)) {}
Lines::~Lines() = default;

Status Lines::feed(std::string_view bytes) {
    while (!bytes.empty()) {
        const void* found = std::memchr(bytes.data(), '\n', bytes.size());
        if (found == nullptr) return state_->add(bytes);
        const auto length =
            static_cast<std::size_t>(static_cast<const char*>(found) - bytes.data());
        KATO_CHECK(state_->add_end(bytes.substr(0, length)));
        bytes.remove_prefix(length + 1);
    }
    return done();
}

Status Lines::finish() {
    if (state_->is_long) return state_->emit_long(false);
    if (state_->buffer.empty()) return done();
    const std::string last = std::move(state_->buffer);
    state_->buffer.clear();
    return state_->emit(last, false);
}

SpillFile& Lines::spills() { return state_->spills; }

std::optional<RepairedLine> repair_utf8(const Line& line) {
    if (valid_utf8(line.text)) return std::nullopt;
    RepairedLine out;
    out.spills = line.spills;
    // Cutting at the spills' quotes, which are ASCII, changes nothing about what is ill-formed.
    std::size_t from = 0;
    for (Spill& spill : out.spills) {
        out.text += to_valid_utf8(line.text.substr(from, spill.token - from));
        from = spill.token;
        spill.token = out.text.size();
    }
    out.text += to_valid_utf8(line.text.substr(from));
    return out;
}

} // namespace kato::json
