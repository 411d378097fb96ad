#include "store/query.h"

#include "base/text.h"

#include <algorithm>
#include <optional>

#include <fmt/format.h>

namespace kato {
namespace {

enum class Field : std::uint8_t { provider, kind, project, tag, model, after, before };

struct FieldName {
    std::string_view name;
    Field field;
};
constexpr FieldName k_fields[] = {
    {"provider", Field::provider}, {"kind", Field::kind},   {"project", Field::project},
    {"tag", Field::tag},           {"model", Field::model}, {"after", Field::after},
    {"before", Field::before},
};

Error malformed(std::string message, std::size_t offset, std::string hint) {
    Error error{Code::invalid, std::move(message)};
    error.offset = offset;
    error.hint = std::move(hint);
    return error;
}

// The kinds that `name` stands for: a kind, its beginning ("user"), or its end ("tool.call").
std::uint32_t kinds_of(std::string_view name) {
    const std::string dotted = fmt::format(".{}", name);
    std::uint32_t kinds = 0;
    for (int i = 1; i <= k_kind_count; ++i) {
        const std::string_view kind = kind_name(static_cast<Kind>(i));
        const bool begins = kind.starts_with(name) && kind.substr(name.size()).starts_with('.');
        if (kind == name || begins || kind.ends_with(dotted))
            kinds |= 1U << static_cast<unsigned>(i);
    }
    return kinds;
}

std::string all_kinds() {
    std::string out;
    for (int i = 1; i <= k_kind_count; ++i) {
        if (i > 1) out += ", ";
        out += kind_name(static_cast<Kind>(i));
    }
    return out;
}

class Parser {
public:
    explicit Parser(std::string_view text) : text_(text) {}
    Result<SearchQuery> run();

private:
    enum class Last : std::uint8_t { nothing, term, filter, left_out };

    std::size_t space_at(std::size_t pos) const; // length of the white space there, 0: none
    std::size_t word_end(std::size_t pos) const;
    Result<std::string> quoted();
    Status no_star_in_phrase(std::size_t start, std::size_t end) const;
    Status no_group_at(std::size_t pos) const;
    Status item();
    Status keyword_or(std::size_t offset);
    Status filter(Field field, std::string_view name, bool negative, std::size_t offset);
    Status value(Field field, std::string text, bool negative, std::size_t offset);
    Status term(Term term, bool negative);

    std::string_view text_;
    std::size_t pos_ = 0;
    SearchQuery query_{};
    std::size_t terms_ = 0;
    Last last_ = Last::nothing;
    Field last_field_ = Field::provider;
    std::optional<std::size_t> or_at_{};
};

std::size_t Parser::space_at(std::size_t pos) const {
    if (pos >= text_.size()) return 0;
    const char c = text_[pos];
    if (c == ' ' || (c >= '\t' && c <= '\r') || c == '\0') return 1;
    return text_.substr(pos).starts_with("\xE3\x80\x80") ? 3 : 0; // ideographic space
}

std::size_t Parser::word_end(std::size_t pos) const {
    while (pos < text_.size() && space_at(pos) == 0) ++pos;
    return pos;
}

Status Parser::no_group_at(std::size_t pos) const {
    if (pos >= text_.size() || text_[pos] != '(') return done();
    return malformed("words cannot be grouped by parentheses", pos,
                     "a b OR c means a and one of b, c; in quotes a parenthesis is text");
}

bool is_word_byte(char c) {
    return c == '_' || (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           static_cast<unsigned char>(c) >= 0x80;
}

// People mean any ending by it, which a phrase has only behind its quote.
Status Parser::no_star_in_phrase(std::size_t start, std::size_t end) const {
    for (std::size_t at = start + 1; at < end; ++at) {
        const bool ends_word = at + 1 == end || space_at(at + 1) != 0;
        if (text_[at] == '*' && ends_word && is_word_byte(text_[at - 1]))
            return malformed("a star inside a phrase has no meaning", at,
                             "write \"a phra\"* for any ending of the last word, or leave it out");
    }
    return done();
}

// At a quote: what stands between it and the next.
Result<std::string> Parser::quoted() {
    const std::size_t close = text_.find('"', pos_ + 1);
    if (close == std::string_view::npos)
        return malformed("a quote is not closed", pos_, "end the phrase with another \"");
    std::string out(text_.substr(pos_ + 1, close - pos_ - 1));
    pos_ = close + 1;
    return out;
}

Status Parser::keyword_or(std::size_t offset) {
    if (or_at_) return malformed("OR stands twice", offset, "write: one OR other");
    if (last_ == Last::left_out)
        return malformed("-word cannot be an alternative", offset,
                         "put words to leave out at the end");
    if (last_ == Last::nothing)
        return malformed("OR needs a word before it", offset, "write: one OR other");
    or_at_ = offset;
    return done();
}

Status Parser::term(Term term, bool negative) {
    if (++terms_ > k_max_query_terms)
        return malformed(fmt::format("more than {} words", k_max_query_terms),
                         static_cast<std::size_t>(term.offset), "search for less");
    std::replace(term.text.begin(), term.text.end(), '\0', ' ');
    if (negative) {
        if (or_at_)
            return malformed("-word cannot be an alternative", *or_at_,
                             "put words to leave out at the end");
        query_.none.push_back(std::move(term));
        last_ = Last::left_out;
        return done();
    }
    if (or_at_ && last_ == Last::filter)
        return malformed("a filter cannot be an alternative to a word", *or_at_,
                         "filters hold for the whole query");
    if (or_at_)
        query_.all.back().push_back(std::move(term));
    else
        query_.all.push_back({std::move(term)});
    or_at_.reset();
    last_ = Last::term;
    return done();
}

Status Parser::value(Field field, std::string text, bool negative, std::size_t offset) {
    const auto set = [&](ValueFilter& filter) -> Status {
        (negative ? filter.none : filter.any).push_back(std::move(text));
        return done();
    };
    switch (field) {
    case Field::provider: return set(query_.provider);
    case Field::project: return set(query_.project);
    case Field::tag: return set(query_.tag);
    case Field::model: return set(query_.model);
    case Field::kind: {
        const std::uint32_t kinds = kinds_of(text);
        if (kinds == 0)
            return malformed(fmt::format("{}: there is no such kind", text), offset,
                             "one of: " + all_kinds());
        (negative ? query_.not_kinds : query_.kinds) |= kinds;
        return done();
    }
    case Field::after:
    case Field::before: break;
    }
    const Time time = parse_date_or_time(text);
    if (!time)
        return malformed(fmt::format("{}: not a date", text), offset,
                         "write 2026-01-31 or 2026-01-31T12:00:00Z");
    if (field == Field::after)
        query_.after = query_.after ? std::max(*query_.after, *time) : *time;
    else
        query_.before = query_.before ? std::min(*query_.before, *time) : *time;
    return done();
}

// Behind the colon.
Status Parser::filter(Field field, std::string_view name, bool negative, std::size_t offset) {
    if (negative && (field == Field::after || field == Field::before))
        return malformed(fmt::format("-{}: has no meaning", name), offset,
                         "after: and before: are each other's opposite");
    if (or_at_ && (negative || last_ != Last::filter || last_field_ != field))
        return malformed("a filter cannot be an alternative to a word", *or_at_,
                         "filters hold for the whole query");
    or_at_.reset();
    const std::size_t at = pos_;
    std::string text;
    if (pos_ < text_.size() && text_[pos_] == '"') {
        KATO_TRY(text, quoted());
    } else {
        KATO_CHECK(no_group_at(pos_));
        pos_ = word_end(pos_);
        text = text_.substr(at, pos_ - at);
    }
    if (text.empty())
        return malformed(fmt::format("{}: needs a value", name), at,
                         fmt::format("write {}:value, without a space", name));
    last_ = Last::filter;
    last_field_ = field;
    return value(field, std::move(text), negative, at);
}

Status Parser::item() {
    const std::size_t offset = pos_;
    const bool negative = text_[pos_] == '-' && pos_ + 1 < text_.size() && space_at(pos_ + 1) == 0;
    if (negative) ++pos_;
    Term out;
    out.offset = offset;
    if (text_[pos_] == '"') {
        const std::size_t start = pos_ + 1;
        KATO_TRY(out.text, quoted());
        KATO_CHECK(no_star_in_phrase(start, pos_ - 1));
        out.prefix = pos_ < text_.size() && text_[pos_] == '*';
        if (out.prefix) ++pos_;
        return term(std::move(out), negative);
    }
    KATO_CHECK(no_group_at(pos_));
    const std::size_t end = word_end(pos_);
    std::string_view word = text_.substr(pos_, end - pos_);
    if (!negative && word == "OR") {
        pos_ = end;
        return keyword_or(offset);
    }
    if (!negative && word == "AND") { // is what a space means
        pos_ = end;
        return done();
    }
    for (const FieldName& known : k_fields) {
        if (word.size() <= known.name.size() || word[known.name.size()] != ':' ||
            fold_case(word.substr(0, known.name.size())) != known.name)
            continue;
        pos_ += known.name.size() + 1;
        return filter(known.field, known.name, negative, offset);
    }
    pos_ = end;
    while (word.ends_with('*')) {
        word.remove_suffix(1);
        out.prefix = true;
    }
    out.text = word;
    return term(std::move(out), negative);
}

Result<SearchQuery> Parser::run() {
    if (text_.size() > k_max_query_bytes)
        return malformed(fmt::format("the query is longer than {} bytes", k_max_query_bytes),
                         k_max_query_bytes, "search for less");
    for (;;) {
        while (const std::size_t space = space_at(pos_)) pos_ += space;
        if (pos_ >= text_.size()) break;
        KATO_CHECK(item());
    }
    if (or_at_) return malformed("OR needs a word behind it", *or_at_, "write: one OR other");
    if (last_ == Last::nothing)
        return malformed("the query is empty", 0, "name a word to search for");
    if (query_.all.empty() && !query_.none.empty())
        return malformed("there are only words to leave out",
                         static_cast<std::size_t>(query_.none.front().offset),
                         "add a word that must occur");
    return std::move(query_);
}

} // namespace

Result<SearchQuery> parse_query(std::string_view text) { return Parser(text).run(); }

} // namespace kato
