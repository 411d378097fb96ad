// The FTS5 tokenizer "kato": the words of SQLite's unicode61 with diacritics removed, and on top of
// it parts of camelCase words and short runs of them (at the position of the whole word), bigrams of
// Chinese, Japanese and Korean, and full-width letters as plain ones.
#include "store/tokenizer.h"

#include "base/text.h"
#include "store/fts5.h"

#include <algorithm>
#include <array>
#include <exception>
#include <new>

namespace kato {

bool is_cjk(std::uint32_t c) {
    return (c >= 0x3040 && c <= 0x30FF) ||   // Hiragana, Katakana
           (c >= 0x3400 && c <= 0x4DBF) ||   // CJK extension A
           (c >= 0x4E00 && c <= 0x9FFF) ||   // CJK unified ideographs
           (c >= 0xAC00 && c <= 0xD7AF) ||   // Hangul syllables
           (c >= 0xF900 && c <= 0xFAFF) ||   // compatibility ideographs
           (c >= 0xFF66 && c <= 0xFF9F) ||   // half-width Katakana
           (c >= 0x20000 && c <= 0x3FFFF) || // further ideographs
           c == 0x3005 || c == 0x3007;       // iteration mark, ideographic zero
}

namespace {

// The index limits a token to 32 KiB and people do not search for long ones: hashes, base64, ...
constexpr int k_max_token = 128;
constexpr std::size_t k_max_parts = 16; // of a camelCase word
constexpr std::size_t k_max_run = 3;    // parts that are found when they stand together
constexpr std::size_t k_max_text = 256 << 20;

struct Inner {
    fts5_tokenizer api{};
    Fts5Tokenizer* self = nullptr;
};

using Emit = int (*)(void*, int, const char*, int, int, int);

struct Context {
    void* user;
    Emit emit;
    const char* text; // a piece of the document
    int base;         // where it begins there
    int flags;
    bool query() const { return (flags & FTS5_TOKENIZE_QUERY) != 0; }
};

enum class Class : std::uint8_t { lower, upper, digit, other };

Class class_of(char c) {
    if (c >= 'a' && c <= 'z') return Class::lower;
    if (c >= 'A' && c <= 'Z') return Class::upper;
    if (c >= '0' && c <= '9') return Class::digit;
    return Class::other;
}

// Where a part of a word begins: aB, ABc (at B), a1, 1a.
bool part_begins(std::string_view word, std::size_t i) {
    const Class before = class_of(word[i - 1]);
    const Class here = class_of(word[i]);
    if (here == Class::upper)
        return before != Class::upper ||
               (i + 1 < word.size() && class_of(word[i + 1]) == Class::lower);
    return (here == Class::digit) != (before == Class::digit);
}

// getUserName is found as get, user, name, getUser and UserName, besides as what it is; parts of one
// letter say nothing. A word of mostly such parts is no name: a hash, an id, a size.
int emit_parts(const Context& c, std::string_view word, const char* folded, int begin) {
    std::array<std::size_t, k_max_parts + 1> cuts{};
    std::size_t count = 0; // of parts
    for (std::size_t i = 1; i <= word.size(); ++i) {
        if (i < word.size() && !part_begins(word, i)) continue;
        if (count == k_max_parts) return SQLITE_OK;
        cuts[++count] = i;
    }
    if (count < 2 || 2 * count > word.size() + 1) return SQLITE_OK;
    for (std::size_t from = 0; from < count; ++from) {
        const std::size_t last = std::min(from + k_max_run, from == 0 ? count - 1 : count);
        for (std::size_t to = from + 1; to <= last; ++to) {
            const std::size_t start = cuts[from];
            const std::size_t size = cuts[to] - start;
            if (size < 2) continue;
            const int rc =
                c.emit(c.user, FTS5_TOKEN_COLOCATED, folded + start, static_cast<int>(size),
                       begin + static_cast<int>(start), begin + static_cast<int>(cuts[to]));
            if (rc != SQLITE_OK) return rc;
        }
    }
    return SQLITE_OK;
}

// A run of CJK characters: overlapping pairs. In the index the last character also stands alone, at
// the position of the last pair, so that a query for one character (a prefix of every pair that
// begins with it) finds it everywhere, and what follows the run is its neighbour.
int emit_bigrams(const Context& c, std::string_view run, int begin) {
    std::size_t first = 0;
    while (first < run.size()) {
        std::size_t second = first;
        next_code_point(run, second);
        std::size_t end = second;
        if (end < run.size()) next_code_point(run, end);
        const bool pair = end > second;
        if (pair || first == 0 || !c.query()) {
            const int flags = pair || first == 0 ? 0 : FTS5_TOKEN_COLOCATED;
            const int rc = c.emit(c.user, flags, run.data() + first, static_cast<int>(end - first),
                                  begin + static_cast<int>(first), begin + static_cast<int>(end));
            if (rc != SQLITE_OK) return rc;
        }
        first = second;
    }
    return SQLITE_OK;
}

bool is_ascii(std::string_view text) {
    return std::all_of(text.begin(), text.end(),
                       [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

// A word: `text` as it stands from `begin`, `folded` as unicode61 spells it.
int emit_word(const Context& c, std::string_view text, std::string_view folded, int begin) {
    const auto length =
        static_cast<int>(std::min(folded.size(), static_cast<std::size_t>(k_max_token)));
    const int rc =
        c.emit(c.user, 0, folded.data(), length, begin, begin + static_cast<int>(text.size()));
    if (rc != SQLITE_OK || c.query() || folded.size() > k_max_token) return rc;
    if (folded.size() != text.size() || !is_ascii(text))
        return rc; // parts are found in plain letters only
    return emit_parts(c, text, folded.data(), begin);
}

// The same with full-width letters and digits as the plain ones they stand for.
int emit_narrow(const Context& c, std::string_view text, std::string_view folded, int begin) {
    std::array<char, k_max_token> narrow{};
    std::size_t length = 0;
    bool wide = false;
    for (std::size_t pos = 0; pos < folded.size() && length < narrow.size();) {
        const std::size_t at = pos;
        const std::uint32_t code = next_code_point(folded, pos);
        if (code >= 0xFF01 && code <= 0xFF5E) {
            narrow[length++] = static_cast<char>(code - 0xFEE0);
            wide = true;
        } else {
            for (std::size_t i = at; i < pos && length < narrow.size(); ++i)
                narrow[length++] = folded[i];
        }
    }
    return emit_word(c, text, wide ? std::string_view(narrow.data(), length) : folded, begin);
}

// The end of the run that begins at `pos`: CJK characters, or others.
std::size_t run_end(std::string_view text, std::size_t pos, bool& cjk) {
    cjk = is_cjk(next_code_point(text, pos));
    while (pos < text.size()) {
        std::size_t next = pos;
        const std::uint32_t code = next_code_point(text, next);
        const bool mark =
            code >= 0x0300 && code <= 0x036F; // belongs to the character before, and is dropped
        if (!mark && is_cjk(code) != cjk) break;
        pos = next;
    }
    return pos;
}

std::size_t count_runs(std::string_view text) {
    std::size_t count = 0;
    bool cjk = false;
    for (std::size_t pos = 0; pos < text.size(); ++count) pos = run_end(text, pos, cjk);
    return count;
}

// A token of unicode61 that is not plain ASCII: runs of CJK and of other characters. The text and the
// folded token have the same runs, so that each has its place.
int emit_runs(const Context& c, std::string_view text, std::string_view folded, int begin) {
    if (count_runs(text) != count_runs(folded)) return emit_word(c, text, folded, begin);
    std::size_t at = 0;
    std::size_t folded_at = 0;
    while (folded_at < folded.size()) {
        bool cjk = false;
        const std::size_t end = run_end(text, at, cjk);
        const std::size_t folded_end = run_end(folded, folded_at, cjk);
        const std::string_view piece = folded.substr(folded_at, folded_end - folded_at);
        const int from = begin + static_cast<int>(at);
        const int rc = cjk ? emit_bigrams(c, piece, from)
                           : emit_narrow(c, text.substr(at, end - at), piece, from);
        if (rc != SQLITE_OK) return rc;
        at = end;
        folded_at = folded_end;
    }
    return SQLITE_OK;
}

int on_token(void* user, int flags, const char* token, int size, int begin, int end) {
    (void)flags; // unicode61 has no synonyms
    const Context& c = *static_cast<const Context*>(user);
    const std::string_view folded(token, static_cast<std::size_t>(size));
    const std::string_view text(c.text + begin, static_cast<std::size_t>(end - begin));
    return is_ascii(folded) && is_ascii(text) ? emit_word(c, text, folded, c.base + begin)
                                              : emit_runs(c, text, folded, c.base + begin);
}

bool is_ascii(char c) { return static_cast<unsigned char>(c) < 0x80; }
bool is_plain(char c) { return is_ascii(c) && class_of(c) != Class::other; }

// A word of ASCII letters and digits between separators, as unicode61 folds it: most words are.
int emit_plain(const Context& c, std::string_view word, int begin) {
    std::array<char, k_max_token> folded;
    const std::size_t length = std::min(word.size(), folded.size());
    unsigned classes = 0;
    for (std::size_t i = 0; i < length; ++i) {
        const Class is = class_of(word[i]);
        classes |= 1U << static_cast<unsigned>(is);
        folded[i] = is == Class::upper ? static_cast<char>(word[i] + ('a' - 'A')) : word[i];
    }
    const int rc = c.emit(c.user, 0, folded.data(), static_cast<int>(length), begin,
                          begin + static_cast<int>(word.size()));
    const bool one_part = (classes & (classes - 1)) == 0;
    if (rc != SQLITE_OK || one_part || c.query() || word.size() > folded.size()) return rc;
    return emit_parts(c, word, folded.data(), begin);
}

int tokenize(Fts5Tokenizer* self, void* user, int flags, const char* text, int size, Emit emit) {
    auto* inner = reinterpret_cast<Inner*>(self);
    Context context{user, emit, text, 0, flags};
    int rc = SQLITE_OK;
    for (int at = 0; at < size && rc == SQLITE_OK;) {
        const int begin = at;
        while (at < size && is_plain(text[at])) ++at;
        if (at < size && !is_ascii(text[at])) { // all up to the next plain separator is unicode61's
            while (at < size && (is_plain(text[at]) || !is_ascii(text[at]))) ++at;
            context.text = text + begin;
            context.base = begin;
            rc = inner->api.xTokenize(inner->self, &context, flags, text + begin, at - begin,
                                      on_token);
        } else if (at > begin) {
            rc = emit_plain(context, {text + begin, static_cast<std::size_t>(at - begin)}, begin);
        } else {
            ++at;
        }
    }
    return rc;
}

void destroy(Fts5Tokenizer* self) {
    const std::unique_ptr<Inner> inner(reinterpret_cast<Inner*>(self));
    if (inner && inner->self != nullptr) inner->api.xDelete(inner->self);
}

int create(void* user, const char**, int, Fts5Tokenizer** out) {
    auto* api = static_cast<fts5_api*>(user);
    std::unique_ptr<Inner> inner(new (std::nothrow) Inner);
    if (!inner) return SQLITE_NOMEM;
    void* data = nullptr;
    int rc = api->xFindTokenizer(api, "unicode61", &data, &inner->api);
    if (rc != SQLITE_OK) return rc;
    std::array<const char*, 2> arguments = {"remove_diacritics", "2"};
    rc = inner->api.xCreate(data, arguments.data(), static_cast<int>(arguments.size()),
                            &inner->self);
    if (rc != SQLITE_OK) return rc;
    *out = reinterpret_cast<Fts5Tokenizer*>(inner.release()); // FTS5 owns it until xDelete
    return SQLITE_OK;
}

// One use of Tokenizer::cut: nothing may be thrown through SQLite.
struct Cut {
    const std::function<bool(const Token&)>& take;
    std::exception_ptr thrown{};
};

int give(void* user, int flags, const char* token, int size, int begin, int end) {
    Cut& cut = *static_cast<Cut*>(user);
    try {
        const Token out{{token, static_cast<std::size_t>(size)},
                        static_cast<std::size_t>(begin),
                        static_cast<std::size_t>(end),
                        (flags & FTS5_TOKEN_COLOCATED) != 0};
        return cut.take(out) ? SQLITE_OK : SQLITE_DONE;
    } catch (...) {
        cut.thrown = std::current_exception();
        return SQLITE_ERROR;
    }
}

} // namespace

Status register_tokenizer(Db& db) {
    KATO_TRY(fts5_api* const api, fts5_of(db));
    static constexpr fts5_tokenizer k_functions = {create, destroy, tokenize};
    fts5_tokenizer functions = k_functions;
    const int rc = api->xCreateTokenizer(api, "kato", api, &functions, nullptr);
    if (rc != SQLITE_OK) return db.error(rc);
    return done();
}

struct Tokenizer::State {
    fts5_tokenizer api{};
    Fts5Tokenizer* self = nullptr;
    State() = default;
    State(const State&) = delete;
    State& operator=(const State&) = delete;
    ~State() {
        if (self != nullptr) api.xDelete(self);
    }
};

Tokenizer::Tokenizer(std::unique_ptr<State> state) : state_(std::move(state)) {}
Tokenizer::Tokenizer(Tokenizer&&) noexcept = default;
Tokenizer& Tokenizer::operator=(Tokenizer&&) noexcept = default;
Tokenizer::~Tokenizer() = default;

Result<Tokenizer> Tokenizer::make(Db& db) {
    KATO_TRY(fts5_api* const api, fts5_of(db));
    auto state = std::make_unique<State>();
    void* data = nullptr;
    int rc = api->xFindTokenizer(api, "kato", &data, &state->api);
    if (rc == SQLITE_OK) rc = state->api.xCreate(data, nullptr, 0, &state->self);
    if (rc != SQLITE_OK) return db.error(rc);
    return Tokenizer(std::move(state));
}

Status Tokenizer::cut(std::string_view text, Purpose purpose,
                      const std::function<bool(const Token&)>& take) const {
    if (text.size() > k_max_text)
        return Error{Code::limit, "a text is too long to be cut into words"};
    Cut cut{take};
    const int flags = purpose == Purpose::query ? FTS5_TOKENIZE_QUERY : FTS5_TOKENIZE_DOCUMENT;
    const char* bytes = text.data() == nullptr ? "" : text.data();
    const int rc = state_->api.xTokenize(state_->self, &cut, flags, bytes,
                                         static_cast<int>(text.size()), give);
    if (cut.thrown) std::rethrow_exception(cut.thrown);
    if (rc == SQLITE_NOMEM) throw std::bad_alloc();
    if (rc != SQLITE_OK && rc != SQLITE_DONE)
        return Error{Code::failed, "a text could not be cut into words"};
    return done();
}

} // namespace kato
