// The system-call filter: the rules as a BPF program for this processor.
#pragma once

#include "sandbox/confinement.h"

#include <vector>

#include <linux/filter.h>

namespace kato::sandbox {

struct FilterOptions {
    Audit audit = Audit::none; // none: what is refused fails at once
    bool signals = true;       // false: the kernel would let them reach other processes
};

// Foreign processors' calls end the process; calls that we do not know do not exist; what is not
// allowed is refused with EPERM or told to the supervisor, who refuses it.
std::vector<sock_filter> build_filter(const FilterOptions& options);
// The same, built once for the process.
const std::vector<sock_filter>& filter_for(const FilterOptions& options);

} // namespace kato::sandbox
