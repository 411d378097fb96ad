#include "store/verify_index.h"

#include "store/indexing.h"
#include "store/tokenizer.h"

#include <unordered_set>

#include <fmt/format.h>

namespace kato {
namespace {

constexpr std::uint64_t k_step = 256; // events between two questions whether to go on

// The number of tokens that FTS5 noted for a row: a big-endian number of seven bits a byte.
std::uint64_t noted_tokens(std::string_view bytes) {
    std::uint64_t value = 0;
    for (std::size_t i = 0; i < bytes.size() && i < 8; ++i) {
        const auto byte = static_cast<unsigned char>(bytes[i]);
        value = value << 7U | (byte & 0x7FU);
        if (byte < 0x80) break;
    }
    return value;
}

Result<std::uint64_t> count_tokens(const Tokenizer& tokenizer, std::string_view text) {
    std::uint64_t count = 0;
    KATO_CHECK(tokenizer.cut(text, Tokenizer::Purpose::document, [&](const Token& token) {
        if (!token.colocated || count == 0) ++count;
        return true;
    }));
    return count;
}

// Events that changed after the index last heard of any.
Result<std::unordered_set<std::int64_t>> pending_changes(Db& db) {
    KATO_TRY(const std::int64_t heard,
             db.integer("SELECT value FROM idx.meta WHERE key = 'change'"));
    std::unordered_set<std::int64_t> out;
    Query query(db, "SELECT event FROM index_change WHERE seq > ?");
    query.bind(1, heard);
    for (;;) {
        KATO_TRY(const bool row, query.step());
        if (!row) return out;
        out.insert(query.integer(0));
    }
}

} // namespace

Status compare_index(Db& db, const std::function<Status()>& step,
                     const std::function<void(std::string_view)>& problem, std::uint64_t& checked) {
    KATO_TRY(const Tokenizer tokenizer, Tokenizer::make(db));
    KATO_TRY(const std::int64_t reached,
             db.integer("SELECT value FROM idx.meta WHERE key = 'event'"));
    KATO_TRY(const std::unordered_set<std::int64_t> pending, pending_changes(db));
    const auto compare = [&](std::int64_t event, const std::string& text) -> Status {
        if (checked++ % k_step == 0) KATO_CHECK(step());
        if (pending.contains(event)) return done();
        Query noted(db, "SELECT sz FROM idx.fts_docsize WHERE id = ?");
        KATO_TRY(const bool there, noted.bind(1, event).step());
        if (there == text.empty()) {
            problem(fmt::format("event {} is {} the index", event,
                                there ? "too much in" : "missing from"));
        } else if (there) {
            KATO_TRY(const std::uint64_t tokens, count_tokens(tokenizer, text));
            if (noted_tokens(noted.blob(0)) != tokens)
                problem(fmt::format("event {} has another text in the index", event));
        }
        return done();
    };
    KATO_CHECK(each_entry(db, reached, compare));
    Query strays(
        db, "SELECT d.id FROM idx.fts_docsize d LEFT JOIN event e ON e.n = d.id WHERE e.n IS NULL");
    for (;;) {
        KATO_TRY(const bool row, strays.step());
        if (!row) return done();
        problem(fmt::format("event {} is in the index only", strays.integer(0)));
    }
}

} // namespace kato
