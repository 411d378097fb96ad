// Full-text search: runs a query on the index and the store.
#pragma once

#include "store/readers.h"
#include "store/store.h"

#include <string_view>

namespace kato {

inline constexpr std::uint64_t k_max_ranked = 5000; // of more matches only the newest are ranked

Result<SearchResults> search_store(const Readers::Lease& lease, std::string_view query,
                                   const SearchOptions& options);

// For Readers: what the search's statements need of a connection.
Status register_search(Db& db);

} // namespace kato
