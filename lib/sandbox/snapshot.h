// A snapshot: bytes in memory that nobody can change any more, not even through a writable descriptor.
#pragma once

#include "base/file.h"

namespace kato::sandbox {

// An empty file in memory: write the bytes, then seal_snapshot().
Result<Fd> create_snapshot();
// The same bytes, read-only and at their beginning. Fails with Code::unsupported where there is no
// way to seal.
Result<Fd> seal_snapshot(Fd written);

} // namespace kato::sandbox
