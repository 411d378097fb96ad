// A query's words as a full-text expression. Its filters: search_filter.h.
#pragma once

#include "store/query.h"
#include "store/snippet.h"
#include "store/tokenizer.h"

#include <string>
#include <vector>

namespace kato {

struct FullTextQuery {
    std::string match{};             // as FTS5 takes it
    int phrases = 0;                 // its first ones, by which it is ranked
    std::vector<Pattern> patterns{}; // what snippets may mark
};

// Of a query with words. Code::invalid when nothing is left of them that is indexed, or when they
// would take too long.
Result<FullTextQuery> compile_query(const Tokenizer& tokenizer, const SearchQuery& query);

} // namespace kato
