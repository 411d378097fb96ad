// Ctrl-C and its relatives: the first asks the running call to stop, the second ends the program.
#pragma once

#include <kato/base.h>

namespace kato_cli {

// From now on SIGINT, SIGTERM and SIGHUP request cancellation through `cancel`, which must live as
// long as the program; SIGPIPE is ignored, so that a reader who leaves is seen as a failed write.
void watch_signals(kato_cancel* cancel);

int caught_signal(); // 0 while there was none

} // namespace kato_cli
