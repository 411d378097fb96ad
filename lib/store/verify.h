// Checks everything a store holds against its hashes, its references and its index.
#pragma once

#include "store/readers.h"
#include "store/store.h"

#include <string>
#include <utility>

namespace kato {

// A JSON object, see kato_store_verify, and whether all checks passed. Damage is a finding, not an
// Error.
Result<std::pair<std::string, bool>> verify_store(const Readers::Lease& lease, const StopFn& stop,
                                                  const ProgressFn& progress);

} // namespace kato
