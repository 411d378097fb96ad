#include "store/search_match.h"

#include "base/text.h"
#include "store/index.h"

#include <bit>

#include <fmt/format.h>

namespace kato {
namespace {

constexpr std::size_t k_max_tokens = 256; // of all words of a query
constexpr std::size_t k_min_prefix_bytes = 2;

class Compiler {
public:
    explicit Compiler(const Tokenizer& tokenizer) : tokenizer_(tokenizer) {}

    Result<FullTextQuery> run(const SearchQuery& query) {
        for (const std::vector<Term>& group : query.all) {
            std::string alternatives;
            for (const Term& term : group) KATO_CHECK(add(term, true, alternatives));
            if (alternatives.empty()) continue;
            if (!out_.match.empty()) out_.match += " AND ";
            out_.match += fmt::format("({})", alternatives);
        }
        if (out_.match.empty()) {
            Error error{Code::invalid, "there is no letter or digit to search for"};
            error.offset = query.all.front().front().offset;
            error.hint = "only words are indexed, not punctuation";
            return error;
        }
        std::string none;
        for (const Term& term : query.none) KATO_CHECK(add(term, false, none));
        if (!none.empty()) out_.match = fmt::format("({}) NOT ({})", out_.match, none);
        out_.match = of_kinds(std::move(out_.match), query.wanted_kinds());
        return std::move(out_);
    }

private:
    Status add(const Term& term, bool marked, std::string& out) {
        Pattern pattern;
        KATO_CHECK(tokenizer_.cut(term.text, Tokenizer::Purpose::query, [&](const Token& token) {
            pattern.tokens.emplace_back(token.text);
            return pattern.tokens.size() <= k_max_tokens;
        }));
        if (pattern.tokens.empty()) return done();
        tokens_ += pattern.tokens.size();
        const std::string& last = pattern.tokens.back();
        std::size_t first_character = 0;
        const bool cjk = is_cjk(next_code_point(last, first_character));
        if (tokens_ > k_max_tokens)
            return malformed(term, "the query has too many words", "search for less");
        if (term.prefix && !cjk && last.size() < k_min_prefix_bytes)
            return malformed(term, "a prefix of one letter is in almost everything",
                             "write more of the word");
        // One character of a script without spaces begins a pair in most places.
        pattern.prefix = term.prefix || (cjk && first_character == last.size());
        if (!out.empty()) out += " OR ";
        if (has_kind_word(term.text)) out += "text : ";
        out += '"';
        for (const char c : term.text) {
            if (c == '"') out += '"';
            out += c;
        }
        out += '"';
        if (pattern.prefix) out += '*';
        if (marked) {
            out_.patterns.push_back(std::move(pattern));
            ++out_.phrases;
        }
        return done();
    }
    // Narrows `match` to events of these kinds; by the fewer of those that are and are not wanted.
    static std::string of_kinds(std::string match, std::uint32_t kinds) {
        if (kinds == k_all_kinds) return match;
        const std::uint32_t others = k_all_kinds & ~kinds;
        const bool positive = std::popcount(kinds) <= std::popcount(others);
        std::string words;
        for (unsigned kind = 0; kind <= k_kind_count; ++kind) { // there is none of kind 0
            const std::uint32_t listed = positive ? kinds | (kinds == 0 ? 1U : 0U) : others;
            if ((listed >> kind & 1U) == 0) continue;
            words += fmt::format("{}\"{}\"", words.empty() ? "" : " OR ",
                                 kind_word(static_cast<Kind>(kind)));
        }
        return fmt::format("({}) {} kind : ({})", match, positive ? "AND" : "NOT", words);
    }
    static Error malformed(const Term& term, std::string message, std::string hint) {
        Error error{Code::invalid, std::move(message)};
        error.offset = term.offset;
        error.hint = std::move(hint);
        return error;
    }

    const Tokenizer& tokenizer_;
    FullTextQuery out_{};
    std::size_t tokens_ = 0;
};

} // namespace

Result<FullTextQuery> compile_query(const Tokenizer& tokenizer, const SearchQuery& query) {
    return Compiler(tokenizer).run(query);
}

} // namespace kato
