// Moves the pages of the write-ahead log into the database, beside the work that writes them.
#pragma once

#include "base/worker.h"
#include "store/sqlite.h"

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>

namespace kato {

// Follows the commits of one connection, which it must not outlive; works with one of its own.
class Checkpointer {
public:
    explicit Checkpointer(Db& db);
    ~Checkpointer();
    Checkpointer(const Checkpointer&) = delete;
    Checkpointer& operator=(const Checkpointer&) = delete;

private:
    static int on_commit(void* self, sqlite3* db, const char* name, int pages);
    void follow(int pages);
    void start();
    void run() noexcept;

    Db& db_;
    std::unique_ptr<Db> own_; // the worker's
    std::atomic<bool> running_ = false;
    Worker worker_{2}; // last: its thread ends before what it uses
};

} // namespace kato
