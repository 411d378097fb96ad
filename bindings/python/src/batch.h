// Reading a cursor of the C API in batches, from any thread.
#pragma once

#include "error.h"

#include <cstddef>
#include <mutex>
#include <utility>
#include <vector>

namespace binding {

template <typename Row> class BatchReader {
public:
    // Keeps the store open for as long as the cursor is.
    explicit BatchReader(StoreHandle store) : store_(std::move(store)) {}

    // The next rows, none after the last. `next(rows, error)` adds one row or returns a status other
    // than KATO_OK; `full(rows)` ends the batch. A failure is raised once, after the rows before it.
    template <typename Next, typename Full> std::vector<Row> read(Next&& next, Full&& full) {
        std::vector<Row> rows;
        const kato_status status = without_gil([&]() -> kato_status {
            const std::lock_guard<std::mutex> lock(mutex_);
            while (!ended_ && !full(rows)) {
                last_ = next(rows, error_.out());
                ended_ = last_ != KATO_OK;
            }
            return rows.empty() ? std::exchange(last_, KATO_DONE) : KATO_OK;
        });
        error_.check(status); // not KATO_OK: the cursor has ended and nobody writes error_ any more
        return rows;
    }

private:
    StoreHandle store_;
    std::mutex mutex_{}; // the C API's cursors are for one thread at a time
    ErrorSlot error_{};
    kato_status last_ = KATO_OK;
    bool ended_ = false;
};

constexpr std::size_t k_batch_rows = 256;

} // namespace binding
