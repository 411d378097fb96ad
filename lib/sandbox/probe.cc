#include "sandbox/probe.h"

namespace kato::sandbox {

const Host& probe() {
    static const Host host = probe_now();
    return host;
}

} // namespace kato::sandbox
