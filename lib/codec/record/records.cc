#include "codec/record/records.h"

#include "codec/json/elements.h"
#include "codec/json/lines.h"
#include "codec/record/titles.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>

namespace kato::record {
namespace {

constexpr std::string_view k_space = " \t\r\n";

std::size_t skip_space(std::string_view text, std::size_t pos) {
    return std::min(text.find_first_not_of(k_space, pos), text.size());
}

bool is_ascii(char c) { return static_cast<unsigned char>(c) < 0x80; }

} // namespace

// A line's text as it is parsed, and where its bytes stand in the source.
class Records::Source {
public:
    explicit Source(const json::Line& line) : line_(line), repaired_(json::repair_utf8(line)) {
        std::uint64_t left = line.place.length - line.text.size() - line.end_length;
        for (const json::Spill& spill : line.spills) left -= spill.length;
        mark_ = left >= 3 ? 3 : 0; // a byte order mark; a carriage return is but one byte
    }

    const json::Line& line() const { return line_; }
    bool repaired() const { return repaired_.has_value(); }
    std::string_view text() const {
        return repaired_ ? std::string_view(repaired_->text) : line_.text;
    }
    const std::vector<json::Spill>& spills() const {
        return repaired_ ? repaired_->spills : line_.spills;
    }

    // The text from `begin` to `end` and the spills in it, as a text of its own.
    std::vector<json::Spill> spills(std::size_t begin, std::size_t end) const {
        std::vector<json::Spill> out;
        for (json::Spill spill : spills()) {
            if (spill.token < begin || spill.token >= end) continue;
            spill.token -= begin;
            out.push_back(spill);
        }
        return out;
    }

    // Behind the last ASCII character before `pos` in the text as it was before any repair, which leaves
    // those alone: exact at the ends of objects.
    std::size_t original(std::size_t pos) const {
        if (!repaired_) return pos;
        // Goes on from the last answer: positions are asked for about in their order.
        if (pos < repaired_pos_) repaired_pos_ = original_pos_ = 0;
        const auto begin = repaired_->text.begin();
        auto left = std::count_if(begin + static_cast<std::ptrdiff_t>(repaired_pos_),
                                  begin + static_cast<std::ptrdiff_t>(pos), is_ascii);
        while (left > 0) left -= is_ascii(line_.text[original_pos_++]) ? 1 : 0;
        repaired_pos_ = pos;
        return original_pos_;
    }

    // In the source, counted from the line's beginning; `edge` for the places of records, which the mark
    // at the beginning and the line end belong to.
    std::uint64_t edge(std::size_t pos) const {
        if (pos == 0) return 0;
        return pos == text().size() ? line_.place.length : offset(pos);
    }
    std::uint64_t offset(std::size_t pos) const {
        std::uint64_t out = mark_ + original(pos);
        for (std::size_t i = 0; i != line_.spills.size() && spills()[i].token < pos; ++i)
            out += line_.spills[i].length;
        return out;
    }

private:
    const json::Line& line_;
    std::optional<json::RepairedLine> repaired_;
    std::uint64_t mark_ = 0;
    mutable std::size_t repaired_pos_ = 0; // original()'s last question and its answer
    mutable std::size_t original_pos_ = 0;
};

Records::Records(RecordHandler& handler, Sink& sink, Values& values)
    : handler_(handler), sink_(sink),
      cutter_(std::make_unique<json::Lines>(static_cast<json::LineHandler&>(*this), values)),
      longs_(cutter_->spills(), values) {}
Records::Records(RecordHandler& handler, Sink& sink, Values& values,
                 std::span<const std::string_view> lists)
    : handler_(handler), sink_(sink), cutter_(std::make_unique<json::Elements>(
                                          static_cast<json::LineHandler&>(*this), values, lists)),
      longs_(cutter_->spills(), values) {}
Records::~Records() = default;

Status Records::gap(Fate fate, const Place& place, std::string_view reason) {
    return sink_.account(fate, place, reason);
}

Place Records::place_of(const json::Value& value) {
    const std::string_view raw = value.raw();
    const auto begin = static_cast<std::size_t>(raw.data() - source_->text().data());
    const json::Line& line = source_->line();
    if (begin < seen_) seen_ = lines_ = 0;
    const std::string_view before = source_->text().substr(seen_, begin - seen_);
    lines_ += static_cast<std::uint64_t>(std::count(before.begin(), before.end(), '\n'));
    seen_ = begin;
    Place out;
    out.offset = line.place.offset + source_->offset(begin);
    out.length = line.place.offset + source_->offset(begin + raw.size()) - out.offset;
    out.line = line.place.line + lines_;
    return out;
}

std::vector<json::Spill> Records::spills_in(const json::Value& value) const {
    const std::string_view raw = value.raw();
    const auto begin = static_cast<std::size_t>(raw.data() - source_->text().data());
    return source_->spills(begin, begin + raw.size());
}

Part Records::unhashed_part(const json::Value& value) {
    Part out;
    out.place = place_of(value);
    if (!source_->repaired() && spills_in(value).empty())
        out.source = {out.place.offset, value.raw()};
    return out;
}

Result<Part> Records::part(const json::Value& value) {
    Part out = unhashed_part(value);
    Blake128 hash;
    minified_.clear();
    value.append_minified(minified_);
    hash.update(minified_);
    out.size = minified_.size();
    for (const json::Spill& spill : spills_in(value)) {
        out.size += spill.length;
        KATO_CHECK(spills().read(spill, [&](std::string_view piece) -> Result<bool> {
            hash.update(piece);
            return true;
        }));
    }
    out.hash = hash.finish();
    return out;
}

Result<Key128> Records::hash_without(const json::Value& object, std::string_view member) {
    Blake128 hash;
    for (json::Value value = object.first(); value; value = value.next()) {
        const std::string key = value.key();
        if (key == member) continue;
        KATO_TRY(const Part part, this->part(value));
        hash.update(std::to_string(key.size()) + ":" + key);
        hash.update(as_view(part.hash));
    }
    return hash.finish();
}

void Records::opaque(const json::Value& value, std::string reason) {
    const std::string_view raw = value.raw();
    OpaquePart part{place_of(value), 0, std::move(reason)};
    part.last_line =
        part.place.line + static_cast<std::uint64_t>(std::count(raw.begin(), raw.end(), '\n'));
    if (opaque_.size() < k_max_opaque_parts) {
        opaque_.push_back(std::move(part));
        return;
    }
    OpaquePart& last = opaque_.back();
    const std::uint64_t end = part.place.offset + part.place.length;
    if (end <= last.place.offset + last.place.length) return;
    last.place.length = end - last.place.offset;
    last.last_line = part.last_line;
    last.reason = "much that is not understood";
}

// A record's bytes, in their order, each once.
Status Records::account(const Place& place, const Verdict& verdict) {
    const std::uint64_t end = place.offset + place.length;
    Place rest = place;
    for (const OpaquePart& part : opaque_) {
        if (verdict.fate != Fate::parsed || part.place.offset < rest.offset) continue;
        rest.length = part.place.offset - rest.offset;
        if (rest.length != 0) KATO_CHECK(sink_.account(verdict.fate, rest, verdict.reason));
        if (part.place.length != 0)
            KATO_CHECK(sink_.account(Fate::opaque, part.place, part.reason));
        rest = {part.place.offset + part.place.length, 0, part.last_line};
    }
    rest.length = end - rest.offset;
    return rest.length == 0 ? done() : sink_.account(verdict.fate, rest, verdict.reason);
}

std::uint64_t Records::occurrence(const Key128& hash) {
    std::uint64_t key = 0;
    std::memcpy(&key, hash.data(), sizeof key);
    const std::uint32_t before = occurrences_.get(key);
    occurrences_.set(key, before + 1);
    return before;
}

Status Records::line(const json::Line& line) {
    if (line.too_long)
        return sink_.account(Fate::quarantined, line.place, "the record is too long");
    if (skip_space(line.text, 0) == line.text.size())
        return sink_.account(Fate::parsed, line.place, {});
    const Source source(line);
    const Status parsed = document_.parse(source.text(), source.spills());
    if (parsed) return value(line, source, 0, source.text().size(), source.text().size());
    const bool glued =
        document_.first_value_length() != 0 && source.text()[skip_space(source.text(), 0)] == '{';
    return glued ? objects(line, source) : refuse(line, source, 0, parsed.error());
}

// Several objects on one line, one after the other.
Status Records::objects(const json::Line& line, const Source& source) {
    const std::string_view text = source.text();
    std::size_t begin = 0;
    for (std::size_t count = 0; begin != text.size(); ++count) {
        if (count == k_max_glued)
            return refuse(line, source, begin,
                          Error{Code::limit, "too many records on one line", 0});
        Status parsed = document_.parse(text.substr(begin), source.spills(begin, text.size()));
        std::size_t end = text.size();
        if (!parsed) {
            const std::size_t length = document_.first_value_length();
            if (length == 0 || text[skip_space(text, begin)] != '{')
                return refuse(line, source, begin, parsed.error());
            end = begin + length;
            parsed = document_.parse(text.substr(begin, length), source.spills(begin, end));
            if (!parsed) return refuse(line, source, begin, parsed.error());
        }
        const std::size_t next = skip_space(text, end);
        KATO_CHECK(value(line, source, begin, end, next));
        begin = next;
    }
    return done();
}

// The value that was just parsed: all from `begin` to `next` is accounted for as it turns out.
Status Records::value(const json::Line& line, const Source& source, std::size_t begin,
                      std::size_t end, std::size_t next) {
    Record record;
    record.root = document_.root();
    record.text = source.text().substr(begin, end - begin);
    record.place.offset = line.place.offset + source.edge(begin);
    record.place.length = line.place.offset + source.edge(next) - record.place.offset;
    record.place.line = line.place.line;
    record.lossy = source.repaired();
    if (!source.repaired() && line.spills.empty())
        record.source = {line.place.offset + source.offset(begin), record.text};
    const bool alone = begin == 0 && next == source.text().size();
    bool whole = true; // no long string is missing in the text
    for (const json::Spill& spill : source.spills()) {
        if (spill.token < begin || spill.token >= end) continue;
        whole = false;
        record.lossy = record.lossy || !spill.valid_utf8;
    }
    if (alone) {
        record.hash = line.hash;
    } else {
        const std::size_t first = source.original(begin);
        Blake128 hash;
        hash.update(line.text.substr(first, source.original(end) - first));
        // Else the line's hash stands for what is missing: it need only differ when that does.
        if (!whole) hash.update(as_view(line.hash));
        record.hash = hash.finish();
    }
    record.occurrence = occurrence(record.hash);
    longs_.begin_record(!source.spills().empty());
    source_ = &source;
    seen_ = lines_ = 0;
    opaque_.clear();
    KATO_TRY(const Verdict verdict, handler_.record(record));
    return account(record.place, verdict);
}

// The rest of a line, from `begin`, is no record.
Status Records::refuse(const json::Line& line, const Source& source, std::size_t begin,
                       const Error& error) {
    const std::uint64_t skipped = source.edge(begin);
    const Place place{line.place.offset + skipped, line.place.length - skipped, line.place.line};
    if (!line.terminated && error.code != Code::limit)
        return sink_.account(Fate::pending, place, "the last record is incomplete");
    const std::size_t pos = begin + static_cast<std::size_t>(error.offset.value_or(0));
    return sink_.account(
        Fate::quarantined, place,
        fmt::format("{} (byte {} of the line)", error.message, source.offset(pos)));
}

} // namespace kato::record
