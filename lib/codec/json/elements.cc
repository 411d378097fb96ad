#include "codec/json/elements.h"

#include "base/json_scan.h"
#include "codec/json/long_line.h"

#include <algorithm>

namespace kato::json {
namespace {

constexpr std::string_view k_byte_order_mark = "\xEF\xBB\xBF";
constexpr std::string_view k_scalar_ends = " \t\r\n,]}";
constexpr std::size_t k_max_name_bytes = 64; // of the names that are looked for

enum class At {
    outside, // between JSON texts
    list,    // between the elements of a list
    value,   // in a record
    object,  // in an object that has a list: no record
    damage,  // behind what is no JSON
};

enum class Found { nothing, end, list };

} // namespace

// The shape of a value whose bytes come in pieces: only strings, brackets and, of an object that may
// hold a list, the names of its members are looked at.
struct Elements::Shape {
    explicit Shape(std::span<const std::string_view> lists_) : lists(lists_) {}

    void begin(bool has_lists) {
        names = has_lists;
        in_string = escaped = keeps_name = behind_colon = other_names = false;
        depth = 0;
        name.clear();
    }
    // Goes on in the object behind the list that it holds.
    void resume() {
        names = behind_colon = true;
        in_string = escaped = keeps_name = false;
        depth = 1;
        name.clear();
    }
    // How many of the bytes belong to the value, and what they ended with.
    std::size_t scan(std::string_view piece, Found& found);

    std::size_t scan_string(std::string_view piece, Found& found);
    void read_mark(char c);
    bool is_list() const {
        return std::find(lists.begin(), lists.end(), std::string_view(name)) != lists.end();
    }

    std::span<const std::string_view> lists;
    bool names = false; // of the outermost object's members: looked at
    bool in_string = false;
    bool escaped = false; // the next byte belongs to an escape
    bool keeps_name = false;
    bool behind_colon = false;
    bool other_names = false; // the object has members beside its lists
    std::uint64_t depth = 0;
    std::uint64_t lines = 0; // that ended in what was scanned
    std::string name{};
};

void Elements::Shape::read_mark(char c) {
    switch (c) {
    case '"':
        in_string = true;
        keeps_name = names && depth == 1 && !behind_colon;
        if (keeps_name) name.clear();
        break;
    case '{':
    case '[': ++depth; break;
    case '}':
    case ']':
        if (depth > 0) --depth;
        break;
    case ':':
        if (!names || depth != 1) break;
        behind_colon = true;
        other_names = other_names || !is_list();
        break;
    case ',':
        if (depth == 1) behind_colon = false;
        break;
    case '\n': ++lines; break;
    default: break;
    }
}

std::size_t Elements::Shape::scan_string(std::string_view piece, Found& found) {
    const char* const end = piece.data() + piece.size();
    const char* p = piece.data();
    while (p != end) {
        if (escaped) {
            escaped = false;
            ++p;
            continue;
        }
        const char* const special = find_special(p, end);
        if (keeps_name && name.size() <= k_max_name_bytes)
            name.append(p, std::min(static_cast<std::size_t>(special - p), k_max_name_bytes + 1));
        p = special;
        if (p == end) break;
        const char c = *p++;
        if (c == '\\') {
            escaped = true;
            if (keeps_name) name += c; // the names that are looked for have no escapes
        } else if (c == '"') {
            in_string = false;
            if (depth == 0) found = Found::end;
            break;
        }
    }
    return static_cast<std::size_t>(p - piece.data());
}

std::size_t Elements::Shape::scan(std::string_view piece, Found& found) {
    std::size_t i = 0;
    while (i < piece.size() && found == Found::nothing) {
        if (in_string) {
            i += scan_string(piece.substr(i), found);
            continue;
        }
        const char c = piece[i++];
        if (c == '[' && names && depth == 1 && behind_colon && is_list()) {
            found = Found::list;
            break;
        }
        read_mark(c);
        if (depth == 0 && (c == '}' || c == ']')) found = Found::end;
    }
    return i;
}

struct Elements::State {
    State(LineHandler& handler_, Values& values_, std::span<const std::string_view> lists)
        : handler(handler_), spills(values_), long_value(spills), shape(lists) {}

    Status feed(std::string_view bytes);
    Status finish();
    Status step(std::string_view& bytes);
    Status step_outside(std::string_view& bytes);
    Status step_list(std::string_view& bytes);
    Status step_value(std::string_view& bytes);
    Status step_object(std::string_view& bytes);
    void pass(std::string_view& bytes, std::size_t count); // into the gap
    Status flush_gap();
    Status begin_value(char first);
    Status add(std::string_view piece);
    Status end_value(std::string_view piece);

    LineHandler& handler;
    SpillFile spills;
    LongLine long_value;
    Shape shape; // of the value, or of the object around the list

    At at = At::outside;
    bool in_list = false; // the record is an element
    bool wrapped = false; // the list belongs to an object
    bool scalar = false;  // the record is a number, a literal or nonsense
    std::uint64_t offset = 0;
    std::uint64_t line = 1;
    Place gap{0, 0, 1}; // what stands between records and was not told yet
    bool gap_opaque = false;
    Place place{};        // of the record
    std::string buffer{}; // the beginning of its text, up to the limit
    bool is_long = false; // it goes through long_value; `buffer` is empty
};

void Elements::State::pass(std::string_view& bytes, std::size_t count) {
    line += static_cast<std::uint64_t>(
        std::count(bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(count), '\n'));
    bytes.remove_prefix(count);
    offset += count;
    gap.length += count;
}

Status Elements::State::flush_gap() {
    if (gap.length != 0) {
        KATO_CHECK(
            handler.gap(gap_opaque ? Fate::opaque : Fate::parsed, gap,
                        gap_opaque ? "members beside the list of chats" : std::string_view()));
    }
    gap = {offset, 0, line};
    gap_opaque = false;
    return done();
}

Status Elements::State::begin_value(char first) {
    KATO_CHECK(flush_gap());
    scalar = first != '{' && first != '[' && first != '"';
    if (at == At::outside)
        shape.begin(first == '{' && !shape.lists.empty());
    else
        shape.begin(false);
    in_list = at == At::list;
    at = At::value;
    place = {offset, 0, line};
    return done();
}

Status Elements::State::add(std::string_view piece) {
    place.length += piece.size();
    if (is_long) return long_value.add(piece);
    if (buffer.size() + piece.size() <= k_long_string_bytes) {
        buffer.append(piece);
        return done();
    }
    is_long = true;
    long_value.begin();
    KATO_CHECK(long_value.add(buffer));
    buffer.clear();
    return long_value.add(piece);
}

// `piece`: the record's last bytes.
Status Elements::State::end_value(std::string_view piece) {
    Line out;
    if (is_long || !buffer.empty() || piece.size() > k_long_string_bytes) {
        KATO_CHECK(add(piece));
        piece = buffer;
    } else {
        place.length += piece.size();
    }
    out.place = place;
    if (is_long) {
        KATO_TRY(LongLine::Result whole, long_value.finish());
        out.too_long = whole.too_long;
        out.text = whole.too_long ? std::string_view() : whole.skeleton;
        out.spills = std::move(whole.spills);
        out.hash = whole.hash;
    } else {
        out.text = piece;
        out.hash = blake128(piece);
    }
    is_long = false;
    at = in_list ? At::list : At::outside;
    gap = {offset, 0, line};
    KATO_CHECK(handler.line(out));
    buffer.clear();
    return done();
}

Status Elements::State::step_outside(std::string_view& bytes) {
    const char c = bytes.front();
    if (is_space(c)) {
        pass(bytes, 1);
    } else if (c == '[') {
        pass(bytes, 1);
        at = At::list;
        wrapped = false;
    } else if (c == '{') {
        return begin_value(c);
    } else if (offset < k_byte_order_mark.size() &&
               c == k_byte_order_mark[static_cast<std::size_t>(offset)]) {
        pass(bytes, 1);
    } else {
        KATO_CHECK(flush_gap());
        at = At::damage;
    }
    return done();
}

Status Elements::State::step_list(std::string_view& bytes) {
    const char c = bytes.front();
    if (is_space(c) || c == ',') {
        pass(bytes, 1);
    } else if (c == ']') {
        pass(bytes, 1);
        if (wrapped) shape.resume();
        at = wrapped ? At::object : At::outside;
    } else {
        return begin_value(c);
    }
    return done();
}

Status Elements::State::step_value(std::string_view& bytes) {
    Found found = Found::nothing;
    std::size_t length = 0;
    shape.lines = 0;
    if (scalar) {
        length = std::min(bytes.find_first_of(k_scalar_ends), bytes.size());
        if (length < bytes.size()) found = Found::end;
        if (length == 0 && place.length == 0) { // a bracket that closes nothing
            length = 1;
            found = Found::end;
        }
    } else {
        length = shape.scan(bytes, found);
    }
    const std::string_view piece = bytes.substr(0, length);
    bytes.remove_prefix(length);
    offset += length;
    line += shape.lines;
    if (found == Found::nothing) return add(piece);
    if (found == Found::end) return end_value(piece);
    // The object holds a list: its bytes so far are no record.
    buffer.clear();
    is_long = false;
    gap = {place.offset, place.length + length, place.line};
    gap_opaque = shape.other_names;
    wrapped = true;
    at = At::list;
    return flush_gap();
}

Status Elements::State::step_object(std::string_view& bytes) {
    Found found = Found::nothing;
    const std::size_t length = shape.scan(bytes, found);
    pass(bytes, length);
    gap_opaque = gap_opaque || shape.other_names;
    if (found == Found::nothing) return done();
    at = found == Found::list ? At::list : At::outside;
    return flush_gap();
}

Status Elements::State::step(std::string_view& bytes) {
    switch (at) {
    case At::outside: return step_outside(bytes);
    case At::list: return step_list(bytes);
    case At::value: return step_value(bytes);
    case At::object: return step_object(bytes);
    case At::damage: pass(bytes, bytes.size()); break;
    }
    return done();
}

Status Elements::State::feed(std::string_view bytes) {
    while (!bytes.empty()) KATO_CHECK(step(bytes));
    return done();
}

Status Elements::State::finish() {
    if (at == At::value) {
        const bool cut = in_list;
        KATO_CHECK(end_value({}));
        if (!cut) return flush_gap();
    }
    if (at == At::outside) return flush_gap();
    return handler.gap(Fate::quarantined, gap,
                       at == At::damage ? "no JSON text"
                                        : "the file ends before its JSON text does");
}

Elements::Elements(LineHandler& handler, Values& values, std::span<const std::string_view> lists)
    : state_(std::make_unique<State>(handler, values, lists)) {}
Elements::~Elements() = default;

Status Elements::feed(std::string_view bytes) { return state_->feed(bytes); }
Status Elements::finish() { return state_->finish(); }
SpillFile& Elements::spills() { return state_->spills; }

} // namespace kato::json
