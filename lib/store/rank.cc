#include "store/rank.h"

#include "store/fts5.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <memory>
#include <new>
#include <vector>

namespace kato {
namespace {

// Okapi BM25 (Robertson and Zaragoza 2009) with the constants of FTS5.
constexpr double k_saturation = 1.2;     // k1
constexpr double k_length_weight = 0.75; // b
constexpr double k_least_rarity = 1e-6;  // of what is in more than half of all rows
constexpr int k_text = 0;                // the column
constexpr int k_most_hits = 1 << 16;     // of a phrase in a row

// What holds for all rows of a query.
struct Weights {
    double mean_size = 1;         // tokens of a row
    std::vector<double> rarity{}; // inverse document frequency, by phrase
    std::vector<int> hits{};      // by phrase, of the row at hand
};

double rarity_of(sqlite3_int64 rows, sqlite3_int64 matches) {
    const auto all = static_cast<double>(rows);
    const auto with = static_cast<double>(matches);
    return std::max(k_least_rarity, std::log((all - with + 0.5) / (with + 0.5)));
}

int count_row(const Fts5ExtensionApi*, Fts5Context*, void* count) {
    ++*static_cast<sqlite3_int64*>(count);
    return SQLITE_OK;
}

int weigh(const Fts5ExtensionApi& api, Fts5Context* fts, int phrases, sqlite3_int64 matches,
          Weights& out) {
    sqlite3_int64 rows = 0;
    sqlite3_int64 tokens = 0;
    int rc = api.xRowCount(fts, &rows);
    if (rc == SQLITE_OK) rc = api.xColumnTotalSize(fts, k_text, &tokens);
    if (rc != SQLITE_OK) return rc;
    if (rows > 0 && tokens > 0)
        out.mean_size = static_cast<double>(tokens) / static_cast<double>(rows);
    out.hits.resize(static_cast<std::size_t>(phrases));
    for (int i = 0; i < phrases; ++i) {
        sqlite3_int64 with = matches;
        if (phrases > 1) {
            with = 0;
            rc = api.xQueryPhrase(fts, i, &with, count_row);
            if (rc != SQLITE_OK) return rc;
        }
        out.rarity.push_back(rarity_of(rows, with));
    }
    return SQLITE_OK;
}

void forget(void* weights) { const std::unique_ptr<Weights> owned(static_cast<Weights*>(weights)); }

int weights_of(const Fts5ExtensionApi& api, Fts5Context* fts, sqlite3_value** values,
               Weights*& out) {
    out = static_cast<Weights*>(api.xGetAuxdata(fts, 0));
    if (out != nullptr) return SQLITE_OK;
    const int phrases = std::clamp(sqlite3_value_int(values[0]), 0, api.xPhraseCount(fts));
    auto made = std::make_unique<Weights>();
    const int rc = weigh(api, fts, phrases, sqlite3_value_int64(values[1]), *made);
    if (rc != SQLITE_OK) return rc;
    out = made.release();
    return api.xSetAuxdata(fts, out, forget); // frees it when it fails
}

// How often the phrase is in the row's text. More hits hardly count, and a list of all that a text of
// many megabytes can have (xInst) would take gigabytes.
int count_hits(const Fts5ExtensionApi& api, Fts5Context* fts, int phrase, int& out) {
    Fts5PhraseIter at{};
    int column = 0;
    int token = 0;
    out = 0;
    int rc = api.xPhraseFirst(fts, phrase, &at, &column, &token);
    while (rc == SQLITE_OK && column >= 0 && out < k_most_hits) {
        if (column == k_text) ++out;
        api.xPhraseNext(fts, &at, &column, &token);
    }
    return rc;
}

int score(const Fts5ExtensionApi& api, Fts5Context* fts, sqlite3_value** values, double& out) {
    Weights* weights = nullptr;
    int rc = weights_of(api, fts, values, weights);
    int size = 0;
    if (rc == SQLITE_OK) rc = api.xColumnSize(fts, k_text, &size);
    if (rc != SQLITE_OK) return rc;
    for (int i = 0; i < static_cast<int>(weights->hits.size()); ++i) {
        int& hits = weights->hits[static_cast<std::size_t>(i)];
        rc = count_hits(api, fts, i, hits);
        if (rc != SQLITE_OK) return rc;
    }
    const double length =
        1 - k_length_weight + k_length_weight * static_cast<double>(size) / weights->mean_size;
    for (std::size_t i = 0; i < weights->hits.size(); ++i) {
        const double hits = weights->hits[i];
        out -= weights->rarity[i] * hits * (k_saturation + 1) / (hits + k_saturation * length);
    }
    return SQLITE_OK;
}

void bm25(const Fts5ExtensionApi* api, Fts5Context* fts, sqlite3_context* context, int count,
          sqlite3_value** values) {
    int rc = SQLITE_MISUSE;
    double out = 0;
    try { // nothing may be thrown through SQLite
        if (count == 2) rc = score(*api, fts, values, out);
    } catch (const std::bad_alloc&) {
        rc = SQLITE_NOMEM;
    }
    if (rc == SQLITE_OK)
        sqlite3_result_double(context, out);
    else
        sqlite3_result_error_code(context, rc);
}

} // namespace

Status register_rank(Db& db) {
    KATO_TRY(fts5_api* const api, fts5_of(db));
    const int rc = api->xCreateFunction(api, "kato_bm25", nullptr, bm25, nullptr);
    return rc == SQLITE_OK ? done() : db.error(rc);
}

} // namespace kato
