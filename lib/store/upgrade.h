// Steps from one version of the schema to the next that SQL alone cannot do.
#pragma once

#include "store/sqlite.h"

namespace kato {

// Version 1 had data of up to 4096 bytes in the event's row. Whether events are alike is told by
// where their data is: it has to be where that of a new event would be.
Status move_long_data(Db& db);

} // namespace kato
