// The FTS5 tokenizer "kato": SQLite's unicode61 with diacritics removed, and on top of it parts of
// camelCase words (at the position of the whole word) and bigrams of Chinese, Japanese and Korean.
#include "base/text.h"
#include "store/index.h"

#include <algorithm>
#include <array>
#include <new>

namespace kato {
namespace {

// The index limits a token to 32 KiB and people do not search for long ones: hashes, base64, ...
constexpr int k_max_token = 128;

struct Inner {
    fts5_tokenizer api{};
    Fts5Tokenizer* self = nullptr;
};

// Scripts written without spaces between words.
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

using Emit = int (*)(void*, int, const char*, int, int, int);

struct Context {
    void* user;
    Emit emit;
    const char* text;
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
        return before != Class::upper || (i + 1 < word.size() && class_of(word[i + 1]) == Class::lower);
    return (here == Class::digit) != (before == Class::digit);
}

int emit_parts(const Context& c, std::string_view word, const char* folded, int begin) {
    std::size_t start = 0;
    for (std::size_t i = 1; i <= word.size(); ++i) {
        if (i < word.size() && !part_begins(word, i)) continue;
        if (start == 0 && i == word.size()) break; // one part: the word itself
        if (i - start >= 2) {
            const int rc = c.emit(c.user, FTS5_TOKEN_COLOCATED, folded + start, static_cast<int>(i - start),
                                  begin + static_cast<int>(start), begin + static_cast<int>(i));
            if (rc != SQLITE_OK) return rc;
        }
        start = i;
    }
    return SQLITE_OK;
}

// A run of CJK characters: overlapping pairs. In the index the last character also stands alone, so
// that a query for one character (a prefix of every pair that begins with it) finds it everywhere.
int emit_bigrams(const Context& c, std::string_view run, int begin) {
    std::size_t first = 0;
    while (first < run.size()) {
        std::size_t second = first;
        next_code_point(run, second);
        std::size_t end = second;
        if (end < run.size()) next_code_point(run, end);
        const bool pair = end > second;
        if (pair || first == 0 || !c.query()) {
            const int rc = c.emit(c.user, 0, run.data() + first, static_cast<int>(end - first),
                                  begin + static_cast<int>(first), begin + static_cast<int>(end));
            if (rc != SQLITE_OK) return rc;
        }
        first = second;
    }
    return SQLITE_OK;
}

// A token of unicode61 that is not plain ASCII: CJK runs and the rest.
int emit_mixed(const Context& c, const char* token, int size, int begin, int end) {
    const std::string_view text(token, static_cast<std::size_t>(size));
    bool has_cjk = false;
    for (std::size_t pos = 0; pos < text.size();) has_cjk = is_cjk(next_code_point(text, pos)) || has_cjk;
    if (!has_cjk) return c.emit(c.user, 0, token, std::min(size, k_max_token), begin, end);
    // CJK characters are the same bytes in the token and in the text; places inside are approximate
    // when characters beside them were folded to another length.
    std::size_t pos = 0;
    while (pos < text.size()) {
        const std::size_t start = pos;
        std::size_t next = pos;
        const bool cjk = is_cjk(next_code_point(text, next));
        pos = next;
        while (pos < text.size()) {
            next = pos;
            if (is_cjk(next_code_point(text, next)) != cjk) break;
            pos = next;
        }
        const int from = begin + static_cast<int>(start);
        const int rc = cjk ? emit_bigrams(c, text.substr(start, pos - start), from)
                           : c.emit(c.user, 0, text.data() + start,
                                    std::min(static_cast<int>(pos - start), k_max_token), from,
                                    begin + static_cast<int>(pos));
        if (rc != SQLITE_OK) return rc;
    }
    return SQLITE_OK;
}

int on_token(void* user, int flags, const char* token, int size, int begin, int end) {
    const Context& c = *static_cast<const Context*>(user);
    bool ascii = true;
    for (int i = 0; i < size; ++i) ascii = ascii && static_cast<unsigned char>(token[i]) < 0x80;
    if (!ascii) return emit_mixed(c, token, size, begin, end);
    if (size > k_max_token) size = k_max_token;
    const int rc = c.emit(c.user, flags, token, size, begin, end);
    if (rc != SQLITE_OK || c.query() || end - begin != size) return rc;
    return emit_parts(c, {c.text + begin, static_cast<std::size_t>(size)}, token, begin);
}

int tokenize(Fts5Tokenizer* self, void* user, int flags, const char* text, int size, Emit emit) {
    auto* inner = reinterpret_cast<Inner*>(self);
    Context context{user, emit, text, flags};
    return inner->api.xTokenize(inner->self, &context, flags, text, size, on_token);
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
    rc = inner->api.xCreate(data, arguments.data(), static_cast<int>(arguments.size()), &inner->self);
    if (rc != SQLITE_OK) return rc;
    *out = reinterpret_cast<Fts5Tokenizer*>(inner.release()); // FTS5 owns it until xDelete
    return SQLITE_OK;
}

} // namespace

Status register_tokenizer(Db& db) {
    fts5_api* api = nullptr;
    sqlite3_stmt* raw = nullptr;
    int rc = sqlite3_prepare_v2(db.handle(), "SELECT fts5(?1)", -1, &raw, nullptr);
    const std::unique_ptr<sqlite3_stmt, CachedStatement::Finalize> statement(raw);
    if (rc != SQLITE_OK) return Error{Code::unsupported, "this SQLite was built without FTS5"};
    rc = sqlite3_bind_pointer(raw, 1, static_cast<void*>(&api), "fts5_api_ptr", nullptr);
    if (rc == SQLITE_OK) rc = sqlite3_step(raw);
    if (rc != SQLITE_ROW || api == nullptr) return Error{Code::unsupported, "this SQLite has no usable FTS5"};
    static constexpr fts5_tokenizer k_functions = {create, destroy, tokenize};
    fts5_tokenizer functions = k_functions;
    rc = api->xCreateTokenizer(api, "kato", api, &functions, nullptr);
    if (rc != SQLITE_OK) return db.error(rc);
    return done();
}

} // namespace kato
