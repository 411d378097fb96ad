// Long texts of one change: stored once by content, compressed beside the work that finds them.
#pragma once

#include "base/compress.h"
#include "base/worker.h"
#include "store/slices.h"
#include "store/sqlite.h"

#include <cstdint>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace kato {

// One thread at a time. A text's row is there at once, its bytes only after settle().
class BodyQueue {
public:
    explicit BodyQueue(Db& db) : db_(db) {}
    // The row of `text` in `body`; `slice`: where its source says it, if it does.
    Result<std::int64_t> store(std::string_view text, const std::optional<Slice>& slice);
    Status settle();

private:
    struct Text {
        std::int64_t body = 0;
        std::string bytes{};
    };
    struct Part {
        std::int64_t body = 0;
        std::int64_t seq = 0;
        std::size_t size = 0;
        std::string data{};
    };
    void post();
    void compress(const std::vector<Text>& texts);
    Status insert_ready();

    Db& db_;
    std::vector<Text> waiting_;
    std::size_t waiting_bytes_ = 0;
    bool threaded_ = false;
    Compressor compressor_; // the worker's
    std::mutex mutex_;
    std::vector<Part> ready_;
    Worker worker_{4}; // last: its thread ends before what it uses
};

} // namespace kato
